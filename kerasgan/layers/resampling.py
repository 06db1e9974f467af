"""Twice and half the size by the smooth filter [1, 3, 3, 1]."""

import keras
from keras import layers, ops

from kerasgan.utils.types import Shape, Tensor


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
