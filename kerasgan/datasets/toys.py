"""Points in the plane, and mixtures of Gaussians in any dimension, to watch a GAN learn.

All raise a ValueError if a number is out of its range.
"""

import numpy as np
from numpy.typing import ArrayLike

from kerasgan.utils import checks


def gaussian_mixture(
    weights: ArrayLike,
    means: ArrayLike,
    covariances: ArrayLike,
    n: int = 10_000,
    seed: int | None = None,
) -> np.ndarray:
    """Draws points from a mixture of Gaussians.

    Args:
        weights: (k,) shares of the modes, not negative, with sum 1.
        means: (k, d) centres.
        covariances: (k, d, d) symmetric positive semi-definite matrices, or (k,) variances of
            round modes.
        n: int, number of points.
        seed: int that makes the points repeat.

    Returns:
        A float32 array (n, d).

    Raises:
        ValueError: if the shapes disagree or a value is out of its range.

    Example:

    >>> gaussian_mixture([0.9, 0.1], [[0.0], [5.0]], [1.0, 0.25], n=500, seed=1).shape
    (500, 1)
    """
    checks.whole("n", n, most=checks.MOST)
    weights, means, covariances = (
        checks.floats(name, value)
        for name, value in (("weights", weights), ("means", means), ("covariances", covariances))
    )
    if means.ndim != 2 or weights.shape != means.shape[:1]:
        raise ValueError(
            "weights must be (k,) and means (k, d). "
            f"Received: weights.shape={weights.shape}, means.shape={means.shape}"
        )
    modes, dimension = means.shape
    if not (weights >= 0).all() or abs(weights.sum() - 1) > 1e-6:
        raise ValueError(f"weights must be >= 0 with sum 1. Received: weights={weights.tolist()}")
    if covariances.shape not in ((modes,), (modes, dimension, dimension)):
        raise ValueError(
            f"covariances must be {(modes,)} or {(modes, dimension, dimension)}. "
            f"Received: covariances.shape={covariances.shape}"
        )
    if covariances.ndim == 1:
        covariances = covariances[:, None, None] * np.eye(dimension)
    if not (np.isfinite(means).all() and np.isfinite(covariances).all()):
        raise ValueError(
            f"means and covariances must be finite. Received: means={means.tolist()}, "
            f"covariances={covariances.tolist()}"
        )
    variances, axes = np.linalg.eigh(covariances)
    symmetric = np.allclose(covariances, covariances.transpose(0, 2, 1))
    if not symmetric or (variances < -1e-9 * abs(variances).max(1, keepdims=True)).any():
        raise ValueError(
            "covariances must be symmetric and positive semi-definite. "
            f"Received: covariances={covariances.tolist()}"
        )
    rng = np.random.default_rng(checks.seed("seed", seed))
    chosen = rng.choice(modes, n, p=weights / weights.sum())
    points = rng.standard_normal((n, dimension))
    for mode in range(modes):
        root = axes[mode] * np.sqrt(variances[mode].clip(0))
        points[chosen == mode] = points[chosen == mode] @ root.T + means[mode]
    return points.astype("float32")


def gaussian_ring(
    modes: int = 8, radius: float = 1.0, std: float = 0.01, n: int = 10_000, seed: int | None = None
) -> np.ndarray:
    """Draws points from equal round Gaussians on a circle.

    Args:
        modes: int, number of Gaussians.
        radius: distance of their centres (see `ring_means`) from the origin.
        std: standard deviation of each in each coordinate.
        n, seed: as for `gaussian_mixture`.

    Returns:
        A float32 array (n, 2).

    Example:

    >>> gaussian_ring(n=100, seed=0).shape
    (100, 2)
    """
    return _equal_mixture(ring_means(modes, radius), std, n, seed)


def gaussian_grid(
    side: int = 5, spacing: float = 2.0, std: float = 0.05, n: int = 10_000, seed: int | None = None
) -> np.ndarray:
    """Draws points from equal round Gaussians on a square grid.

    Args:
        side: int, number of Gaussians along each side.
        spacing: distance between neighbouring centres (see `grid_means`).
        std: standard deviation of each in each coordinate.
        n, seed: as for `gaussian_mixture`.

    Returns:
        A float32 array (n, 2).

    Example:

    >>> gaussian_grid(n=100, seed=0).shape
    (100, 2)
    """
    return _equal_mixture(grid_means(side, spacing), std, n, seed)


def ring_means(modes: int = 8, radius: float = 1.0) -> np.ndarray:
    """Gives the centres of `gaussian_ring`.

    Args:
        modes: int, number of centres.
        radius: their distance from the origin.

    Returns:
        A float32 array (modes, 2), counter-clockwise from (radius, 0).

    Example:

    >>> ring_means(4).round(3) + 0
    array([[ 1.,  0.],
           [ 0.,  1.],
           [-1.,  0.],
           [ 0., -1.]], dtype=float32)
    """
    checks.whole("modes", modes, most=checks.WIDEST)
    checks.number("radius", radius)
    angles = 2 * np.pi * np.arange(modes) / modes
    return (radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)).astype("float32")


def grid_means(side: int = 5, spacing: float = 2.0) -> np.ndarray:
    """Gives the centres of `gaussian_grid`.

    Args:
        side: int, number of centres along each side.
        spacing: distance between neighbours.

    Returns:
        A float32 array (side * side, 2) whose mean is the origin.

    Example:

    >>> grid_means(2)
    array([[-1., -1.],
           [-1.,  1.],
           [ 1., -1.],
           [ 1.,  1.]], dtype=float32)
    """
    checks.whole("side", side, most=checks.DEEPEST)
    checks.number("spacing", spacing)
    ticks = spacing * (np.arange(side) - (side - 1) / 2)
    x, y = np.meshgrid(ticks, ticks, indexing="ij")
    return np.stack([x.ravel(), y.ravel()], axis=1).astype("float32")


def two_moons(n: int = 10_000, noise: float = 0.05, seed: int | None = None) -> np.ndarray:
    """Draws points from two half circles of radius 1 that reach into each other.

    Args:
        n, seed: as for `gaussian_mixture`.
        noise: standard deviation of what is added to each coordinate.

    Returns:
        A float32 array (n, 2); without noise inside [-1.5, 1.5] x [-0.75, 0.75].

    Example:

    >>> two_moons(n=100, seed=0).shape
    (100, 2)
    """
    rng = _generator(n, noise, seed)
    angles = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(angles) - 0.5, np.sin(angles) - 0.25], axis=1)
    points = np.where(rng.random((n, 1)) < 0.5, upper, -upper)
    return (points + noise * rng.standard_normal((n, 2))).astype("float32")


def swiss_roll(n: int = 10_000, noise: float = 0.05, seed: int | None = None) -> np.ndarray:
    """Draws points from one and a half turns of a spiral whose radius grows from 2/3 to 2.

    Args:
        n, seed: as for `gaussian_mixture`.
        noise: standard deviation of what is added to each coordinate.

    Returns:
        A float32 array (n, 2); without noise inside [-2, 2] x [-2, 2].

    Example:

    >>> swiss_roll(n=100, seed=0).shape
    (100, 2)
    """
    rng = _generator(n, noise, seed)
    angles = rng.uniform(1.5 * np.pi, 4.5 * np.pi, n)
    radius = 2 * angles / (4.5 * np.pi)
    points = radius[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return (points + noise * rng.standard_normal((n, 2))).astype("float32")


def _equal_mixture(means, std, n, seed):
    variances = np.full(len(means), checks.number("std", std, least=0)) ** 2
    return gaussian_mixture(np.full(len(means), 1 / len(means)), means, variances, n, seed)


def _generator(n, noise, seed):
    checks.whole("n", n, most=checks.MOST)
    checks.number("noise", noise, least=0)
    return np.random.default_rng(checks.seed("seed", seed))
