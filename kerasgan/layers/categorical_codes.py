"""Categorical codes, made of normal latents."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.utils.checks import widths
from kerasgan.utils.types import Shape, Tensor


@keras.saving.register_keras_serializable("kerasgan")
class CategoricalCodes(keras.layers.Layer):
    """Turns the first entries of latents into one-hot codes, and leaves the others alone.

    A code of k classes takes k entries: 1 stands where the greatest of them was, 0 elsewhere. Of
    latents from N(0, I) each class comes equally often, so that whatever draws such latents draws
    codes as well.

    Args:
        sizes: tuple of ints, the number of classes of each code.
        **kwargs: as for `keras.layers.Layer`.

    Raises:
        ValueError: if a size is no whole number from 1 on.

    Example:

    >>> from keras import ops
    >>> latents = ops.array([[0.2, 0.7, -1.5, 0.4, 3.0, -0.5]])
    >>> ops.convert_to_numpy(CategoricalCodes((3, 2))(latents)).tolist()
    [[0.0, 1.0, 0.0, 0.0, 1.0, -0.5]]
    """

    def __init__(self, sizes: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sizes = widths("sizes", sizes)
        self.built = True

    def call(self, latents: Tensor) -> Tensor:
        """A tensor of the shape of `latents`, `(n, d)`."""
        parts, start = [], 0
        for size in self.sizes:
            part = latents[:, start : start + size]
            greatest = part == ops.max(part, axis=1, keepdims=True)  # `argmax` goes into no file
            parts.append(ops.cast(greatest, latents.dtype))
            start += size
        return ops.concatenate([*parts, latents[:, start:]], axis=1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """The input's."""
        return input_shape

    def get_config(self) -> dict:
        """`sizes`."""
        return {**super().get_config(), "sizes": self.sizes}
