"""Differentiable augmentation of a fixed strength."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.layers.augment import Augment, gather_pixels
from kerasgan.utils.types import Tensor

_KINDS = ("color", "translation", "cutout")


@keras.saving.register_keras_serializable("kerasgan")
class DiffAugment(Augment):
    """Random colour, translation and cutout of every image, for training on few images.

    - "color": brightness plus U(-0.5, 0.5); then the distance from the pixel's mean over the
      channels times U(0, 2) (saturation, without effect on one channel); then the distance from
      the image's mean times U(0.5, 1.5) (contrast).
    - "translation": by whole pixels, uniform within ±1/8 of height and of width; what comes in is
      zero, which is grey.
    - "cutout": a rectangle of half the height and half the width becomes zero; its centre is
      uniform over the image, so that a part may lie outside.

    Reference: Zhao et al. 2020, Differentiable Augmentation for Data-Efficient GAN Training,
    arXiv:2006.10738, with the published code's ranges.

    Args:
        policy: str or sequence of "color", "translation", "cutout", applied in that order.
        seed: int or None.
        **kwargs: `name` for `keras.layers.Layer`.

    Raises:
        ValueError: if `policy` holds an unknown kind, or none.

    Example:

    >>> import numpy as np
    >>> from keras import ops
    >>> images = np.ones((2, 6, 6, 1), "float32")
    >>> cut = ops.convert_to_numpy(DiffAugment("cutout", seed=0)(images))
    >>> cut.shape, float(cut.min()), float(cut.max())
    ((2, 6, 6, 1), 0.0, 1.0)
    """

    def __init__(
        self, policy: str | Sequence[str] = _KINDS, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(policy, _KINDS, seed, **kwargs)

    def transform(self, images: Tensor) -> Tensor:
        """Apply the kinds of the policy."""
        for kind in _KINDS:
            if kind in self.policy:
                images = getattr(self, f"_{kind}")(images)
        return images

    def _color(self, x):
        x = x + self.uniform(-0.5, 0.5, x)
        for axes, low, high in ((3, 0.0, 2.0), ((1, 2, 3), 0.5, 1.5)):
            mean = ops.mean(x, axis=axes, keepdims=True)
            x = (x - mean) * self.uniform(low, high, x) + mean
        return x

    def _translation(self, x):
        def source(size):  # where each row or column comes from, and whether that is inside
            reach = int(size / 8 + 0.5)
            index = ops.arange(size) + self._integer(-reach, reach + 1, x)
            inside = ops.cast((index >= 0) & (index < size), x.dtype)
            return ops.clip(index, 0, size - 1), inside

        _, height, width, _ = x.shape
        (rows, row_inside), (columns, column_inside) = source(height), source(width)
        moved = gather_pixels(x, rows[:, :, None], columns[:, None, :])
        return moved * row_inside[:, :, None, None] * column_inside[:, None, :, None]

    def _cutout(self, x):
        def covered(size):  # whether each row or column is one of the rectangle's
            length = int(size / 2 + 0.5)
            first = self._integer(0, size + 1 - length % 2, x) - length // 2
            index = ops.arange(size)
            return ops.cast((index >= first) & (index < first + length), x.dtype)

        _, height, width, _ = x.shape
        rows, columns = covered(height), covered(width)
        return x * (1 - rows[:, :, None, None] * columns[:, None, :, None])

    def _integer(self, low, high, images):
        """One of low, ..., high - 1 for each image, (n, 1)."""
        shape = (ops.shape(images)[0], 1)
        return keras.random.randint(shape, low, high, seed=self.seed_generator)
