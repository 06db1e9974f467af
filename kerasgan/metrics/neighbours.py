"""Precision, recall, density and coverage: do samples lie among the real ones, and near all?"""

import numpy as np

from kerasgan.metrics.streaming import TwoSampleMetric, check_samples

CHUNK = 2**22  # distances handled at once, 32 MiB


def precision_recall(real, fake, k=3):
    """Computes which share of each sample lies in the other's neighbourhoods.

    A sample's neighbourhood is the union of balls around its points, each just reaching its k-th
    nearest other point. See Kynkäänniemi, Karras, Laine, Lehtinen and Aila 2019
    (arXiv:1904.06991). Low precision means poor images, low recall kinds of images that are
    missing. Both depend on the numbers of samples: compare only scores of equally many.

    Args:
        real: (n, d) features of real images.
        fake: (m, d) those of generated ones.
        k: int, at least 1 and below n and m.

    Returns:
        A dict of two floats in [0, 1]: `precision`, the share of the generated in the real ones'
        neighbourhood, and `recall`, that of the real in the generated ones'. What lies on a ball's
        rim is in it, so all copies of a real point are. Time grows with (n + m)² d, memory with
        (n + m) d.

    Raises:
        ValueError: if the shapes disagree, a value is not finite or `k` is out of range.

    Example:

    >>> from kerasgan.metrics.neighbours import precision_recall
    >>> precision_recall([[0.0], [1.0], [3.0], [5.0]], [[0.5], [1.5], [9.0], [9.5]], k=1)
    {'precision': 0.5, 'recall': 0.5}
    """
    real, fake = _centred(real, fake)
    of_real, of_fake = _radii("real", real, k), _radii("fake", fake, k)
    precise, recalled = 0, np.zeros(len(real), bool)
    for rows, squares in _squares(fake, real, -_rounding(real)):
        precise += (squares <= of_real).any(axis=1).sum()
        recalled |= (squares <= of_fake[rows, None]).any(axis=0)
    return {"precision": float(precise / len(fake)), "recall": float(recalled.mean())}


def density_coverage(real, fake, k=5):
    """Computes how densely generated samples lie around real ones, and how many they reach.

    Around each real point lies a ball that just reaches its k-th nearest other real one. See
    Naeem, Oh, Uh, Choi and Yoo 2020 (arXiv:2002.09797). Unlike in `precision_recall`, one outlier
    with its large ball changes neither by much.

    Args:
        real: (n, d) features of real images.
        fake: (m, d) those of generated ones.
        k: int, at least 1 and below n.

    Returns:
        A dict of two floats: `density`, in how many balls a generated point lies, on average and
        over k, which is 1 if the distributions are the same and may be above; and `coverage`, in
        [0, 1], the share of the balls in which at least one lies. What lies on a ball's rim is in
        it, so copies of the real points have a density of (k + 1) / k. Time grows with
        (n + m) n d, memory with (n + m) d.

    Raises:
        ValueError: if the shapes disagree, a value is not finite or `k` is out of range.

    Example:

    >>> from kerasgan.metrics.neighbours import density_coverage
    >>> density_coverage([[0.0], [1.0], [5.0]], [[0.5], [20.0]], k=1)
    {'density': 1.0, 'coverage': 0.6666666666666666}
    """
    real, fake = _centred(real, fake)
    radii = _radii("real", real, k)
    inside, covered = 0, np.zeros(len(real), bool)
    for _, squares in _squares(fake, real, -_rounding(real)):
        within = squares <= radii
        inside += np.count_nonzero(within)
        covered |= within.any(axis=0)
    return {"density": float(inside / (k * len(fake))), "coverage": float(covered.mean())}


def _centred(real, fake):
    """Both in float64; |x|² + |y|² - 2 x·y rounds least near the origin."""
    real, fake = (x.astype(np.float64) for x in check_samples(real, fake))
    centre = real.mean(axis=0)
    real -= centre
    fake -= centre
    return real, fake


def _radii(name, x, k):
    """The squared distance from each point to its k-th nearest other one."""
    _check_k(k)
    if k >= len(x):
        raise ValueError(
            f"A point's k-th nearest other one takes more than k points in `{name}`. "
            f"Received: {k=}, {name}.shape={x.shape}"
        )
    radii = np.empty(len(x))
    for rows, squares in _squares(x, x, _rounding(x)):
        squares.partition(k, axis=1)
        radii[rows] = squares[:, k]
    return radii


def _squares(x, y, rounding):
    """Yields slices of rows with the squared distances (rows, m) from those points of x to y.

    A distance is known but to a share of the norms. That share is added in radii and taken off
    what is compared with them, so that a point on a ball's rim is never lost.
    """
    x_norms, y_norms = (np.einsum("nd,nd->n", z, z) * (1 + rounding) for z in (x, y))
    step = max(CHUNK // len(y), 1)
    for start in range(0, len(x), step):
        rows = slice(start, start + step)
        squares = x[rows] @ y.T
        squares *= -2
        squares += x_norms[rows, None]
        squares += y_norms
        yield rows, squares


def _rounding(x):
    return (x.shape[1] + 2) * np.finfo(np.float64).eps


def _check_k(k):
    if k < 1:
        raise ValueError(f"k must be at least 1. Received: {k=}")


class PrecisionRecall(TwoSampleMetric):
    """Precision and recall of images' features, see `precision_recall`.

    Args:
        extractor: see `kerasgan.metrics.streaming.TwoSampleMetric`.
        k: int, at least 1.
        name: str, the metric's name in logs.

    Example:

    >>> import numpy as np
    >>> from kerasgan.metrics.neighbours import PrecisionRecall
    >>> metric = PrecisionRecall(k=1)
    >>> metric.update_real(np.zeros((4, 1, 1, 1)))
    >>> metric.update_state(np.ones((4, 1, 1, 1)))
    >>> metric.result()
    {'precision': 0.0, 'recall': 0.0}
    """

    default_name = "precision_recall"

    def __init__(self, extractor=None, k=3, name=None):
        _check_k(k)
        self.k = k
        super().__init__(extractor, name)

    def of(self, real, fake):
        """The dict for two `Collection`s."""
        return precision_recall(real.features(), fake.features(), self.k)


class DensityCoverage(TwoSampleMetric):
    """Density and coverage of images' features, see `density_coverage`.

    Args:
        extractor: see `kerasgan.metrics.streaming.TwoSampleMetric`.
        k: int, at least 1.
        name: str, the metric's name in logs.

    Example:

    >>> import numpy as np
    >>> from kerasgan.metrics.neighbours import DensityCoverage
    >>> metric = DensityCoverage(k=1)
    >>> metric.update_real(np.zeros((4, 1, 1, 1)))
    >>> metric.update_state(np.ones((4, 1, 1, 1)))
    >>> metric.result()
    {'density': 0.0, 'coverage': 0.0}
    """

    default_name = "density_coverage"

    def __init__(self, extractor=None, k=5, name=None):
        _check_k(k)
        self.k = k
        super().__init__(extractor, name)

    def of(self, real, fake):
        """The dict for two `Collection`s."""
        return density_coverage(real.features(), fake.features(), self.k)
