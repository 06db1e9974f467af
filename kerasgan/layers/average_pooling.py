"""Average pooling by the backend's own layout."""

import keras
from keras import layers

from kerasgan import backend
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class AveragePooling2D(layers.AveragePooling2D):
    """`keras.layers.AveragePooling2D` by the backend's fastest way: the same arguments and numbers.

    Under PyTorch maps are not copied from one layout to another.

    Args:
        *args: as for `keras.layers.AveragePooling2D`.
        **kwargs: as for `keras.layers.AveragePooling2D`.

    Example:

    >>> import numpy as np
    >>> AveragePooling2D(2)(np.ones((1, 4, 4, 3), "float32")).shape == (1, 2, 2, 3)
    True
    """

    def call(self, inputs: Tensor) -> Tensor:
        """The layer's output, as Keras's layer gives it."""
        plain = self.padding == "valid" and self.strides == self.pool_size
        if backend.average_pool and plain and self.data_format == "channels_last":
            return backend.average_pool(inputs, self.pool_size)
        return super().call(inputs)
