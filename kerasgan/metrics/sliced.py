"""The sliced Wasserstein distance: samples compared along random lines."""

import numpy as np

from kerasgan.metrics.streaming import TwoSampleMetric, check_samples

CHUNK = 2**21  # float64 numbers handled at once, 16 MiB


def sliced_wasserstein(real, fake, projections=128, seed=0):
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

    >>> from kerasgan.metrics.sliced import sliced_wasserstein
    >>> sliced_wasserstein([[0.0], [1.0]], [[3.0]])
    2.5
    """
    real, fake = check_samples(real, fake)
    _check_projections(projections)
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


def _check_projections(projections):
    if projections < 1:
        raise ValueError(f"projections must be at least 1. Received: projections={projections}")


class SlicedWasserstein(TwoSampleMetric):
    """The sliced Wasserstein distance of order 1 of images, see `sliced_wasserstein`.

    Args:
        extractor: see `kerasgan.metrics.streaming.TwoSampleMetric`.
        projections: int, how many directions.
        seed: int that makes the directions repeat.
        name: str, the metric's name in logs.

    Raises:
        ValueError: if `projections` is below 1.

    Example:

    >>> import numpy as np
    >>> from kerasgan.metrics.sliced import SlicedWasserstein
    >>> metric = SlicedWasserstein()
    >>> metric.update_real(np.zeros((4, 1, 1, 1)))
    >>> metric.update_state(np.ones((4, 1, 1, 1)))
    >>> metric.result()
    1.0
    """

    default_name = "swd"

    def __init__(self, extractor=None, projections=128, seed=0, name=None):
        _check_projections(projections)
        self.projections, self.seed = projections, seed
        super().__init__(extractor, name)

    def of(self, real, fake):
        """The distance of two `Collection`s."""
        return sliced_wasserstein(real.features(), fake.features(), self.projections, self.seed)
