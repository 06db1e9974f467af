"""How images are made ready for a network: rounded, resized, rescaled."""

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.utils.types import Tensor


class Prepare(keras.layers.Layer):
    """Makes images ready for a network that takes so many `channels`, or any number (None).

    The other arguments are those of `Extractor`.
    """

    def __init__(
        self,
        channels: int | None,
        size: tuple[int, int] | None,
        resize: str,
        levels: tuple[float, float] | None,
        **kwargs: Any,
    ):
        super().__init__(**kwargs)
        self.channels, self.size, self.resize, self.levels = channels, size, resize, levels

    def call(self, images: Tensor) -> Tensor:
        if self.levels:
            images = ops.round((ops.clip(images, -1.0, 1.0) + 1.0) * 127.5)
        if self.size:
            for axis, size in enumerate(self.size, start=1):
                images = resized(images, axis, size, self.resize)
        if self.levels:
            offset, scale = self.levels
            images = (images - offset) / scale
        if self.channels is not None and images.shape[3] != self.channels:
            images = ops.repeat(images, self.channels, axis=3)
        return images


def resized(images: Tensor, axis: int, size: int, method: str) -> Tensor:
    """Images resized along an axis, 1 for height or 2 for width; see `Extractor` for the method."""
    old = images.shape[axis]
    if old == size:
        return images
    shape = [1, 1, 1, 1]
    shape[axis] = size
    indices, shares = TAPS[method](old, size)
    return sum(
        ops.take(images, index, axis=axis) * share.reshape(shape)
        for index, share in zip(indices, shares, strict=True)
    )


def _tf1(old, new):
    """Which pixels (taps, new) a resize reads, and the shares of each in the new one."""
    place = np.arange(new, dtype="float32") * np.float32(old / new)
    below = place.astype("int32")
    share = place - below
    return np.stack([below, np.minimum(below + 1, old - 1)]), np.stack([1 - share, share])


def _bilinear(old, new):
    """As `_tf1`. A triangle around each new pixel's centre, as wide as 2 pixels, of the larger."""
    scale = old / new
    width = max(scale, 1.0)
    centre = (np.arange(new) + 0.5) * scale - 0.5
    index = np.floor(centre - width).astype("int32") + np.arange(2 * int(width) + 4)[:, None]
    share = np.clip(1 - np.abs(index - centre) / width, 0, None)
    share *= (index >= 0) & (index < old)  # beyond the border there is nothing
    share /= share.sum(axis=0)
    used = share.any(axis=1)
    return np.clip(index, 0, old - 1)[used], share[used].astype("float32")


TAPS = {"bilinear": _bilinear, "tf1": _tf1}
