"""How many modes of a known mixture a generator reaches, and how evenly."""

import numpy as np


def mode_statistics(points, means, std):
    """Counts modes and good samples as Lin, Khetan, Fanti and Oh do (PacGAN, 2018).

    A sample is of high quality if its nearest mode is at most 3 `std` away. A mode is reached if
    a high-quality sample is nearest to it. See arXiv:1712.04086, section 4.1.

    Args:
        points: (n, d) generated samples.
        means: (k, d) centres of the modes.
        std: standard deviation of each mode in each coordinate, above 0.

    Returns:
        A dict of `modes`, int, how many of the k are reached; `high_quality`, float in [0, 1], the
        share of such samples; `reverse_kl`, float in nats, the Kullback-Leibler divergence of
        the high-quality samples' shares over the modes from equal shares: 0 when equal, log(k)
        when all are in one mode, infinity when there are none.

    Raises:
        ValueError: if the shapes disagree, `points` are not finite or `std` is not positive.

    Example:

    >>> from kerasgan.datasets import gaussian_ring, ring_means
    >>> from kerasgan.metrics import mode_statistics
    >>> mode_statistics(ring_means(8)[:4], ring_means(8), std=0.01)
    {'modes': 4, 'high_quality': 1.0, 'reverse_kl': 0.6931471805599453}
    """
    points, means = np.asarray(points, dtype=float), np.asarray(means, dtype=float)
    if points.ndim != 2 or means.ndim != 2 or points.shape[1] != means.shape[1] or not points.size:
        raise ValueError(
            "points must be (n, d) and means (k, d). "
            f"Received: points.shape={points.shape}, means.shape={means.shape}"
        )
    if not np.isfinite(points).all():
        raise ValueError(
            f"points has {np.count_nonzero(~np.isfinite(points))} values that are NaN or infinite. "
            f"Received: points.shape={points.shape}"
        )
    if not std > 0:
        raise ValueError(f"std must be positive. Received: std={std}")
    distances = np.stack([np.linalg.norm(points - mean, axis=1) for mean in means])
    good = distances.min(axis=0) <= 3 * std
    counts = np.bincount(distances.argmin(axis=0)[good], minlength=len(means))
    shares = counts[counts > 0] / max(good.sum(), 1)
    return {
        "modes": len(shares),
        "high_quality": float(good.mean()),
        "reverse_kl": float(shares @ np.log(shares * len(means))) if len(shares) else np.inf,
    }
