"""Bicubic reduction, the same on every backend."""

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.utils.checks import width
from kerasgan.utils.types import Shape, Tensor


@keras.saving.register_keras_serializable("kerasgan")
class Shrink(keras.layers.Layer):
    """Reduces images by a whole factor, with the cubic filter that Pillow and MATLAB use.

    The filter (Keys' with a = -0.5) is as wide as the reduction, so nothing is aliased. The
    backends' own resizing differs between them, in the filter and at the borders.

    Args:
        factor: int, by which height and width shrink.
        **kwargs: as for `keras.layers.Layer`.

    Raises:
        ValueError: if `factor` is no whole number from 1 on, or does not divide a side.

    Example:

    >>> from keras import ops
    >>> Shrink(4)(ops.ones((1, 16, 24, 3))).shape == (1, 4, 6, 3)
    True
    """

    def __init__(self, factor: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = width("factor", factor)
        self.built = True

    def call(self, images: Tensor) -> Tensor:
        """A tensor `(n, height / factor, width / factor, channels)`."""
        height, width = (
            ops.convert_to_tensor(_weights(side, self.factor), images.dtype)
            for side in images.shape[1:3]
        )
        rows = ops.einsum("ih,nhwc->niwc", height, images)
        return ops.einsum("jw,niwc->nijc", width, rows)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """Both sides divided by the factor."""
        n, height, width, channels = input_shape
        return n, height // self.factor, width // self.factor, channels

    def get_config(self) -> dict:
        """`factor`."""
        return {**super().get_config(), "factor": self.factor}


def _weights(side, factor):
    """The matrix `(side / factor, side)` that shrinks a row of pixels."""
    if side % factor:
        raise ValueError(
            f"Height and width must be multiples of {factor}. Received: a side of {side}"
        )
    centres = (np.arange(side // factor)[:, None] + 0.5) * factor - 0.5
    x = np.abs(np.arange(side)[None, :] - centres) / factor
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    weights = np.where(x < 1, near, np.where(x < 2, far, 0.0))
    return weights / weights.sum(axis=1, keepdims=True)
