"""What normalizes the maps of image translators, by its name."""

import keras
from keras import layers
from keras.initializers import RandomNormal

from kerasgan.layers import BatchNormalization
from kerasgan.utils.types import Tensor


def normalized(x: Tensor, normalization: str | None) -> keras.KerasTensor:
    """A map after normalization.

    "instance" takes each channel of each image by itself, without learned scale and offset. "batch"
    has both, the scales starting from N(1, 0.02), and keeps its statistics with momentum 0.9. The
    variance has 1e-5 added in both. A bias before "batch" would be without effect.

    Args:
        x: tensor `(n, height, width, channels)`.
        normalization: "instance", "batch" or None.

    Returns:
        A tensor of the same shape; for None `x` itself.

    Raises:
        ValueError: if the name is not known.

    Example:

    >>> import keras
    >>> x = keras.Input((None, None, 8))
    >>> normalized(x, "instance").shape, normalized(x, None) is x
    ((None, None, None, 8), True)
    """
    if normalization == "instance":
        return layers.GroupNormalization(-1, epsilon=1e-5, center=False, scale=False)(x)
    if normalization == "batch":
        gamma = RandomNormal(mean=1.0, stddev=0.02)
        return BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=gamma)(x)
    if normalization is not None:
        raise ValueError(
            f"`normalization` must be 'instance', 'batch' or None. Received: {normalization=}"
        )
    return x
