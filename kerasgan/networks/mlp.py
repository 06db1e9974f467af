"""Multilayer perceptrons."""

import math

import keras
from keras import layers


def mlp_generator(data_shape, latent_dim, units=(256, 512, 1024)):
    """Generator: latents, dense layers with LeakyReLU 0.2, then data.

    Args:
        data_shape: tuple. (height, width, channels) of images, which end in tanh, or (d,) of
            points, which are not bounded.
        latent_dim: int.
        units: tuple of ints, the widths of the hidden layers.

    Returns:
        A Functional model, `(n, latent_dim)` to `(n, *data_shape)`.

    Example:

    >>> mlp_generator((28, 28, 1), 100).count_params()
    1486352
    """
    inputs = x = keras.Input((latent_dim,), name="latents")
    for width in units:
        x = layers.Dense(width, activation="leaky_relu")(x)
    if len(data_shape) == 1:
        x = layers.Dense(*data_shape, dtype="float32")(x)
    else:
        x = layers.Dense(math.prod(data_shape), activation="tanh", dtype="float32")(x)
        x = layers.Reshape(data_shape, dtype="float32")(x)
    return keras.Model(inputs, x, name="generator")


def mlp_discriminator(data_shape, units=(512, 256)):
    """Discriminator of dense layers: data, then `units` with LeakyReLU 0.2, then one logit.

    Args:
        data_shape: tuple, the shape of an image or a point.
        units: tuple of ints, the widths of the hidden layers.

    Returns:
        A Functional model, `(n, *data_shape)` to `(n, 1)`.

    Example:

    >>> mlp_discriminator((28, 28, 1)).count_params()
    533505
    """
    inputs = x = keras.Input(data_shape, name="data")
    if len(data_shape) > 1:
        x = layers.Flatten()(x)
    for width in units:
        x = layers.Dense(width, activation="leaky_relu")(x)
    outputs = layers.Dense(1, dtype="float32", name="logit")(x)
    return keras.Model(inputs, outputs, name="discriminator")
