"""A pool of images that were generated before."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.utils import checks
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class ImagePool(keras.layers.Layer):
    """Mixes generated images with earlier ones, so that a discriminator does not forget them.

    The pool first fills with the images that come, which pass through. Once it is full, each image
    passes with probability 1/2; else it takes the place of one drawn at random, and that one is
    given back (Shrivastava et al. 2016, arXiv:1612.07828, as in CycleGAN's code). The images of a
    batch are handled one after another. The pool is part of the model's state: it is saved, and a
    resumed run goes on with it. Under `tf.distribute` every replica has a pool of its own, and the
    first one's is saved.

    Args:
        shape: tuple (height, width, channels) of the images.
        size: int, how many images the pool holds; 0 lets all images pass.
        seed: int or None, of its draws.
        **kwargs: `name`, `dtype` for `keras.layers.Layer`.

    Raises:
        ValueError: if `size` is no whole number, or negative.

    Example:

    >>> from keras import ops
    >>> pool = ImagePool((1, 1, 1), size=2, seed=0)
    >>> first = pool(ops.reshape(ops.array([1.0, 2.0]), (2, 1, 1, 1)))
    >>> ops.convert_to_numpy(first).ravel().tolist()
    [1.0, 2.0]
    >>> later = pool(ops.reshape(ops.array([3.0]), (1, 1, 1, 1)))
    >>> float(ops.squeeze(later)) in (1.0, 2.0, 3.0)
    True
    """

    def __init__(
        self, shape: Sequence[int], size: int = 50, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.shape = checks.widths("shape", shape, 3)
        self.size = checks.whole("size", size, least=0, most=checks.WIDEST)
        self.seed = checks.seed("seed", seed)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.images = self.add_weight(
            (self.size, *self.shape),
            "zeros",
            "float32",
            trainable=False,
            autocast=False,
            name="images",
        )
        self.count = self.add_weight((), "zeros", "int32", trainable=False, name="count")
        self.built = True

    def call(self, images: Tensor) -> Tensor:
        """Images to show to the discriminator.

        Args:
            images: float tensor `(n, height, width, channels)`, detached.

        Returns:
            A tensor of the same shape and dtype.
        """
        if self.size == 0:
            return images
        n = ops.shape(images)[0]
        chance = keras.random.uniform((n,), seed=self.seed_generator)
        drawn = keras.random.randint((n,), 0, self.size, seed=self.seed_generator)
        given, order = ops.cast(images, "float32"), ops.arange(n, dtype="int32")
        filling = self.count + order < self.size
        slots = ops.where(filling, self.count + order, drawn)
        swapping = ops.logical_and(ops.logical_not(filling), chance > 0.5)
        writing = ops.logical_or(filling, swapping)
        # One after another: what image i finds in its slot is the last that came there before it.
        came = ops.logical_and(slots[:, None] == slots, writing)
        held = ops.take(self.images, slots, axis=0)
        found = _last(ops.logical_and(came, order < order[:, None]), order, given, held)
        kept = _last(came, order, given, held)
        self.images.assign(ops.scatter_update(self.images, slots[:, None], kept))
        self.count.assign_add(ops.sum(ops.cast(filling, "int32")))
        shown = ops.where(ops.reshape(swapping, (-1, 1, 1, 1)), found, given)
        return ops.cast(shown, images.dtype)

    def get_config(self) -> dict:
        return {
            **super().get_config(),
            "shape": self.shape,
            "size": self.size,
            "seed": self.seed,
        }


def _last(came, order, given, held):
    """For each row of `came` the last image of `given` that came; that of `held` if none did."""
    last = ops.max(ops.where(came, order, -1), axis=1)
    new = ops.take(given, ops.maximum(last, 0), axis=0)
    return ops.where(ops.reshape(last >= 0, (-1, 1, 1, 1)), new, held)
