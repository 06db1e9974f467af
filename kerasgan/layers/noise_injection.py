"""Noise of a learned strength."""

from typing import Any

import keras
from keras import ops

from kerasgan.utils import checks
from kerasgan.utils.types import Shape, Tensor


@keras.saving.register_keras_serializable("kerasgan")
class NoiseInjection(keras.layers.Layer):
    """Adds a map of N(0, 1), new at each call in training and the same for all channels, times one
    learned number, zero at first. At inference it adds nothing.

    Args:
        seed: int or None.
        **kwargs: as for `keras.layers.Layer`.

    Example:

    >>> import numpy as np
    >>> noise = NoiseInjection(seed=0)
    >>> maps = np.ones((2, 4, 4, 3), "float32")
    >>> bool(ops.all(noise(maps, training=True) == maps))
    True
    >>> noise.set_weights([np.ones(1)])
    >>> bool(ops.any(noise(maps, training=True) == maps))
    False
    """

    def __init__(self, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = checks.seed("seed", seed)
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape: Shape) -> None:
        """Make the strength."""
        self.strength = self.add_weight((1,), "zeros", name="strength")

    def call(self, inputs: Tensor, training: bool | None = False) -> Tensor:
        """Add noise to a tensor `(n, height, width, channels)`."""
        if not training:
            return inputs
        n, height, width, _ = ops.shape(inputs)
        dtype = self.compute_dtype
        noise = keras.random.normal((n, height, width, 1), dtype=dtype, seed=self.seed_generator)
        return inputs + ops.cast(self.strength, dtype) * noise

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """The input's."""
        return input_shape

    def get_config(self) -> dict:
        """`seed`."""
        return {**super().get_config(), "seed": self.seed}
