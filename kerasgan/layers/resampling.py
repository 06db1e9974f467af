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
    side = gain**0.5 / 8
    for axis in (1, 2):
        a, b, c, d = _shifted(x, axis, 4)
        x = side * (a + d) + 3 * side * (b + c)
    return x


def _shifted(x: Tensor, axis: int, count: int) -> list[Tensor]:
    """All parts of a tensor that begin at 0, 1, ... along an axis and leave out `count - 1`.

    By `ops.slice`: the gradient of `x[:, start:end]` takes nine times as long under TensorFlow.
    """
    shape, start = list(ops.shape(x)), [0] * len(x.shape)
    shape[axis] -= count - 1
    return [ops.slice(x, start[:axis] + [i] + start[axis + 1 :], shape) for i in range(count)]


def _halves(x: Tensor, axis: int) -> list[Tensor]:
    """Each second part of a tensor along an axis, those from 0 on and those from 1."""
    shape = x.shape
    parts = ops.reshape(x, (-1, *shape[1:axis], shape[axis] // 2, 2, *shape[axis + 1 :]))
    return ops.unstack(parts, 2, axis + 1)


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
        x = inputs
        for axis in (1, 2):
            shape = list(x.shape)
            edges = [(0, 0)] * 4
            edges[axis] = (1, 1)
            before, _, after = _shifted(ops.pad(x, edges), axis, 3)
            middle = 0.75 * x
            x = ops.stack([middle + 0.25 * before, middle + 0.25 * after], axis=axis + 1)
            shape[axis] *= 2
            x = ops.reshape(x, (-1, *shape[1:]))
        return x

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
        for axis in (1, 2):
            (a, c), (b, d) = (_shifted(half, axis, 2) for half in _halves(x, axis))
            x = 0.125 * (a + d) + 0.375 * (b + c)
        return x

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
