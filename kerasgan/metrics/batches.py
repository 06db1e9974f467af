"""Images in batches, and what tells these from others."""

import hashlib
from collections.abc import Iterable, Iterator

import keras
import numpy as np

from kerasgan.utils.checks import bounded
from kerasgan.utils.types import Tensor

BATCH = 100
Images = np.ndarray | Iterable[Tensor | tuple]


def batches(images: Images) -> Iterator[np.ndarray]:
    """Yields float32 arrays of images in any of the forms that `Evaluator` takes.

    Raises:
        ValueError: if they are not (n, height, width, channels) in [-1, 1].
    """
    if isinstance(images, np.ndarray):
        images = np.split(images, range(BATCH, len(images), BATCH))
    for batch in images:
        batch = keras.ops.convert_to_numpy(batch[0] if isinstance(batch, tuple) else batch)
        if batch.ndim != 4:
            raise ValueError(
                f"Images must be (n, height, width, channels). Received: images.shape={batch.shape}"
            )
        if batch.size:
            bounded("images", batch)
        yield batch.astype("float32")


def alike(*sides: np.ndarray) -> list[np.ndarray]:
    """Batches of images (n, height, width, channels), grey ones as RGB unless all are grey."""
    channels = max(images.shape[-1] for images in sides)
    return [images.repeat(channels // images.shape[-1], axis=-1) for images in sides]


class Digest:
    """A hash of images that does not depend on their order.

    Example:

    >>> images = np.arange(4.0).reshape(2, 1, 2, 1)
    >>> one, other = Digest(), Digest()
    >>> one.update(images)
    >>> other.update(images[::-1])
    >>> one.hex() == other.hex()
    True
    """

    def __init__(self) -> None:
        self.count, self._sum = 0, 0
        self.shape: tuple[int, ...] = ()

    def update(self, images: np.ndarray) -> None:
        """Adds images, an array (n, ...)."""
        self.shape = images.shape[1:]
        for image in np.ascontiguousarray(images, "float32"):
            self._sum += int.from_bytes(hashlib.sha256(image.tobytes()).digest(), "big")
        self.count += len(images)

    def hex(self) -> str:
        """The hash, 64 digits."""
        return hashlib.sha256(f"{self.shape} {self.count} {self._sum}".encode()).hexdigest()
