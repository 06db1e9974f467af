"""Precision, recall, density and coverage: do samples lie among the real ones, and near all?"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kerasgan.metrics.distances import squared_distances
from kerasgan.metrics.features import check_samples
from kerasgan.utils.checks import whole


def precision_recall(real: ArrayLike, fake: ArrayLike, k: int = 3) -> dict[str, float]:
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

    >>> precision_recall([[0.0], [1.0], [3.0], [5.0]], [[0.5], [1.5], [9.0], [9.5]], k=1)
    {'precision': 0.5, 'recall': 0.5}
    """
    real, fake = check_samples(real, fake)
    of_real, of_fake = _radii("real", real, k), _radii("fake", fake, k)
    precise: Any = 0
    recalled = np.zeros(len(real), bool)
    for rows, squares in squared_distances(fake, real, margin=-1):  # a rim's point is not lost
        precise += np.count_nonzero((squares <= of_real).any(axis=1))
        recalled |= (squares <= of_fake[rows, None]).any(axis=0)
    return {"precision": float(precise / len(fake)), "recall": float(recalled.mean())}


def density_coverage(real: ArrayLike, fake: ArrayLike, k: int = 5) -> dict[str, float]:
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

    >>> density_coverage([[0.0], [1.0], [5.0]], [[0.5], [20.0]], k=1)
    {'density': 1.0, 'coverage': 0.6666666666666666}
    """
    real, fake = check_samples(real, fake)
    radii = _radii("real", real, k)
    inside: Any = 0
    covered = np.zeros(len(real), bool)
    for _, squares in squared_distances(fake, real, margin=-1):
        within = squares <= radii
        inside += np.count_nonzero(within)
        covered |= within.any(axis=0)
    return {"density": float(inside / (k * len(fake))), "coverage": float(covered.mean())}


def _radii(name, x, k):
    """The squared distance from each point to its k-th nearest other one."""
    if whole("k", k) >= len(x):
        raise ValueError(
            f"A point's k-th nearest other one takes more than k points in `{name}`. "
            f"Received: {k=}, {name}.shape={x.shape}"
        )
    radii = np.empty(len(x))
    for rows, squares in squared_distances(x, x, margin=1):
        squares.partition(k, axis=1)
        radii[rows] = squares[:, k]
    return radii
