"""The Inception score: how sure a classifier is of each image, and how varied of all."""

import keras
import numpy as np

from kerasgan.metrics import extractors
from kerasgan.metrics.streaming import HostMetric, check_features, check_widths

ROUNDING = 1e-3  # how far a row's sum may be from 1, as half precision leaves it


def inception_score(probabilities, splits=10):
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

    >>> from kerasgan.metrics.inception_score import inception_score
    >>> inception_score([[1.0, 0.0], [0.0, 1.0]], splits=1)
    {'is': 2.0, 'is_std': 0.0}
    """
    sums = Sums(splits)
    sums.update(probabilities)
    return sums.result()


class Sums:
    """Sums of probabilities and of their negative entropies, by part, in float64.

    Args:
        splits: int, see `inception_score`.
    """

    def __init__(self, splits):
        if splits < 1:
            raise ValueError(f"splits must be at least 1. Received: splits={splits}")
        self.splits, self.count, self.shares, self.certainties = splits, 0, None, np.zeros(splits)

    def update(self, probabilities):
        """Adds samples.

        Args:
            probabilities: array-like (n, classes).

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
        self._grow(p.shape[1])
        certainties = _x_log_x(p).sum(axis=1)
        for part in range(self.splits):
            rows = slice((part - self.count) % self.splits, None, self.splits)
            self.shares[part] += p[rows].sum(axis=0)
            self.certainties[part] += certainties[rows].sum()
        self.count += len(p)

    def merge(self, other):
        """Adds the samples that another `Sums` has seen, as if they had come after these."""
        if not other.count:
            return
        self._grow(other.shares.shape[1])
        self.shares += np.roll(other.shares, self.count, axis=0)
        self.certainties += np.roll(other.certainties, self.count)
        self.count += other.count

    def result(self):
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

    def _grow(self, classes):
        if self.shares is None:
            self.shares = np.zeros((self.splits, classes))
        check_widths(self.shares.shape[1], classes)


def _x_log_x(x):
    return x * np.log(np.where(x > 0, x, 1))


class InceptionScore(HostMetric):
    """The Inception score of images, see `inception_score`.

    Memory does not grow with the samples. What `merge` adds counts as having come later.

    Args:
        extractor: a `kerasgan.metrics.Extractor` with probabilities, or a name of one; None takes
            what comes as probabilities.
        splits: int, number of parts, at least 1.
        name: str, the metric's name in logs.

    Example:

    >>> import numpy as np
    >>> from kerasgan.metrics.inception_score import InceptionScore
    >>> metric = InceptionScore(splits=1)
    >>> metric.update_state(np.eye(4))
    >>> metric.result()
    {'is': 4.0, 'is_std': 0.0}
    """

    default_name = "is"

    def __init__(self, extractor=None, splits=10, name=None):
        self.extractor = None if extractor is None else extractors.get(extractor)
        self.splits = splits
        super().__init__(name or self.default_name)

    def update_state(self, images):
        """Adds a batch of generated images."""
        probabilities = keras.ops.convert_to_numpy(images)
        if self.extractor is not None:
            probabilities = self.extractor.probabilities(probabilities)
        self.sums.update(probabilities)

    def reset_state(self):
        """Forgets the images."""
        self.sums = Sums(self.splits)

    def merge(self, other):
        self.sums.merge(other.sums)

    def result(self):
        """The dict of `inception_score` for what was added so far.

        Raises:
            ValueError: if there are fewer images than `splits`.
        """
        return self.sums.result()
