"""Convolutions that train fast on every backend."""

import keras
from keras import layers, ops

from kerasgan import backend
from kerasgan.layers import unfolding
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class Conv2D(layers.Conv2D):
    """`keras.layers.Conv2D` by the backend's fastest way: the same arguments, weights and numbers.

    Under JAX on a CPU derivatives of all orders are fast, and so within a branch of a condition;
    under PyTorch maps are not copied from one layout to another. On every CPU a large kernel over few
    pixels is one matrix product.

    Args:
        *args: as for `keras.layers.Conv2D`.
        **kwargs: as for `keras.layers.Conv2D`.

    Example:

    >>> import numpy as np
    >>> Conv2D(4, 3, strides=2)(np.ones((1, 9, 9, 2), "float32")).shape[1:] == (4, 4, 4)
    True
    """

    def convolution_op(self, inputs: Tensor, kernel: Tensor) -> Tensor:
        """The convolution itself, without bias and activation."""
        outputs = None
        if self.data_format == "channels_last":
            kernel = ops.convert_to_tensor(kernel)
            outputs = unfolding.convolve(self, inputs, kernel)
            if outputs is None and backend.convolve:
                outputs = backend.convolve(self, inputs, kernel)
        return super().convolution_op(inputs, kernel) if outputs is None else outputs


@keras.saving.register_keras_serializable("kerasgan")
class Conv2DTranspose(layers.Conv2DTranspose):
    """`keras.layers.Conv2DTranspose` by the backend's fastest way: the same arguments, weights and
    numbers.

    Under JAX on a CPU a training step is 20 times as fast: XLA runs the kernel gradient of a
    transposed convolution at 1 to 4 GFLOP/s (openxla/xla#34273), and here it is that of the
    convolution which is transposed, with input and cotangent in each other's place.

    Args:
        *args: as for `keras.layers.Conv2DTranspose`.
        **kwargs: as for `keras.layers.Conv2DTranspose`.

    Example:

    >>> import numpy as np
    >>> Conv2DTranspose(4, 4, 2, "same")(np.ones((1, 3, 3, 2), "float32")).shape[1:] == (6, 6, 4)
    True
    """

    def call(self, inputs: Tensor) -> Tensor:
        """The layer's output, as Keras's layer gives it."""
        outputs = None
        if self.data_format == "channels_last" and self.output_padding is None:
            kernel = ops.convert_to_tensor(self.kernel)
            outputs = unfolding.convolve_transposed(self, inputs, kernel)
            if outputs is None and backend.convolve_transposed:
                outputs = backend.convolve_transposed(self, inputs, kernel)
        if outputs is None:
            return super().call(inputs)
        if self.use_bias:
            outputs = ops.add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)
