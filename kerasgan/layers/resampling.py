"""Twice, half and about the same size by the smooth filter [1, 3, 3, 1]."""

from typing import Any

import keras
from keras import layers, ops

from kerasgan.utils.checks import whole
from kerasgan.utils.types import Shape, Tensor


def blur(maps: Tensor, padding: int, gain: float = 1.0) -> Tensor:
    """Maps smoothed along both sides by the filter [1, 3, 3, 1] / 8, of height and width larger by
    `2 * padding - 3`.

    Args:
        maps: tensor `(n, height, width, channels)`.
        padding: int, rows and columns of zeros beyond each border.
        gain: float, by which all is multiplied.

    Example:

    >>> y = blur(ops.full((1, 3, 3, 1), 64.0), padding=1)
    >>> ops.convert_to_numpy(y)[0, :, :, 0].tolist()
    [[49.0, 49.0], [49.0, 49.0]]
    """
    x = ops.pad(maps, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    last, side = x.shape[1] - 3, gain**0.5 / 8
    x = side * (x[:, :last] + x[:, 3:]) + 3 * side * (x[:, 1 : last + 1] + x[:, 2 : last + 2])
    last = x.shape[2] - 3
    ends = x[:, :, :last] + x[:, :, 3:]
    return side * ends + 3 * side * (x[:, :, 1 : last + 1] + x[:, :, 2 : last + 2])


@keras.saving.register_keras_serializable("kerasgan")
class Upsample(layers.Layer):
    """Twice the height and width by the filter [1, 3, 3, 1] / 4, zeros beyond the border.

    That is R3GAN's [1, 2, 1] smoothing of nearest neighbours: bilinear, border apart.

    Example:

    >>> import numpy as np
    >>> y = Upsample()(np.array([4.0, 8.0], "float32").reshape(1, 1, 2, 1))
    >>> print(ops.convert_to_numpy(y)[0, 0, :, 0].tolist())
    [2.25, 3.75, 5.25, 4.5]
    """

    def call(self, inputs: Tensor) -> Tensor:
        """Double both sides of a tensor `(n, height, width, channels)`."""
        _, height, width, channels = inputs.shape
        x = ops.pad(inputs, ((0, 0), (1, 1), (0, 0), (0, 0)))
        middle = 0.75 * inputs
        rows = ops.stack([middle + 0.25 * x[:, :-2], middle + 0.25 * x[:, 2:]], axis=2)
        rows = ops.reshape(rows, (-1, 2 * height, width, channels))
        x = ops.pad(rows, ((0, 0), (0, 0), (1, 1), (0, 0)))
        middle = 0.75 * rows
        x = ops.stack([middle + 0.25 * x[:, :, :-2], middle + 0.25 * x[:, :, 2:]], axis=3)
        return ops.reshape(x, (-1, 2 * height, 2 * width, channels))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        n, height, width, channels = input_shape
        return n, 2 * height, 2 * width, channels


@keras.saving.register_keras_serializable("kerasgan")
class Downsample(layers.Layer):
    """Half the height and width by the filter [1, 3, 3, 1] / 8, zeros beyond the border.

    Example:

    >>> import numpy as np
    >>> y = Downsample()(np.full((1, 2, 4, 1), 16.0, "float32"))
    >>> print(ops.convert_to_numpy(y)[0, 0, :, 0].tolist())
    [10.5, 10.5]
    """

    def call(self, inputs: Tensor) -> Tensor:
        """Halve both sides, even ones, of a tensor `(n, height, width, channels)`."""
        x = ops.pad(inputs, ((0, 0), (1, 1), (1, 1), (0, 0)))
        odd, even = x[:, 0::2], x[:, 1::2]
        x = 0.125 * (odd[:, :-1] + even[:, 1:]) + 0.375 * (even[:, :-1] + odd[:, 1:])
        odd, even = x[:, :, 0::2], x[:, :, 1::2]
        return 0.125 * (odd[:, :, :-1] + even[:, :, 1:]) + 0.375 * (even[:, :, :-1] + odd[:, :, 1:])

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        n, height, width, channels = input_shape
        return n, height // 2, width // 2, channels


@keras.saving.register_keras_serializable("kerasgan")
class Blur(layers.Layer):
    """Smooths maps for a strided convolution behind it: see `blur`.

    Args:
        padding: int, rows and columns of zeros beyond each border.
        **kwargs: as for `keras.layers.Layer`.

    Example:

    >>> Blur(2)(ops.ones((1, 4, 4, 1))).shape[1:] == (5, 5, 1)
    True
    """

    def __init__(self, padding: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = whole("padding", padding)

    def call(self, inputs: Tensor) -> Tensor:
        return blur(inputs, self.padding)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        n, height, width, channels = input_shape
        more = 2 * self.padding - 3
        return n, height + more, width + more, channels

    def get_config(self) -> dict:
        return {**super().get_config(), "padding": self.padding}
