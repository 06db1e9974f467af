"""The real images that are most like generated ones."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from kerasgan.utils.checks import images as check_images
from kerasgan.utils.checks import whole

AT_ONCE = 1000  # images of an array


class Neighbours(NamedTuple):
    """What `nearest` finds, for each of n samples its k neighbours, the nearest first.

    Attributes:
        images: float32 array (n, k, height, width, channels).
        indices: int array (n, k), where they are in the data.
        distances: float array (n, k), Euclidean ones of the features.
    """

    images: np.ndarray
    indices: np.ndarray
    distances: np.ndarray


def nearest(
    samples: np.ndarray,
    data: Any,
    k: int = 1,
    features: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Neighbours:
    """Finds the images of a data set that are nearest to samples: has a model learnt by heart?

    Args:
        samples: float array (n, height, width, channels) in [-1, 1].
        data: likewise the real images, or their batches in a fixed order, such as
            `kerasgan.datasets.load(..., shuffle=False, drop_remainder=False)`; of a batch with
            labels, the images are looked at.
        k: int, how many for each sample.
        features: function of images to an array (n, d) by which they are compared, such as
            `kerasgan.metrics.extractors.get("efficientnet_lite0").features`; None for their pixels.

    Returns:
        A `Neighbours`.

    Raises:
        ValueError: if the samples are no images, or there are fewer than k real ones.

    Example:

    >>> data = np.linspace(-1, 1, 5)[:, None, None, None] * np.ones((5, 4, 4, 1))
    >>> nearest(data[3:] - 0.1, data, k=2).indices.tolist()
    [[3, 2], [4, 3]]
    """
    features = features or _pixels
    samples = check_images("samples", samples)
    seen = np.asarray(features(samples), "float64")
    n, k, start = len(samples), whole("k", k), 0
    best, where = np.empty((n, 0)), np.empty((n, 0), int)
    kept: dict[int, np.ndarray] = {}
    for images in _batches(data):
        real = np.asarray(features(images), "float64")
        squares = (seen**2).sum(1)[:, None] + (real**2).sum(1) - 2 * seen @ real.T
        best = np.concatenate([best, squares], axis=1)
        indices = np.broadcast_to(np.arange(start, start + len(images)), squares.shape)
        where = np.concatenate([where, indices], axis=1)
        order = np.argsort(best, axis=1, kind="stable")[:, :k]
        best, where = (np.take_along_axis(a, order, axis=1) for a in (best, where))
        kept = {i: images[i - start] if i >= start else kept[i] for i in np.unique(where)}
        start += len(images)
    if start < k:
        raise ValueError(f"There are fewer real images than neighbours. Received: {k=}, {start}")
    found = np.stack([kept[i] for i in where.ravel()]).reshape(n, k, *samples.shape[1:])
    return Neighbours(found, where, np.sqrt(np.maximum(best, 0)))


def _pixels(images):
    return images.reshape(len(images), -1)


def _batches(data: Any) -> Iterable[np.ndarray]:
    if hasattr(data, "shape"):
        data = np.split(data, range(AT_ONCE, len(data), AT_ONCE))
    for batch in data:
        images = batch[0] if isinstance(batch, tuple | list) else batch
        yield check_images("data", np.asarray(images))
