"""Upsampling by channels that become pixels."""

from typing import Any

import keras
from keras import ops

from kerasgan.utils.checks import WIDEST, whole
from kerasgan.utils.types import Shape, Tensor


@keras.saving.register_keras_serializable("kerasgan")
class PixelShuffle(keras.layers.Layer):
    """Makes `factor` x `factor` pixels from the channels of each pixel.

    Channel `(row * factor + column) * new_channels + c` becomes channel `c` of the pixel at `row`
    and `column` of its block. The paper and PyTorch's `PixelShuffle` number them
    `(c * factor + row) * factor + column`: to use weights from there, reorder the filters before.

    Reference: Shi et al. 2016, Real-Time Single Image and Video Super-Resolution Using an Efficient
    Sub-Pixel Convolutional Neural Network, arXiv:1609.05158.

    Args:
        factor: int, at least 2, by which height and width grow.
        **kwargs: as for `keras.layers.Layer`.

    Raises:
        ValueError: if `factor` is no whole number from 2 on, or its square does not divide the
            channels.

    Example:

    >>> import numpy as np
    >>> pixel = np.array([1.0, 2.0, 3.0, 4.0], "float32").reshape(1, 1, 1, 4)
    >>> ops.convert_to_numpy(PixelShuffle(2)(pixel))[0, :, :, 0].tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """

    def __init__(self, factor: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = whole("factor", factor, least=2, most=WIDEST)

    def build(self, input_shape: Shape) -> None:
        """Check the channels."""
        if input_shape[-1] % self.factor**2:
            raise ValueError(
                f"The channels must be a multiple of {self.factor}² = {self.factor**2}. "
                f"Received: input_shape={tuple(input_shape)}"
            )

    def call(self, inputs: Tensor) -> Tensor:
        """Shuffle a tensor `(n, height, width, channels)`."""
        return ops.depth_to_space(inputs, self.factor)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Both sides `factor` times as long, channels fewer by its square."""
        n, *sides, channels = input_shape
        return n, *(side and side * self.factor for side in sides), channels // self.factor**2

    def get_config(self) -> dict:
        """`factor`."""
        return {**super().get_config(), "factor": self.factor}
