"""How CUT compares patches of what it makes with those of what that was made from."""

import functools

import keras
from keras import ops

from kerasgan.losses import patch_nce
from kerasgan.utils.types import Tensor


def contrast(self: keras.Model, images: Tensor, training: bool) -> tuple[Tensor, Tensor]:
    """What becomes of images, and how well its patches are found among theirs.

    A method of `kerasgan.CUT`.

    Args:
        images: float tensor `(n, height, width, channels)`.
        training: bool. In training FastCUT translates half of the images mirrored.

    Returns:
        The translated images, and the contrastive loss, a mean over images, layers and places.
    """
    translate, encode = (
        functools.partial(network, training=training)
        for network in (self.translating, self.encoder)
    )
    if self.fast and training:
        mirror = _some_mirrored(self, images)
        made, keys = translate(mirror(images))[0], encode(images)
        queries = [mirror(x) for x in (made, *encode(made))]
    else:
        made, *keys = translate(images)
        queries = [made, *encode(made)]
    chosen = [_choose(self, places) for places in self.places]
    queries, keys = (
        self.heads([_at(x, *where) for x, where in zip(maps, chosen, strict=True)])
        for maps in (queries, [images, *keys])
    )
    losses = [patch_nce(q, k, self.temperature) for q, k in zip(queries, keys, strict=True)]
    return made, sum(losses) / len(losses)


def _some_mirrored(self, images):
    """A function that mirrors half of as many images, always the same ones."""
    shape = (ops.shape(images)[0], 1, 1, 1)
    which = keras.random.uniform(shape, seed=self.seed_generator) < 0.5
    return lambda images: ops.where(which, ops.flip(images, axis=2), images)


def _choose(self, places):
    """How many places a map has, and which of them are compared, the same in all images."""
    if places <= self.patches:
        return places, None
    order = ops.argsort(keras.random.uniform((places,), seed=self.seed_generator))
    return places, order[: self.patches]


def _at(maps, places, chosen):
    """The vectors of feature maps at the chosen places, `(n, places, channels)`."""
    vectors = ops.reshape(maps, (-1, places, maps.shape[-1]))
    return vectors if chosen is None else ops.take(vectors, chosen, axis=1)
