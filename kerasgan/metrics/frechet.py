"""The Fréchet distance: how far apart two samples' means and covariances are."""

import numpy as np

from kerasgan.metrics.streaming import Moments, TwoSampleMetric, check_samples

EPSILON = np.finfo(np.float64).eps
TOLERANCE = 1e-9  # share of a nuclear norm that rounding may take


def frechet_distance(real, fake):
    """Computes the Fréchet distance of two samples' Gaussians, of Inception's features the "FID".

    That is |m - m'|² + tr(S + S' - 2 (S S')^½) of their means and unbiased covariances. See Heusel,
    Ramsauer, Unterthiner, Nessler and Hochreiter 2017 (arXiv:1706.08500).

    It depends on the number of samples: of the same distributions, fewer give a larger distance,
    by far if there are fewer samples than features. Then it is that of these very samples, and no
    estimate of the distributions'. Compare only scores of equally many samples.

    Args:
        real: (n, d) features of real images, n at least 2.
        fake: (m, d) those of generated ones, m at least 2.

    Returns:
        A float, at least 0, in the square of the features' unit.

    Raises:
        ValueError: if the shapes disagree, a value is not finite or there are fewer than two
            samples.

    Example:

    >>> from kerasgan.metrics.frechet import frechet_distance
    >>> frechet_distance([[0.0], [2.0]], [[3.0], [5.0]])
    9.0
    """
    real, fake = check_samples(real, fake)
    return _distance(_of_features(real), _of_features(fake))


def frechet_distance_of_moments(real, fake):
    """Computes the Fréchet distance from what two `Moments` have seen, see `frechet_distance`.

    Args:
        real: `kerasgan.metrics.streaming.Moments` of real images' features.
        fake: those of generated ones'.

    Returns:
        A float, at least 0.

    Raises:
        ValueError: if the features are not equally many or there are fewer than two samples.

    Example:

    >>> import numpy as np
    >>> from kerasgan.metrics.frechet import frechet_distance_of_moments
    >>> real, fake = Moments(), Moments()
    >>> real.update(np.array([[0.0], [2.0]]))
    >>> fake.update(np.array([[3.0], [5.0]]))
    >>> frechet_distance_of_moments(real, fake)
    9.0
    """
    real, fake = _of_moments(real), _of_moments(fake)
    if len(real[0]) != len(fake[0]):
        raise ValueError(
            "Real and generated images must have equally many features. "
            f"Received: real={len(real[0])}, fake={len(fake[0])}"
        )
    return _distance(real, fake)


def _of_features(features):
    """The mean, and a root (d, r): a matrix R whose R R' is the covariance."""
    count, width = features.shape
    if 2 <= count <= width:
        centred = features.astype(np.float64)
        mean = centred.mean(axis=0)
        centred -= mean
        return mean, centred.T / np.sqrt(count - 1)
    moments = Moments()
    moments.update(features)
    return _of_moments(moments)


def _of_moments(moments):
    """As `_of_features`. A singular covariance's root has a column for each of its ranks."""
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


def _distance(real, fake):
    (mean, root), (other_mean, other_root) = real, fake
    apart = np.square(mean - other_mean).sum()
    spread = np.square(root).sum() + np.square(other_root).sum()
    # tr (S S')^½ is the sum of the singular values of R' R' for any roots of S and S'
    return float(apart + max(spread - 2 * _nuclear_norm(root.T @ other_root), 0.0))


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


class FrechetDistance(TwoSampleMetric):
    """The Fréchet distance of images' features, see `frechet_distance`.

    Memory does not grow with the samples.

    Args:
        extractor: see `kerasgan.metrics.streaming.TwoSampleMetric`.
        name: str, the metric's name in logs.

    Example:

    >>> import numpy as np
    >>> from kerasgan.metrics.frechet import FrechetDistance
    >>> metric = FrechetDistance()
    >>> metric.update_real(np.zeros((4, 1, 1, 1)))
    >>> metric.update_state(np.ones((4, 1, 1, 1)))
    >>> metric.result()
    1.0
    """

    default_name = "fid"
    accumulator = Moments

    def of(self, real, fake):
        """The distance of two `Moments`."""
        return frechet_distance_of_moments(real, fake)
