"""Self-attention between the places of a map."""

from typing import Any

import keras
from keras import ops

from kerasgan.layers.convolution import Conv2D
from kerasgan.layers.spectral import SpectralNormalization
from kerasgan.utils import checks
from kerasgan.utils.types import Shape, Tensor


@keras.saving.register_keras_serializable("kerasgan")
class SelfAttention2D(keras.layers.Layer):
    """Adds to each place of a map what it attends to at all others: SAGAN's block.

    Queries and keys are 1x1 convolutions to an eighth of the channels, values to half of them; keys
    and values are halved by maximum pooling, as in the authors' code. Each place takes the mean of
    the values, weighted by the softmax of its query's products with the keys; a fourth 1x1
    convolution leads it back to all channels, and it is added times one learned number γ, zero at
    first, so that the layer begins as the identity. No convolution has a bias.

    Reference: Zhang, Goodfellow, Metaxas & Odena 2018, Self-Attention Generative Adversarial
    Networks, arXiv:1805.08318.

    Args:
        spectral: bool, normalize the convolutions spectrally, as there.
        kernel_initializer: of the convolutions, as for `keras.layers.Conv2D`.
        **kwargs: as for `keras.layers.Layer`.

    Raises:
        ValueError: if a side of the map is below 2.

    Example:

    >>> import numpy as np
    >>> maps = np.ones((2, 8, 8, 16), "float32")
    >>> bool(ops.all(SelfAttention2D()(maps) == maps))
    True
    """

    def __init__(
        self,
        spectral: bool = True,
        kernel_initializer: str | keras.initializers.Initializer = "glorot_uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        checks.instance("spectral", spectral, bool)
        self.spectral = spectral
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        kind = keras.initializers.Initializer
        checks.instance("kernel_initializer", self.kernel_initializer, kind)

    def build(self, input_shape: Shape) -> None:
        """Make the convolutions and γ."""
        _, height, width, channels = input_shape
        if min(side for side in (height, width, 2) if side is not None) < 2:
            raise ValueError(
                "Self-attention pools by 2: a map's sides must be at least that. "
                f"Received: input_shape={tuple(input_shape)}"
            )
        half = max(channels // 2, 1)
        self.query, self.key = (self._convolution(max(channels // 8, 1), channels) for _ in "qk")
        self.value, self.out = self._convolution(half, channels), self._convolution(channels, half)
        self.gamma = self.add_weight((), "zeros", name="gamma")

    def _convolution(self, filters, channels):
        start = self.kernel_initializer.clone()
        layer = Conv2D(
            filters, 1, use_bias=False, kernel_initializer=start, dtype=self.dtype_policy
        )
        layer = SpectralNormalization(layer) if self.spectral else layer
        layer.build((None, None, None, channels))
        return layer

    def call(self, inputs: Tensor) -> Tensor:
        """Attend in a map `(n, height, width, channels)`."""
        query, key, value = self.query(inputs), self.key(inputs), self.value(inputs)
        key, value = ops.max_pool(key, 2, 2), ops.max_pool(value, 2, 2)

        def flat(x):
            return ops.reshape(x, (-1, x.shape[1] * x.shape[2], x.shape[3]))

        products = ops.matmul(flat(query), ops.transpose(flat(key), (0, 2, 1)))
        weights = ops.softmax(ops.cast(products, "float32"))
        attended = ops.matmul(ops.cast(weights, value.dtype), flat(value))
        attended = ops.reshape(attended, (-1, *inputs.shape[1:3], value.shape[-1]))
        return inputs + ops.cast(self.gamma, inputs.dtype) * self.out(attended)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """The input's."""
        return input_shape

    def get_config(self) -> dict:
        """`spectral`, `kernel_initializer`."""
        start = keras.initializers.serialize(self.kernel_initializer)
        return {**super().get_config(), "spectral": self.spectral, "kernel_initializer": start}
