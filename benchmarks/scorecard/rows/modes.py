"""How many modes of a ring and a grid of Gaussians small networks find, and how well.

Data and scores are those of PacGAN (Lin, Khetan, Fanti & Oh 2018, arXiv:1712.04086, section 4.1):
100,000 points of eight Gaussians of standard deviation 0.01 on a circle of radius 1, or of 25 of
0.05 on a 5 by 5 grid of spacing 2; latents from N(0, I_2); 2,500 samples are scored.

Settings were searched with R3GAN and seed 0, which is one of the ten that count; HQ of 2,500
samples. On the grid after 8,000 steps: LeakyReLU generator 58%, sine 46%, tanh whose first layer
starts steep (standard deviation 2, 4, 8) 83, 88, 88%; from there rate 1.2e-3 74%, β1 0.5 (at 16)
25%. After 25,000 steps: LeakyReLU 75%; tanh 95% (at 8), 92 (16); with a tanh discriminator 94 (8),
95 (16), 96 (32, 64), 94 (100), 98% but 10 modes (200); slopes of all sizes, from 32 to 400 or to
1,000, 98%. On the ring: 98% (one slope, 64 or 128), 91 to 93% (slopes of all sizes); of ten seeds
97.7% at 128 and 98.3% at 256, while 512 lost all modes on one. What is lost are mostly points
between modes, where a continuous generator must pass; the steeper it is, the fewer.

WGAN-GP's penalty has the weight 0.1 of its authors' code for such data. On the ring (seed 0) it
gives 89%; weight 1 puts all eight clusters 7% too far out, where nothing is of high quality, and 10
(the paper's) spreads the points 60% too far.
"""

import functools

from benchmarks.scorecard import mixtures
from benchmarks.scorecard.row import Row, Section

POINTS = 100_000
SAMPLES = 2500
TRAINING = {
    "units": [128, 128],
    "steps": 25_000,  # of the generator
    "batch": 256,  # for each step of the discriminator
    "pack": 1,
    "critic_steps": 1,
    "optimizer": "adam",
    "rate": 1e-3,  # goes to zero by half a cosine
    "beta_1": 0.0,
    "beta_2": 0.999,
    "epsilon": 1e-8,
    "ema_decay": 0.9995,
    "penalty": {},
}
# The generator's first layer: the range of its units' slopes, how far its biases reach as a
# multiple of them, and the bound of the next layers' biases. The others lose modes where R3GAN's
# starts.
START = {"slopes": [8.0, 8.0], "reach": 1.0, "biases": 0.0}
STEEP = {
    "ring": {"slopes": [256.0, 256.0], "reach": 1.0, "biases": 86.0},
    "grid": {"slopes": [32.0, 1000.0], "reach": 1.5, "biases": 2.7},
}
# name: title, and what differs from TRAINING; a penalty's weight goes by half a cosine
MODELS = {
    "r3gan": (
        "R3GAN",
        {
            "variant": "R3GAN",
            "rate": 3e-3,
            "beta_2": 0.99,
            "penalty": {"R1": [0.5, 0.0005], "R2": [0.5, 0.0005]},
        },
    ),
    "gan_r1_pack2": (
        "GAN, R1, pack 2",
        {"variant": "GAN", "rate": 3e-3, "pack": 2, "penalty": {"R1": [0.5, 0.05]}},
    ),
    "gan": ("GAN", {"variant": "GAN"}),
    "wgan_gp": (
        "WGAN-GP",
        {
            "variant": "WGANGP",
            "critic_steps": 2,
            "beta_2": 0.9,
            "penalty": {"GradientPenalty": [0.1, 0.1]},
        },
    ),
    "lsgan": ("LSGAN", {"variant": "LSGAN"}),
}
PUBLISHED = {  # PacGAN's Table 1, by data and points a pack
    ("ring", 1): ("6.3 ± 0.5", "98.2 ± 0.2", "0.45 ± 0.09"),
    ("ring", 2): ("7.9 ± 0.1", "95.6 ± 2.0", "0.07 ± 0.03"),
    ("ring", 4): ("7.8 ± 0.1", "95.9 ± 1.4", "0.07 ± 0.02"),
    ("grid", 1): ("17.3 ± 0.8", "94.8 ± 0.7", "0.70 ± 0.07"),
    ("grid", 2): ("23.8 ± 0.7", "91.3 ± 0.8", "0.13 ± 0.04"),
    ("grid", 4): ("24.8 ± 0.2", "93.6 ± 0.6", "0.04 ± 0.01"),
}
PACKS = {"gan": 1, "gan_r1_pack2": 2}  # of what stands in it
TEXT = (
    "{what}; {points:,} points, latents from N(0, I₂), {samples:,} samples are scored. A sample "
    "is of high quality (HQ) within three standard deviations of its nearest mode, a mode is found "
    "if one such sample is nearest to it, and reverse KL is that of these samples' modes from the "
    "uniform distribution, in nats. In brackets PacGAN's Table 1 (Lin et al. 2018, "
    "arXiv:1712.04086: mean ± standard error of 10 trials), of the same data and scores, but "
    "generators of 4 × 400 with batch norm, discriminators of 3 × 200 maxout units of 5 pieces, "
    "and 400,000 steps of batch 100."
)
SMALL = "networks 2 × 128, 25,000 steps"


def section(what, heading, modes):
    """The section of one data set."""
    return Section(
        heading,
        TEXT.format(what=what, points=POINTS, samples=SAMPLES),
        {
            "modes": (f"modes of {modes}", "{:.1f}", 1),
            "high_quality": ("HQ %", "{:.1f}", 100),
            "reverse_kl": ("reverse KL", "{:.3f}", 1),
        },
    )


SECTIONS = {
    "ring": section(
        "Eight Gaussians of standard deviation 0.01 on a circle of radius 1", "Modes of a ring", 8
    ),
    "grid": section(
        "25 Gaussians of standard deviation 0.05 on a 5 × 5 grid of spacing 2",
        "Modes of a grid",
        25,
    ),
}


def points(configuration, seed, folder):
    """Score as many points of the data themselves."""
    from apps import toy_2d

    draw = toy_2d.DATA[configuration["data"]][0]
    return mixtures.score(draw(n=configuration["samples"], seed=seed), configuration["data"])


def generator(units, slopes, reach, biases, seed):
    """Latents to points through dense layers with tanh, of which the first starts steep.

    Args:
        units: list of ints, the hidden widths.
        slopes: list of two floats; the logarithm of the standard deviation of a first unit's
            normal weights is uniform between theirs.
        reach: float; a first unit's bias is uniform up to `reach` times that deviation.
        biases: float, the bound of the next layers' uniform biases.
        seed: int.

    Returns:
        A Keras model.
    """
    import keras
    import numpy as np
    from keras import layers

    rng = np.random.default_rng(seed)
    latents = x = keras.Input((2,))
    for width in units:
        x = layers.Dense(width, activation="tanh")(x)
    network = keras.Model(latents, layers.Dense(2)(x))
    first, *others = network.layers[1:-1]
    deviations = np.exp(rng.uniform(*np.log(slopes), units[0]))
    kernel = rng.standard_normal((2, units[0])) * deviations
    first.set_weights([kernel, rng.uniform(-reach, reach, units[0]) * deviations])
    for layer in others:
        layer.bias.assign(rng.uniform(-biases, biases, layer.units))
    return network


def discriminator(inputs, units):
    """Packs of points to a logit through dense layers with tanh, whose first biases reach far.

    Args:
        inputs: int.
        units: list of ints, the hidden widths.

    Returns:
        A Keras model.
    """
    import keras
    from keras import initializers, layers

    points = x = keras.Input((inputs,))
    for i, width in enumerate(units):
        bias = 4.0 / 3**i  # the data's extent, at first
        start = {"bias_initializer": initializers.RandomUniform(-bias, bias)}
        if i == 0:
            start["kernel_initializer"] = initializers.RandomNormal(stddev=1.0)
        x = layers.Dense(width, activation="tanh", **start)(x)
    return keras.Model(points, layers.Dense(1)(x))


def make(configuration, seed):
    """The model, which is not compiled."""
    import kerasgan as kg

    given = configuration
    return getattr(kg, given["variant"])(
        (2,),
        2,
        generator=generator(given["units"], *(given[name] for name in START), seed),
        discriminator=discriminator(2 * given["pack"], given["units"]),
        pack=given["pack"],
        ema_decay=given["ema_decay"],
        seed=seed,
        critic_steps=given["critic_steps"],
    )


def row(data, name):
    """The row of a model and "ring" or "grid"."""
    title, own = MODELS[name]
    start = STEEP[data] if name == "r3gan" else START
    published = PUBLISHED.get((data, PACKS.get(name)), ())
    return Row(
        f"{data}_{name}",
        title,
        SECTIONS[data],
        functools.partial(mixtures.train, make),
        {"data": data, "points": POINTS, "samples": SAMPLES, **start, **TRAINING, **own},
        published=dict(zip(SECTIONS[data].columns, published, strict=False)),
        differs=SMALL,
        seeds=tuple(range(10)),
    )


ROWS = [
    Row(
        f"{data}_points",
        "the data themselves",
        SECTIONS[data],
        points,
        {"data": data, "samples": SAMPLES},
        seeds=tuple(range(10)),
    )
    for data in SECTIONS
] + [row(data, name) for name in MODELS for data in SECTIONS]
