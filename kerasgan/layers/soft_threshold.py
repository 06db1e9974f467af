"""Soft thresholding."""

import keras
from keras import ops


@keras.saving.register_keras_serializable("kerasgan")
class SoftThreshold(keras.layers.Layer):
    """In inference, takes `threshold` off what is larger, whatever its sign, and makes the rest
    zero; in training it changes nothing.

    Of signals with noise it keeps what stands out: Donoho 1995, De-Noising by Soft-Thresholding,
    doi:10.1109/18.382009.

    Args:
        threshold: float, at least 0.
        **kwargs: as for `keras.layers.Layer`.

    Raises:
        ValueError: if `threshold` is negative.

    Example:

    >>> import numpy as np
    >>> x = np.array([-1.0, 0.25, 1.0], "float32")
    >>> ops.convert_to_numpy(SoftThreshold(0.5)(x)).tolist()
    [-0.5, 0.0, 0.5]
    >>> ops.convert_to_numpy(SoftThreshold(0.5)(x, training=True)).tolist()
    [-1.0, 0.25, 1.0]
    """

    def __init__(self, threshold, **kwargs):
        if threshold < 0:
            raise ValueError(f"The threshold must be at least 0. Received: {threshold=}")
        super().__init__(**kwargs)
        self.threshold = threshold

    def call(self, inputs, training=False):
        """A tensor of the inputs' shape."""
        return inputs if training else ops.soft_shrink(inputs, self.threshold)

    def get_config(self):
        """`threshold`."""
        return {**super().get_config(), "threshold": self.threshold}
