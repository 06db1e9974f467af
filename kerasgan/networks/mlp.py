"""Multilayer perceptrons."""

import math

import keras
from keras import layers


def mlp_generator(data_shape, latent_dim, units=(256, 512, 1024)):
    """Generator: latents, dense layers with LeakyReLU 0.2 and batch norm, then data.

    Args:
        data_shape: tuple. (height, width, channels) of images, which end in tanh, or (d,) of
            points, which are not bounded.
        latent_dim: int.
        units: tuple of ints, the widths of the hidden layers.

    Returns:
        A Functional model, `(n, latent_dim)` to `(n, *data_shape)`.

    Example:

    >>> mlp_generator((28, 28, 1), 100).count_params()
    1493520
    """
    inputs = x = keras.Input((latent_dim,), name="latents")
    for width in units:
        x = layers.Dense(width)(x)
        x = layers.LeakyReLU(0.2)(x)
        x = layers.BatchNormalization(momentum=0.8)(x)
    activation = "tanh" if len(data_shape) == 3 else None
    x = layers.Dense(math.prod(data_shape), activation=activation, dtype="float32")(x)
    outputs = layers.Reshape(data_shape, dtype="float32")(x)
    return keras.Model(inputs, outputs, name="generator")


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
    inputs = keras.Input(data_shape, name="data")
    x = layers.Flatten()(inputs)
    for width in units:
        x = layers.Dense(width)(x)
        x = layers.LeakyReLU(0.2)(x)
    outputs = layers.Dense(1, dtype="float32", name="logit")(x)
    return keras.Model(inputs, outputs, name="discriminator")
