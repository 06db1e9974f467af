"""The Fréchet distance: how far apart two samples' means and covariances are."""

import numpy as np
from numpy.typing import ArrayLike

from kerasgan.metrics.features import Moments, check_features

EPSILON = np.finfo(np.float64).eps
TOLERANCE = 1e-9  # share of a nuclear norm that rounding may take


def frechet_distance(real: ArrayLike | Moments, fake: ArrayLike | Moments) -> float:
    """Computes the Fréchet distance of two samples' Gaussians, of Inception's features the "FID".

    That is |m - m'|² + tr(S + S' - 2 (S S')^½) of their means and unbiased covariances. See Heusel,
    Ramsauer, Unterthiner, Nessler and Hochreiter 2017 (arXiv:1706.08500).

    It depends on the number of samples: of the same distributions, fewer give a larger distance,
    by far if there are fewer samples than features. Then it is that of these very samples, and no
    estimate of the distributions'. Compare only scores of equally many samples.

    Args:
        real: (n, d) features of real images, n at least 2, or what `Moments` have seen of them.
        fake: (m, d) those of generated ones, m at least 2, or their `Moments`.

    Returns:
        A float, at least 0, in the square of the features' unit.

    Raises:
        ValueError: if the shapes disagree, a value is not finite or there are fewer than two
            samples.

    Example:

    >>> frechet_distance([[0.0], [2.0]], [[3.0], [5.0]])
    9.0
    """
    mean, root = _mean_and_root("real", real)
    other_mean, other_root = _mean_and_root("fake", fake)
    if len(mean) != len(other_mean):
        raise ValueError(
            "Real and generated images must have equally many features. "
            f"Received: real={len(mean)}, fake={len(other_mean)}"
        )
    apart = np.square(mean - other_mean).sum()
    spread = np.square(root).sum() + np.square(other_root).sum()
    # tr (S S')^½ is the sum of the singular values of R' R' for any roots of S and S'
    return float(apart + max(spread - 2 * _nuclear_norm(root.T @ other_root), 0.0))


def _mean_and_root(name, features):
    """The mean, and a root (d, r): a matrix R whose R R' is the covariance.

    A singular covariance's root has a column for each of its ranks.
    """
    moments = features
    if not isinstance(features, Moments):
        features = check_features(name, features)
        count, width = features.shape
        if 2 <= count <= width:
            centred = features.astype(np.float64)
            mean = centred.mean(axis=0)
            centred -= mean
            return mean, centred.T / np.sqrt(count - 1)
        moments = Moments()
        moments.update(features)
    covariance = moments.covariance()
    noise = 10 * len(covariance) * EPSILON
    try:
        root = np.linalg.cholesky(covariance)
        if (root.diagonal() ** 2).min() > noise * covariance.diagonal().max():
            return moments.mean, root
    except np.linalg.LinAlgError:
        pass
    values, vectors = np.linalg.eigh(covariance)
    kept = values > noise * values[-1]
    return moments.mean, vectors[:, kept] * np.sqrt(values[kept])


def _nuclear_norm(matrix):
    """The sum of the singular values."""
    scale = np.abs(matrix).max(initial=0.0)
    if not scale:
        return 0.0
    matrix = matrix / scale
    if matrix.shape[0] > matrix.shape[1]:
        matrix = matrix.T
    squares = np.linalg.eigvalsh(matrix @ matrix.T)
    if squares[0] > 0:
        values = np.sqrt(squares)
        # each square is off by EPSILON of the largest, which small ones' roots may not bear
        if EPSILON * squares[-1] * (0.5 / values).sum() < TOLERANCE * values.sum():
            return scale * values.sum()
    return scale * np.linalg.svd(matrix, compute_uv=False).sum()
