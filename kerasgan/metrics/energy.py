"""The energy distance: how far apart two samples' distributions are, with a test."""

import numpy as np

from kerasgan.metrics.streaming import TwoSampleMetric

CHUNK = 2**18  # float64 numbers handled at once, 2 MiB: what a processor cache holds


def energy_distance(x, y):
    """Computes the squared energy distance 2 E|X - Y| - E|X - X'| - E|Y - Y'| of two samples.

    It is 0 exactly if the samples hold the same points in the same shares. See Székely and Rizzo,
    Energy statistics: a class of statistics based on distances, J. Stat. Plan. Inference 143, 2013.

    Args:
        x: (n, d) points.
        y: (m, d) points.

    Returns:
        A float, at least 0, in the points' own unit of length. The means run over all pairs, a
        point with itself among them. Time grows with (n + m)^2 d, memory does not.

    Raises:
        ValueError: if the shapes disagree or a value is not finite.

    Example:

    >>> from kerasgan.metrics import energy_distance
    >>> energy_distance([[0.0]], [[3.0]])
    6.0
    """
    x, y = _check(x, y)
    between, within_x, within_y = (
        sum(block.sum() for _, block in _distances(a, b)) / (len(a) * len(b))
        for a, b in ((x, y), (x, x), (y, y))
    )
    return float(max(2 * between - within_x - within_y, 0.0))


def energy_test(x, y, permutations=200, seed=0):
    """Tests by permutation whether two samples come from one distribution.

    See `energy_distance` for the statistic and the paper.

    Args:
        x: (n, d) points.
        y: (m, d) points.
        permutations: int, how often the points are dealt anew into two samples.
        seed: int that makes the deals repeat.

    Returns:
        The energy distance and the p-value, two floats: p is the share of deals, the given one
        among them, that lie at least as far apart, so it is at least 1 / (permutations + 1).
        Memory grows with (n + m)^2: 3.2 GB for 10,000 points each.

    Raises:
        ValueError: if the shapes disagree, a value is not finite or `permutations` is below 1.

    Example:

    >>> import numpy as np
    >>> from kerasgan.metrics import energy_test
    >>> x = np.random.default_rng(0).normal(size=(100, 2))
    >>> distance, p = energy_test(x, x + 1)
    >>> p < 0.01
    True
    """
    x, y = _check(x, y)
    if permutations < 1:
        raise ValueError(f"permutations must be at least 1. Received: permutations={permutations}")
    pooled = np.concatenate([x, y])
    distances = np.empty((len(pooled), len(pooled)))
    for rows, block in _distances(pooled, pooled):
        distances[rows] = block
    # With 1/n for the points of x and -1/m for those of y the statistic is a quadratic form.
    given = np.concatenate([np.full(len(x), 1 / len(x)), np.full(len(y), -1 / len(y))])
    deals = np.tile(given, (permutations + 1, 1))
    np.random.default_rng(seed).permuted(deals[1:], axis=1, out=deals[1:])
    statistics = -np.einsum("pi,pi->p", deals @ distances, deals)
    tied = statistics[0] - 1e-9 * distances.mean()  # the same deal rounds differently in its row
    return float(max(statistics[0], 0.0)), float(np.mean(statistics >= tied))


def _distances(x, y):
    """Yields slices of rows with the Euclidean distances (rows, m) from those points of x to y."""
    centre = y.mean(axis=0)  # |x|^2 + |y|^2 - 2 x.y rounds least near the origin
    x, y = x - centre, y - centre
    step = max(CHUNK // len(y), 1)
    for start in range(0, len(x), step):
        rows = slice(start, start + step)
        norms = (x[rows] ** 2).sum(axis=1)[:, None] + (y**2).sum(axis=1)
        squares = norms - 2 * x[rows] @ y.T
        squares[squares < x.shape[1] * np.finfo(float).eps * norms] = 0  # mere rounding
        yield rows, np.sqrt(squares)


def _check(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 2 or y.ndim != 2 or x.shape[1] != y.shape[1] or not x.size or not y.size:
        raise ValueError(
            "x must be (n, d) and y (m, d), neither empty. "
            f"Received: x.shape={x.shape}, y.shape={y.shape}"
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError(
            f"x holds {np.count_nonzero(~np.isfinite(x))} and y "
            f"{np.count_nonzero(~np.isfinite(y))} values that are NaN or infinite. "
            f"Received: x.shape={x.shape}, y.shape={y.shape}"
        )
    return x, y


class EnergyDistance(TwoSampleMetric):
    """The squared energy distance of images, see `energy_distance`.

    Args:
        extractor: see `kerasgan.metrics.streaming.TwoSampleMetric`.
        name: str, the metric's name in logs.

    Example:

    >>> import numpy as np
    >>> from kerasgan.metrics.energy import EnergyDistance
    >>> metric = EnergyDistance()
    >>> metric.update_real(np.zeros((4, 1, 1, 1)))
    >>> metric.update_state(np.ones((4, 1, 1, 1)))
    >>> metric.result()
    2.0
    """

    default_name = "energy"

    def of(self, real, fake):
        """The distance of two `Collection`s."""
        return energy_distance(real.features(), fake.features())
