"""How many modes of a known mixture a generator reaches, and how evenly."""

import numpy as np
from numpy.typing import ArrayLike

from kerasgan.metrics.distances import squared_distances
from kerasgan.metrics.features import check_samples
from kerasgan.utils.checks import floats, number


def mode_statistics(
    points: ArrayLike, means: ArrayLike, std: float, weights: ArrayLike | None = None
) -> dict[str, float]:
    """Counts modes and good samples as Lin, Khetan, Fanti and Oh do (PacGAN, 2018).

    A sample is of high quality if its nearest mode is at most 3 `std` away. A mode is reached if
    a high-quality sample is nearest to it. See arXiv:1712.04086, section 4.1.

    Args:
        points: (n, d) generated samples.
        means: (k, d) centres of the modes.
        std: standard deviation of each mode in each coordinate, above 0.
        weights: (k,) shares of the modes in the mixture, above 0, in any unit; None for equal
            ones.

    Returns:
        A dict of `modes`, int, how many of the k are reached; `high_quality`, float in [0, 1], the
        share of such samples; and two Kullback-Leibler divergences between the high-quality
        samples' shares over the modes and the mixture's, floats in nats. `reverse_kl`, which the
        paper gives, is that of the samples' shares from the mixture's: 0 when they are the same,
        log(k) when all are in one of k equal modes, infinite when there are no such samples. `kl`
        is that of the mixture's shares from the samples': infinite as soon as one mode is missed.

    Raises:
        ValueError: if the shapes disagree, a value is not finite, or `std` or a weight is not
            positive.

    Example:

    >>> from kerasgan.datasets import gaussian_ring, ring_means
    >>> mode_statistics(ring_means(8)[:4], ring_means(8), std=0.01)
    {'modes': 4, 'high_quality': 1.0, 'reverse_kl': 0.6931471805599453, 'kl': inf}
    """
    points, means = check_samples(points, means, ("points", "means"))
    number("std", std, above=0)
    shares = np.ones(len(means)) if weights is None else floats("weights", weights)
    if shares.shape != (len(means),) or not (np.isfinite(shares) & (shares > 0)).all():
        raise ValueError(f"weights must be {len(means)} positive numbers. Received: {weights=}")
    shares = shares / shares.sum()
    counts = np.zeros(len(means), int)
    for _, squares in squared_distances(points, means, margin=-1):  # 3 std counts, too
        good = squares.min(axis=1) <= (3 * std) ** 2
        counts += np.bincount(squares.argmin(axis=1)[good], minlength=len(means))
    found = {
        "modes": int(np.count_nonzero(counts)),
        "high_quality": float(counts.sum() / len(points)),
    }
    if not counts.any():
        return {**found, "reverse_kl": np.inf, "kl": np.inf}
    made = counts / counts.sum()
    reached = made > 0
    reverse = made[reached] @ np.log(made[reached] / shares[reached])
    forward = shares @ np.log(shares / made) if reached.all() else np.inf
    # rounding may leave either a little below 0
    return {**found, "reverse_kl": max(float(reverse), 0.0), "kl": max(float(forward), 0.0)}
