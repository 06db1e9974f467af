"""Batch normalization by the backend's fused kernel."""

import keras
from keras import layers, ops

from kerasgan import backend
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class BatchNormalization(layers.BatchNormalization):
    """`keras.layers.BatchNormalization` by the backend's fastest way: the same arguments, weights
    and numbers.

    In training, TensorFlow and PyTorch have a kernel for it, where Keras writes it out.

    Args:
        *args: as for `keras.layers.BatchNormalization`.
        **kwargs: as for `keras.layers.BatchNormalization`.

    Example:

    >>> import numpy as np
    >>> norm = BatchNormalization(epsilon=0.0)
    >>> ops.convert_to_numpy(norm(np.array([[1.0], [3.0]], "float32"), training=True)).tolist()
    [[-1.0], [1.0]]
    """

    def call(
        self, inputs: Tensor, training: bool | None = None, mask: Tensor | None = None
    ) -> Tensor:
        """The layer's output, as Keras's layer gives it."""
        last = self.axis in (-1, len(inputs.shape) - 1) and len(inputs.shape) in (2, 4)
        plain = last and mask is None and not self.renorm and not self.synchronized
        usual = self.compute_dtype in ("float32", "bfloat16", "float16")
        if not (training and self.trainable and plain and usual and backend.batch_normalize):
            return super().call(inputs, training, mask)
        channels = inputs.shape[-1:]
        gamma = ops.cast(self.gamma, "float32") if self.scale else ops.ones(channels)
        beta = ops.cast(self.beta, "float32") if self.center else ops.zeros(channels)
        outputs, mean, variance = backend.batch_normalize(inputs, gamma, beta, self.epsilon)
        for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + new * (1 - self.momentum))
        return outputs
