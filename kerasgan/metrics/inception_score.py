"""The Inception score: how sure a classifier is of each image, and how varied of all."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kerasgan.metrics.features import check_features, check_widths
from kerasgan.utils.checks import width

ROUNDING = 1e-3  # how far a row's sum may be from 1, as half precision leaves it


def inception_score(probabilities: ArrayLike, splits: int = 10) -> dict[str, float]:
    """Computes exp(E KL(p(y|x) || p(y))), the mean over parts of the sample.

    It lies between 1, of images that are all alike or of no class, and the number of classes, of
    images that are each surely of one, all equally often. See Salimans, Goodfellow,
    Zaremba, Cheung, Radford and Chen 2016 (arXiv:1606.03498).

    The parts are dealt as cards are, sample i to part i mod `splits`, so that they can be summed
    while samples come in, and images that come sorted, class after class, do no harm. The usual
    scripts take contiguous parts: for samples in random order neither is better, though the
    numbers differ as random parts do. With `splits=1` there is no difference.

    Args:
        probabilities: (n, classes) of generated images, each row's sum 1.
        splits: int, number of parts, at least 1. Fewer samples a part give a lower score.

    Returns:
        A dict of two floats: `is`, the mean over the parts, and `is_std`, their standard
        deviation, 0 if there is but one.

    Raises:
        ValueError: if rows are not probabilities, or there are fewer of them than `splits`.

    Example:

    >>> inception_score([[1.0, 0.0], [0.0, 1.0]], splits=1)
    {'is': 2.0, 'is_std': 0.0}
    """
    sums = Sums(splits)
    sums.update(probabilities)
    return sums.result()


class Sums:
    """Sums of probabilities and of their negative entropies, by part, in float64."""

    def __init__(self, splits: int = 10):
        self.splits, self.count = width("splits", splits), 0
        self.shares: Any = None
        self.certainties = np.zeros(splits)

    def update(self, probabilities: ArrayLike) -> None:
        """Adds samples, (n, classes).

        Raises:
            ValueError: if rows are not probabilities, or not of as many classes as before.
        """
        p = check_features("probabilities", probabilities).astype(np.float64)
        if p.min() < 0 or np.abs(p.sum(axis=1) - 1).max() > ROUNDING:
            raise ValueError(
                "probabilities must not be negative, and each row's sum 1. Received: minimum "
                f"{p.min():.3g}, sums from {p.sum(axis=1).min():.3g} to {p.sum(axis=1).max():.3g}"
            )
        p /= p.sum(axis=1, keepdims=True)
        if self.shares is None:
            self.shares = np.zeros((self.splits, p.shape[1]))
        check_widths(self.shares.shape[1], p.shape[1])
        certainties = _x_log_x(p).sum(axis=1)
        for part in range(self.splits):
            rows = slice((part - self.count) % self.splits, None, self.splits)
            self.shares[part] += p[rows].sum(axis=0)
            self.certainties[part] += certainties[rows].sum()
        self.count += len(p)

    def result(self) -> dict[str, float]:
        """The dict of `inception_score`."""
        if self.count < self.splits:
            raise ValueError(
                "Each part needs a sample: add more or lower `splits`. "
                f"Received: samples={self.count}, splits={self.splits}"
            )
        counts = (self.count - np.arange(self.splits) - 1) // self.splits + 1
        marginals = self.shares / counts[:, None]
        divergences = self.certainties / counts - _x_log_x(marginals).sum(axis=1)
        scores = np.exp(np.maximum(divergences, 0))  # rounding may leave one a little below 0
        return {"is": float(scores.mean()), "is_std": float(scores.std())}


def _x_log_x(x):
    return x * np.log(np.where(x > 0, x, 1))
