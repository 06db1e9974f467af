"""Layers with an equalised learning rate."""

import math
from typing import Any

import keras
from keras import initializers, layers, ops

from kerasgan.layers.convolution import Conv2D
from kerasgan.utils.checks import number
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
def scaled_leaky_relu(x: Tensor) -> Tensor:
    """LeakyReLU of slope 0.2 times √2, which keeps the size of what passes through it.

    Example:

    >>> ops.convert_to_numpy(scaled_leaky_relu(ops.array([-5.0, 1.0]))).round(2)
    array([-1.41,  1.41], dtype=float32)
    """
    return math.sqrt(2) * ops.leaky_relu(x, 0.2)


@keras.saving.register_keras_serializable("kerasgan")
class EqualizedConv2D(Conv2D):
    """A convolution whose kernel is stored as N(0, 1), and divided by √(fan in) where it is used,
    so that an optimizer such as Adam moves all layers at one relative rate.

    Reference: Karras et al. 2017, Progressive Growing of GANs for Improved Quality, Stability, and
    Variation, arXiv:1710.10196, section 4.1.

    Args:
        filters: int.
        kernel_size: int.
        **kwargs: as for `keras.layers.Conv2D`.

    Example:

    >>> import numpy as np
    >>> maps = EqualizedConv2D(4, 3, padding="same")(np.ones((1, 8, 8, 2), "float32"))
    >>> maps.shape == (1, 8, 8, 4)
    True
    """

    def __init__(self, filters: int, kernel_size: int, **kwargs: Any) -> None:
        start = initializers.RandomNormal(stddev=1.0)
        super().__init__(filters, kernel_size, **{"kernel_initializer": start, **kwargs})

    def convolution_op(self, inputs: Tensor, kernel: Tensor, bias: Tensor | None = None) -> Tensor:
        """The convolution without activation, and without bias unless it is given."""
        kernel = ops.convert_to_tensor(kernel)
        scaled = kernel / math.sqrt(math.prod(kernel.shape[:-1]))
        return super().convolution_op(inputs, scaled, bias)


@keras.saving.register_keras_serializable("kerasgan")
class EqualizedDense(layers.Dense):
    """A dense layer whose kernel is stored as N(0, 1) and divided by √(fan in) where it is used.

    Reference: as `EqualizedConv2D`.

    Args:
        units: int.
        rate: float. Stored are kernel and bias divided by it, so that they move so many times as
            far in a step of Adam.
        **kwargs: as for `keras.layers.Dense`.

    Example:

    >>> import numpy as np
    >>> EqualizedDense(4, rate=0.01)(np.ones((1, 2), "float32")).shape == (1, 4)
    True
    """

    def __init__(self, units: int, rate: float = 1.0, **kwargs: Any) -> None:
        self.rate = number("rate", rate, above=0)
        start = initializers.RandomNormal(stddev=1 / self.rate)
        super().__init__(units, **{"kernel_initializer": start, **kwargs})

    def call(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        """`(n, channels)` to `(n, units)`."""
        x = ops.matmul(inputs, self.kernel * (self.rate / math.sqrt(self.kernel.shape[0])))
        x = x if self.bias is None else x + self.rate * self.bias
        return x if self.activation is None else self.activation(x)

    def get_config(self) -> dict:
        return {**super().get_config(), "rate": self.rate}
