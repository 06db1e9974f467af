"""Padding by reflection."""

from typing import Any

import keras
from keras import ops

from kerasgan.utils.checks import width
from kerasgan.utils.types import Shape, Tensor


@keras.saving.register_keras_serializable("kerasgan")
class ReflectionPadding2D(keras.layers.Layer):
    """Mirrors an image at its borders, without repeating the border itself.

    Args:
        padding: int, at least 1, rows and columns that are added on each side.
        **kwargs: as for `keras.layers.Layer`.

    Raises:
        ValueError: if `padding` is no whole number from 1 on, or not smaller than the image's
            sides.

    Example:

    >>> import numpy as np
    >>> images = np.array([1.0, 2.0, 3.0, 4.0], "float32").reshape(1, 2, 2, 1)
    >>> ops.convert_to_numpy(ReflectionPadding2D(1)(images))[0, :, :, 0].tolist()[0]
    [4.0, 3.0, 4.0, 3.0]
    """

    def __init__(self, padding: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = width("padding", padding)

    def call(self, inputs: Tensor) -> Tensor:
        """A tensor `(n, height, width, channels)` with `padding` more on each side."""
        self.compute_output_shape(inputs.shape)
        around = (self.padding, self.padding)
        return ops.pad(inputs, ((0, 0), around, around, (0, 0)), mode="reflect")

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Both sides longer by twice the padding."""
        n, *sides, channels = input_shape
        if any(side is not None and side <= self.padding for side in sides):
            raise ValueError(
                f"Only sides greater than the padding, {self.padding}, can be mirrored by it. "
                f"Received: input_shape={tuple(input_shape)}"
            )
        return n, *(side and side + 2 * self.padding for side in sides), channels

    def get_config(self) -> dict:
        """`padding`."""
        return {**super().get_config(), "padding": self.padding}
