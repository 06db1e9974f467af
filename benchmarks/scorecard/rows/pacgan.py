"""The ring and the grid by PacGAN's own protocol; one to two hours a run, made only if named.

Lin, Khetan, Fanti & Oh 2018, arXiv:1712.04086, appendix, and the authors' configuration: a
generator of 4 × [Dense 400 without bias, batch norm, ReLU], a discriminator of 3 × 200 maxout units
of 5 pieces, weights from N(0, 0.02²), Adam of rate 1e-4 and β1 0.8, 100 packs a step, 400 epochs of
1,000 steps. Batch norm here takes all points of a step at once, the authors' those at one place of
the packs. Its epsilon is that of the authors' framework. A run that is stopped goes on from its
last whole epoch.
"""

import json

from benchmarks.scorecard.mixtures import score
from benchmarks.scorecard.row import Row
from benchmarks.scorecard.rows.modes import POINTS, PUBLISHED, SAMPLES, SECTIONS
from benchmarks.scorecard.training import core_minutes, timed

PROTOCOL = {
    "points": POINTS,
    "samples": SAMPLES,
    "generator_units": [400] * 4,
    "maxout_units": [200] * 3,
    "pieces": 5,
    "deviation": 0.02,
    "epsilon": 1e-4,
    "rate": 1e-4,
    "beta_1": 0.8,
    "batch": 100,
    "epochs": 400,
}


def generator(units, deviation, epsilon, seed):
    """Latents to points through dense layers with batch norm and ReLU."""
    import keras
    from keras import layers

    def normal(i):
        return keras.initializers.RandomNormal(stddev=deviation, seed=1000 * seed + i)

    inputs = x = keras.Input((2,))
    for i, width in enumerate(units):
        x = layers.Dense(width, use_bias=False, kernel_initializer=normal(i))(x)
        x = layers.BatchNormalization(momentum=0.95, epsilon=epsilon)(x)
        x = layers.ReLU()(x)
    return keras.Model(inputs, layers.Dense(2, kernel_initializer=normal(len(units)))(x))


def discriminator(inputs, units, pieces, deviation, seed):
    """A pack of points to a logit through maxout layers: the largest of some pieces is a unit."""
    import keras
    from keras import layers

    def normal(i):
        return keras.initializers.RandomNormal(stddev=deviation, seed=1000 * seed + 500 + i)

    inputs = x = keras.Input((inputs,))
    for i, width in enumerate(units):
        x = layers.Dense(pieces * width, kernel_initializer=normal(i))(x)
        x = layers.GlobalMaxPooling1D()(layers.Reshape((pieces, width))(x))
    return keras.Model(inputs, layers.Dense(1, kernel_initializer=normal(len(units)))(x))


def networks(configuration, seed):
    """The generator and the discriminator, as arguments of `kg.GAN`."""
    given = configuration
    return {
        "generator": generator(
            given["generator_units"], given["deviation"], given["epsilon"], seed
        ),
        "discriminator": discriminator(
            2 * given["pack"], given["maxout_units"], given["pieces"], given["deviation"], seed
        ),
    }


def make(configuration, seed):
    """The compiled model."""
    import keras

    import kerasgan as kg

    given = configuration
    gan = kg.GAN((2,), 2, **networks(given, seed), pack=given["pack"], seed=seed)
    fast = keras.backend.backend() != "torch" and steps(given) % 50 == 0
    gan.compile(
        optimizer=keras.optimizers.Adam(given["rate"], beta_1=given["beta_1"]),
        steps_per_execution=50 if fast else 1,
    )
    return gan


def steps(configuration):
    """Steps of an epoch, in which each point comes once as the first of a pack."""
    return configuration["points"] // configuration["batch"]


def batches(points, configuration, seed, epoch):
    """Endless batches of 100 packs, from an epoch on."""
    import numpy as np

    size, pack = configuration["batch"], configuration["pack"]
    while True:
        rng = np.random.default_rng([seed, epoch])
        orders = np.stack([rng.permutation(len(points)) for _ in range(pack)], axis=1)
        for i in range(steps(configuration)):
            yield (points[orders[i * size : (i + 1) * size].ravel()],)
        epoch += 1


def train(configuration, seed, folder):
    """Train, from where an earlier run was stopped, and score."""
    import keras

    from apps import toy_2d

    keras.utils.set_random_seed(seed)
    data = configuration["data"]
    real = toy_2d.DATA[data][0](n=configuration["points"], seed=seed)
    gan = make(configuration, seed)
    folder.mkdir(parents=True, exist_ok=True)
    begun = folder / "backup" / "training_metadata.json"
    done = json.loads(begun.read_text())["epoch"] if begun.exists() else 0
    backup = keras.callbacks.BackupAndRestore(str(folder / "backup"))
    with timed(folder):
        gan.fit(
            batches(real, configuration, seed, done),
            steps_per_epoch=steps(configuration),
            epochs=configuration["epochs"],
            shuffle=False,
            verbose=0,
            callbacks=[backup],
        )
    found = score(gan.generate(configuration["samples"], seed=seed), data)
    return {**found, "core_minutes": core_minutes(folder)}


def row(data, pack):
    """The row of so many points a pack."""
    title = f"PacGAN{pack}" if pack > 1 else "GAN"
    return Row(
        f"pacgan_{data}_pack{pack}",
        f"{title}, PacGAN's protocol",
        SECTIONS[data],
        train,
        {"data": data, "pack": pack, **PROTOCOL},
        published=dict(zip(SECTIONS[data].columns, PUBLISHED[data, pack], strict=True)),
        differs="batch norm over all packs at once",
        seeds=(0, 1, 2),
        by_default=False,
    )


ROWS = [row(data, pack) for data, pack in PUBLISHED]
