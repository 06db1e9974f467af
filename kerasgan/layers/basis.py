"""Learned maps, from a vector to an image's smallest map and back."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import initializers, layers, ops

from kerasgan.utils.checks import widths
from kerasgan.utils.types import Shape, Tensor


@keras.saving.register_keras_serializable("kerasgan")
class GenerativeBasis(layers.Layer):
    """A learned map for each channel, times the channel's value.

    Args:
        size: tuple, the maps' (height, width).
        **kwargs: as for `keras.layers.Layer`.

    Example:

    >>> import numpy as np
    >>> GenerativeBasis((4, 4))(np.ones((2, 8), "float32")).shape == (2, 4, 4, 8)
    True
    """

    def __init__(self, size: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = widths("size", size, 2)

    def build(self, input_shape: Shape) -> None:
        start = initializers.RandomNormal(stddev=1.0)
        self.basis = self.add_weight((*self.size, input_shape[-1]), start, name="basis")

    def call(self, inputs: Tensor) -> Tensor:
        """`(n, channels)` to `(n, *size, channels)`."""
        return inputs[:, None, None] * self.basis

    def get_config(self) -> dict:
        return {**super().get_config(), "size": self.size}


@keras.saving.register_keras_serializable("kerasgan")
class DiscriminativeBasis(layers.Layer):
    """Each channel's map, weighted by a learned map and summed: a depthwise convolution.

    Example:

    >>> import numpy as np
    >>> DiscriminativeBasis()(np.ones((2, 4, 4, 8), "float32")).shape == (2, 8)
    True
    """

    def build(self, input_shape: Shape) -> None:
        _, height, width, channels = input_shape
        start = initializers.RandomNormal(stddev=(height * width) ** -0.5)
        self.basis = self.add_weight((height, width, channels), start, name="basis")

    def call(self, inputs: Tensor) -> Tensor:
        """`(n, height, width, channels)` to `(n, channels)`."""
        return ops.sum(inputs * self.basis, axis=(1, 2))
