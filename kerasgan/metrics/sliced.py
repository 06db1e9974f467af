"""The sliced Wasserstein distance: samples compared along random lines."""

import numpy as np
from numpy.typing import ArrayLike

from kerasgan.metrics.features import check_samples
from kerasgan.utils.checks import WIDEST, whole

CHUNK = 2**21  # float64 numbers handled at once, 16 MiB


def sliced_wasserstein(
    real: ArrayLike, fake: ArrayLike, projections: int = 128, seed: int = 0
) -> float:
    """Computes the sliced Wasserstein distance of order 1 of two samples.

    Both are projected on random directions; on each the distance is that of the sorted values,
    exact for samples of unequal sizes too, and the directions' mean counts. See Rabin, Peyré,
    Delon and Bernot, Wasserstein barycenter and its application to texture mixing, SSVM 2011.
    Karras, Aila, Laine and Lehtinen 2018 (arXiv:1710.10196) take it of patches of a Laplacian
    pyramid; here it is of whole features, or of pixels, so the numbers are not theirs.

    Args:
        real: (n, d) features, or pixels, of real images.
        fake: (m, d) those of generated ones.
        projections: int, how many directions.
        seed: int that makes the directions repeat.

    Returns:
        A float, at least 0, in the features' own unit: of many features that are all shifted by
        s, about 0.8 s; of d of which one is shifted, about 0.8 s / sqrt(d).

    Raises:
        ValueError: if the shapes disagree, a value is not finite or `projections` is below 1.

    Example:

    >>> sliced_wasserstein([[0.0], [1.0]], [[3.0]])
    2.5
    """
    real, fake = check_samples(real, fake)
    whole("projections", projections, most=WIDEST), whole("seed", seed, least=0)
    rng = np.random.default_rng(seed)
    # Both quantile functions are constant between neighbours among all i / n and j / m; these
    # are counted in units of 1 / (n m).
    n, m = len(real), len(fake)
    ends = np.union1d(np.arange(n + 1) * m, np.arange(m + 1) * n)
    starts, widths = ends[:-1], np.diff(ends) / (n * m)
    total, step = 0.0, max(CHUNK // (n + m + real.shape[1]), 1)
    for start in range(0, projections, step):
        directions = rng.normal(size=(min(step, projections - start), real.shape[1]))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        gaps = _sorted(real, directions)[:, starts // m] - _sorted(fake, directions)[:, starts // n]
        total += (np.abs(gaps) @ widths).sum()
    return float(total / projections)


def _sorted(features, directions):
    """The projections (directions, samples), each direction's in order."""
    step = max(CHUNK // features.shape[1], 1)
    parts = [
        directions @ features[start : start + step].T.astype(float)
        for start in range(0, len(features), step)
    ]
    return np.sort(np.concatenate(parts, axis=1), axis=1)
