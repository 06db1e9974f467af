"""Multilayer perceptrons."""

import math
import random
from collections.abc import Sequence

import keras
from keras import layers

from kerasgan.layers import BatchNormalization
from kerasgan.networks.conditions import condition_input
from kerasgan.utils import checks
from kerasgan.utils.types import Shape


def mlp_generator(
    data_shape: Sequence[int],
    latent_dim: int,
    units: Sequence[int] = (256, 512, 1024),
    *,
    batch_norm: bool = False,
    condition: int | Shape | None = None,
    embedding_dim: int = 10,
) -> keras.Model:
    """Generator: latents, dense layers with LeakyReLU 0.2, then data.

    Args:
        data_shape: tuple. (height, width, channels) of images, which end in tanh, or (d,) of
            points, which are not bounded.
        latent_dim: int.
        units: tuple of ints, the widths of the hidden layers.
        batch_norm: bool, whether all hidden layers but the first are batch normalised.
        condition: None, an int (the number of classes) or a tuple `(d,)` (condition vectors): the
            network then takes `[latents, conditions]`.
        embedding_dim: int, the length of the vector that a condition becomes, which is joined to
            the latents.

    Returns:
        A Functional model, `(n, latent_dim)` to `(n, *data_shape)`.

    Example:

    >>> mlp_generator((28, 28, 1), 100).count_params()
    1486352
    """
    data_shape, units = checks.widths("data_shape", data_shape, 1, 3), checks.widths("units", units)
    inputs = x = keras.Input((checks.width("latent_dim", latent_dim),), name="latents")
    if condition is not None:
        conditions, vector = condition_input(condition, embedding_dim)
        inputs, x = [inputs, conditions], layers.Concatenate()([x, vector])
    for i, width in enumerate(units):
        x = layers.Dense(width)(x)
        if batch_norm and i > 0:
            x = BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        x = layers.LeakyReLU(0.2)(x)
    if len(data_shape) == 1:
        x = layers.Dense(*data_shape, dtype="float32")(x)
    else:
        x = layers.Dense(math.prod(data_shape), activation="tanh", dtype="float32")(x)
        x = layers.Reshape(data_shape, dtype="float32")(x)
    return keras.Model(inputs, x, name="generator")


def mlp_discriminator(
    data_shape: Sequence[int],
    units: Sequence[int] = (512, 256),
    *,
    dropout: float = 0.0,
    seed: int | None = None,
    condition: int | Shape | None = None,
    embedding_dim: int = 10,
) -> keras.Model:
    """Discriminator of dense layers: data, then `units` with LeakyReLU 0.2, then one logit.

    Args:
        data_shape: tuple, the shape of an image or a point.
        units: tuple of ints, the widths of the hidden layers.
        dropout: float in [0, 1), share of the units of all hidden layers but the first that is
            dropped in training.
        seed: int or None, of the dropout; None draws one.
        condition: as for `mlp_generator`: the network then takes `[data, conditions]`.
        embedding_dim: int, as for `mlp_generator`.

    Returns:
        A Functional model, `(n, *data_shape)` to `(n, 1)`.

    Example:

    >>> mlp_discriminator((28, 28, 1)).count_params()
    533505
    """
    data_shape, units = checks.widths("data_shape", data_shape, 1, 3), checks.widths("units", units)
    checks.number("dropout", dropout, least=0, below=1), checks.seed("seed", seed)
    seed = random.randrange(2**31) if seed is None else seed
    inputs = x = keras.Input(data_shape, name="data")
    if len(data_shape) > 1:
        x = layers.Flatten()(x)
    if condition is not None:
        conditions, vector = condition_input(condition, embedding_dim)
        inputs, x = [inputs, conditions], layers.Concatenate()([x, vector])
    for i, width in enumerate(units):
        x = layers.Dense(width)(x)
        if dropout and i > 0:
            x = layers.Dropout(dropout, seed=seed + i)(x)
        x = layers.LeakyReLU(0.2)(x)
    outputs = layers.Dense(1, dtype="float32", name="logit")(x)
    return keras.Model(inputs, outputs, name="discriminator")
