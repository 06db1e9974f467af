"""Convolutions made of stored weights, with the batch norm behind them folded in."""

from collections.abc import Mapping

import keras
import numpy as np
from keras import layers, ops

from kerasgan import backend
from kerasgan.utils.types import Tensor


class FoldedConvolutions:
    """Makes convolutions with batch norm at inference: one layer, kernel scaled and bias shifted.

    Args:
        state: dict of str to array, as PyTorch names and shapes them.
        epsilon: float, the batch norms'.

    Raises:
        KeyError: on the call, if the state lacks what is asked for.
    """

    def __init__(self, state: Mapping[str, np.ndarray], epsilon: float = 1e-3):
        self.state, self.epsilon = state, epsilon

    def __call__(
        self,
        x: Tensor,
        convolution: str,
        norm: str,
        strides: int = 1,
        padding: str = "same",
        activation: str | None = None,
    ) -> Tensor:
        """A convolution of a symbolic tensor, as large as its weights, which `convolution` names;
        `norm` names those of its batch norm."""
        kernel = self.state[f"{convolution}.weight"].astype("float64")
        names = ("weight", "bias", "running_mean", "running_var")
        gamma, beta, mean, variance = (self.state[f"{norm}.{n}"].astype("float64") for n in names)
        gain = gamma / np.sqrt(variance + self.epsilon)
        kernel = (kernel * gain[:, None, None, None]).transpose(2, 3, 1, 0)
        height, width, inputs, filters = kernel.shape
        settings = {
            "kernel_size": (height, width),
            "strides": strides,
            "padding": padding,
            "activation": activation,
            "dtype": "float32",
        }
        if inputs == 1 < filters:
            layer = Depthwise(depthwise_initializer="zeros", **settings)
            kernel = kernel.swapaxes(2, 3)
        else:
            layer = layers.Conv2D(filters, kernel_initializer="zeros", **settings)
        x = layer(x)
        layer.set_weights([kernel, beta - mean * gain])
        return x


@keras.saving.register_keras_serializable("kerasgan")
class Depthwise(layers.DepthwiseConv2D):
    """The depthwise convolution; under JAX a sum of shifted products, which XLA runs as one loop.

    Its own depthwise convolution is many times slower on a CPU.
    """

    def call(self, images: Tensor) -> Tensor:
        if backend.name != "jax":
            return super().call(images)
        sizes = images.shape[1:3]
        made = [-(-n // s) for n, s in zip(sizes, self.strides, strict=True)]
        spans = [(m - 1) * s + 1 for m, s in zip(made, self.strides, strict=True)]
        pads = [(0, 0)]
        for size, span, kernel in zip(sizes, spans, self.kernel_size, strict=True):
            missing = max(span + kernel - 1 - size, 0)
            pads.append((missing // 2, missing - missing // 2))
        images = ops.pad(images, [*pads, (0, 0)])
        (rows, columns), (down, right) = spans, self.strides
        result = self.bias
        for i, j in np.ndindex(*self.kernel_size):
            part = images[:, i : i + rows : down, j : j + columns : right]
            result = result + part * self.kernel[i, j, :, 0]
        return self.activation(result)
