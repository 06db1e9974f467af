"""Noise of a learned strength."""

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.utils import checks
from kerasgan.utils.types import Shape, Tensor


@keras.saving.register_keras_serializable("kerasgan")
class NoiseInjection(keras.layers.Layer):
    """Adds a map of N(0, 1), new at each call in training and the same for all channels, times one
    learned number, zero at first.

    At inference it adds nothing, or the same map to all samples, which is drawn once and not
    stored, so that what is made depends on the latents alone.

    Args:
        seed: int or None, of training's noise.
        place: int or None, the seed of inference's noise, another one for each layer; None adds
            none.
        **kwargs: as for `keras.layers.Layer`.

    Example:

    >>> noise = NoiseInjection(seed=0)
    >>> maps = np.ones((2, 4, 4, 3), "float32")
    >>> bool(ops.all(noise(maps, training=True) == maps))
    True
    >>> noise.set_weights([np.ones(1)])
    >>> bool(ops.any(noise(maps, training=True) == maps))
    False
    """

    def __init__(self, seed: int | None = None, place: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed, self.place = checks.seed("seed", seed), checks.seed("place", place)
        self.seed_generator = keras.random.SeedGenerator(seed)

    def build(self, input_shape: Shape) -> None:
        """Make the strength."""
        self.strength = self.add_weight((1,), "zeros", name="strength")
        if self.place is not None:
            shape = (1, *input_shape[1:3], 1)
            noise = np.random.default_rng(self.place).standard_normal(shape)
            self.constant = noise.astype("float32")

    def call(self, inputs: Tensor, training: bool | None = False) -> Tensor:
        """Add noise to a tensor `(n, height, width, channels)`."""
        if training:
            shape = (*ops.shape(inputs)[:3], 1)
            noise = keras.random.normal(shape, dtype="float32", seed=self.seed_generator)
        elif self.place is None:
            return inputs
        else:
            noise = ops.convert_to_tensor(self.constant)
        return inputs + ops.cast(self.strength * noise, inputs.dtype)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """The input's."""
        return input_shape

    def get_config(self) -> dict:
        """`seed`, `place`."""
        return {**super().get_config(), "seed": self.seed, "place": self.place}
