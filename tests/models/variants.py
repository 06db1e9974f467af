"""The table of variants: a new one is a row here, and goes through all of `test_variants.py` and
of `tests/across`."""

import keras
import numpy as np
from keras import layers, ops

import kerasgan as kg


def normalised_generator():
    """A generator with batch statistics."""
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(8),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Dense(64, activation="tanh"),
            layers.Reshape((8, 8, 1)),
        ],
        name="generator",
    )


def normalised_discriminator(dropout):
    """A discriminator with batch statistics and a seeded dropout."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Flatten(),
            layers.Dense(8),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Dropout(dropout, seed=1),
            layers.Dense(1),
        ],
        name="discriminator",
    )


def normalised_gan(cls=kg.GAN, dropout=0.3, **kwargs):
    """A GAN whose networks have batch statistics, and seeds inside."""
    return cls(
        (8, 8, 1),
        4,
        generator=normalised_generator(),
        discriminator=normalised_discriminator(dropout),
        **kwargs,
    )


MLP = {
    "data_shape": (8, 8, 1),
    "latent_dim": 4,
    "generator_units": (8,),
    "discriminator_units": (8,),
}

VARIANTS = {
    "gan": lambda: kg.GAN(**MLP),
    "gan_points": lambda: kg.GAN((2,), 2, generator_units=(8,), discriminator_units=(8,)),
    "gan_batch_norm": lambda: normalised_gan(ema_decay=0.9),
}

# For these, the seeded dropout differs between backends.
RANDOM_INSIDE = {"gan_batch_norm"}


def batches(model, n=16, steps=1):
    """Random data in the form the model takes, `steps` batches of `n`."""
    rng = np.random.default_rng(1)
    parts = [
        rng.uniform(-1, 1, (n * steps, *shape)).astype("float32")
        for shape in model.data_spec.values()
    ]
    return parts[0] if len(parts) == 1 else tuple(parts)


def weights(network):
    """Copies of all weights, statistics included, as a list of numpy arrays."""
    return [np.array(w) for w in network.get_weights()]


def moved(before, after):
    """Which of the weights differ."""
    return [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]


def skip_other_players(model, player):
    """Let only one player's `minimize` act."""
    minimize = model.minimize

    def only(loss_fn, who, through=None):
        return minimize(loss_fn, who, through) if who == player else ops.zeros(())

    model.minimize = only
