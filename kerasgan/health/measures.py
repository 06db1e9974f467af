"""What is measured of samples and weights, as numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from kerasgan.metrics.distances import distances

SIDE = 32  # images are averaged down to that many pixels, where modes still show and time is saved
TWICE = 1 / 3  # nearest distance over the second nearest, as Yoon et al. draw the line


def features(data: ArrayLike) -> np.ndarray:
    """Data as rows in which distances mean something.

    Args:
        data: array (n, height, width, channels) or (n, d).

    Returns:
        float32 array (n, features): of images the pixels, averaged in squares where a side is
        longer than 32; of points their coordinates.

    Example:

    >>> features(np.zeros((5, 64, 48, 3))).shape
    (5, 2304)
    """
    array = np.asarray(data, "float32")
    if array.ndim == 4:
        n, *sides, channels = array.shape
        size = -(-max(sides) // SIDE)
        rows, columns = (max(side // size, 1) for side in sides)
        array = array[:, : rows * size, : columns * size]
        squares = array.reshape(n, rows, -1, columns, array.shape[2] // columns, channels)
        array = squares.mean((2, 4))
    return array.reshape(len(array), -1)


def spread(x: np.ndarray) -> np.ndarray:
    """The mean distance of two rows, and the median distance of a row from its nearest."""
    apart = distances(x, x)[~np.eye(len(x), dtype=bool)].reshape(len(x), -1)
    return np.array([apart.mean(), np.median(apart.min(axis=1))])


def diversity(samples: np.ndarray, real: np.ndarray) -> float:
    """How far apart samples are, in units of how far apart real ones are.

    Args:
        samples: array (n, d), see `features`.
        real: array (m, d). As many rows of both are used, at least two.

    Returns:
        The smaller of two ratios, a float: of the mean distances of two rows, which are small if
        all samples are alike; and of the median distances of a row from its nearest, which are
        small if samples repeat a few. 1.0 if the real ones are all the same.

    Example:

    >>> real = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    >>> diversity(real / 4, real)
    0.25
    """
    n = min(len(samples), len(real))
    ours, theirs = spread(samples[:n]), spread(real[:n])
    known = theirs > 0
    return float((ours[known] / theirs[known]).min()) if known.any() else 1.0


def copies(samples: np.ndarray, training: np.ndarray, own: np.ndarray | None = None) -> np.ndarray:
    """Which samples lie on one training example, by the distances of the nearest two.

    A sample that lies on an example is much nearer to it than to the next. So Yoon, Choi, Kwon &
    Ryu 2023, Diffusion Probabilistic Models Generalize when They Fail to Memorize, tell copies;
    blurred samples, which are near to everything, are none.

    Args:
        samples: array (n, d), see `features`.
        training: array (m, d), at least three rows, each there once.
        own: int array (n,), rows of `training` that the samples are themselves, not to be counted.

    Returns:
        bool array (n,).
    """
    apart = distances(samples, training)
    if own is not None:
        apart[np.arange(len(samples)), own] = np.inf
    nearest, second = np.partition(apart, 1, axis=1)[:, :2].T
    return nearest < TWICE * second


def change(before: Sequence[np.ndarray], after: Sequence[np.ndarray]) -> float:
    """How much arrays changed: the norm of the differences over the norm of what they were.

    Args:
        before: list of arrays.
        after: list of arrays of the same shapes.

    Returns:
        A float, at least 0.

    Example:

    >>> change([np.array([3.0, 4.0])], [np.array([3.0, 4.5])])
    0.1
    """
    moved = sum(np.square(a - b).sum(dtype="float64") for a, b in zip(after, before, strict=True))
    size = sum(np.square(b).sum(dtype="float64") for b in before)
    return float(np.sqrt(moved / size)) if size else float(moved > 0)
