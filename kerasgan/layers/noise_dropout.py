"""Dropout as a source of noise."""

import keras

from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class NoiseDropout(keras.layers.Dropout):
    """`keras.layers.Dropout` that draws in inference too, as the noise of a translator.

    Reference: Isola et al. 2017, Image-to-Image Translation with Conditional Adversarial Networks,
    arXiv:1611.07004, section 2.1.

    Args:
        *args: as for `keras.layers.Dropout`; give a `seed`.
        **kwargs: as for `keras.layers.Dropout`.

    Example:

    >>> import numpy as np
    >>> noise = NoiseDropout(0.5, seed=0)
    >>> values = keras.ops.convert_to_numpy(noise(np.ones((1, 100), "float32"), training=False))
    >>> sorted(set(values[0].tolist()))
    [0.0, 2.0]
    """

    def call(self, inputs: Tensor, training: bool | None = False) -> Tensor:
        """Drop a share `rate` of the inputs and scale the others up, whatever `training` is."""
        return super().call(inputs, training=True)
