"""How many modes of a known mixture a generator reaches, and how evenly."""

import keras
import numpy as np

from kerasgan.metrics import extractors
from kerasgan.metrics.streaming import HostMetric

DIGITS = 10


def mode_statistics(points, means, std, weights=None):
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
    >>> from kerasgan.metrics import mode_statistics
    >>> mode_statistics(ring_means(8)[:4], ring_means(8), std=0.01)
    {'modes': 4, 'high_quality': 1.0, 'reverse_kl': 0.6931471805599453, 'kl': inf}
    """
    means, weights = _check_mixture(means, std, weights)
    return _of_counts(_counts(points, means, std), len(points), weights)


def _check_mixture(means, std, weights):
    """Centres, and shares that sum to 1."""
    means = np.asarray(means, dtype=float)
    if means.ndim != 2 or not means.size or not np.isfinite(means).all():
        raise ValueError(
            f"means must be (k, d), finite and not empty. Received: means.shape={means.shape}"
        )
    if not 0 < std < np.inf:
        raise ValueError(f"std must be positive. Received: std={std}")
    given = np.ones(len(means)) if weights is None else np.asarray(weights, dtype=float)
    if given.shape != (len(means),) or not (np.isfinite(given) & (given > 0)).all():
        raise ValueError(f"weights must be {len(means)} positive numbers. Received: {weights=}")
    return means, given / given.sum()


def _counts(points, means, std):
    """How many high-quality samples are nearest to each mode, an array (k,)."""
    points = np.asarray(points, dtype=float)
    if points.ndim != 2 or points.shape[1] != means.shape[1] or not points.size:
        raise ValueError(
            "points must be (n, d) and means (k, d). "
            f"Received: points.shape={points.shape}, means.shape={means.shape}"
        )
    if not np.isfinite(points).all():
        raise ValueError(
            f"points has {np.count_nonzero(~np.isfinite(points))} values that are NaN or infinite. "
            f"Received: points.shape={points.shape}"
        )
    distances = np.stack([np.linalg.norm(points - mean, axis=1) for mean in means])
    good = distances.min(axis=0) <= 3 * std
    return np.bincount(distances.argmin(axis=0)[good], minlength=len(means))


def _of_counts(counts, samples, weights):
    found = {"modes": int(np.count_nonzero(counts)), "high_quality": float(counts.sum() / samples)}
    if not counts.any():
        return {**found, "reverse_kl": np.inf, "kl": np.inf}
    shares = counts / counts.sum()
    reached = shares > 0
    reverse = shares[reached] @ np.log(shares[reached] / weights[reached])
    forward = weights @ np.log(weights / shares) if reached.all() else np.inf
    # rounding may leave either a little below 0
    return {**found, "reverse_kl": max(float(reverse), 0.0), "kl": max(float(forward), 0.0)}


class _CountMetric(HostMetric):
    """Base of metrics that count samples, by mode and in all."""

    def __init__(self, modes, name):
        self._modes = modes
        super().__init__(name or self.default_name)

    def reset_state(self):
        """Forgets all samples."""
        self.counts, self.samples = np.zeros(self._modes, int), 0

    def merge(self, other):
        self.counts += other.counts
        self.samples += other.samples

    def _check(self):
        if not self.samples:
            raise ValueError("No samples were added yet. Received: samples=0")


class ModeStatistics(_CountMetric):
    """Modes of a known mixture that are reached, and how evenly, see `mode_statistics`.

    Args:
        means: (k, d) centres of the modes.
        std: standard deviation of each mode in each coordinate, above 0.
        weights: (k,) shares of the modes in the mixture; None for equal ones.
        name: str, the metric's name in logs.

    Raises:
        ValueError: see `mode_statistics`.

    Example:

    >>> from kerasgan.metrics.modes import ModeStatistics
    >>> metric = ModeStatistics(means=[[0.0, 0.0], [5.0, 5.0]], std=1)
    >>> metric.update_state([[0.0, 1.0], [9.0, 9.0]])
    >>> metric.update_state([[5.0, 6.0], [6.0, 5.0], [0.0, 0.0]])
    >>> metric.result()
    {'modes': 2, 'high_quality': 0.8, 'reverse_kl': 0.0, 'kl': 0.0}
    """

    default_name = "modes"

    def __init__(self, means, std, weights=None, name=None):
        self.means, self.weights = _check_mixture(means, std, weights)
        self.std = std
        super().__init__(len(self.means), name)

    def update_state(self, points):
        """Adds a batch (n, d) of generated samples."""
        points = keras.ops.convert_to_numpy(points)
        self.counts += _counts(points, self.means, self.std)
        self.samples += len(points)

    def result(self):
        """The dict of `mode_statistics` for what was added so far.

        Raises:
            ValueError: if there are no samples.
        """
        self._check()
        return _of_counts(self.counts, self.samples, self.weights)


def stacked_mnist_statistics(labels):
    """Counts modes of stacked MNIST: images whose three channels are a digit each.

    There are 1,000 modes, the triples of digits, all equally frequent. The task is that of Metz,
    Poole, Pfau and Sohl-Dickstein 2016 (Unrolled GAN, arXiv:1611.02163); Lin, Khetan, Fanti and
    Oh 2018 (PacGAN, arXiv:1712.04086) score 26,000 samples, and so should whoever compares: true
    samples have a divergence of about 500 / n, which is 0.019 there.

    Args:
        labels: int (n, 3), what a classifier makes of the channels, see `stacked_digits`.

    Returns:
        A dict of `modes`, int, how many of the 1,000 are reached, and `reverse_kl`, float in nats,
        the Kullback-Leibler divergence of the samples' shares from equal ones, which the papers
        call KL: at most log(1000), about 6.9, when all are of one mode.

    Raises:
        ValueError: if `labels` are not (n, 3) whole numbers from 0 to 9, or there are none.

    Example:

    >>> from kerasgan.metrics.modes import stacked_mnist_statistics
    >>> stacked_mnist_statistics([[0, 1, 2], [9, 9, 9]] * 3)
    {'modes': 2, 'reverse_kl': 6.214608098422191}
    """
    return _of_stacked(_stacked_counts(labels))


def _stacked_counts(labels):
    labels = np.asarray(labels)
    whole = np.issubdtype(labels.dtype, np.integer)
    if labels.ndim != 2 or labels.shape[1] != 3 or not labels.size or not whole:
        raise ValueError(
            "labels must be whole numbers (n, 3). "
            f"Received: labels.shape={labels.shape}, labels.dtype={labels.dtype}"
        )
    if labels.min() < 0 or labels.max() >= DIGITS:
        raise ValueError(
            f"labels must be digits. Received: labels from {labels.min()} to {labels.max()}"
        )
    modes = labels.astype(int) @ DIGITS ** np.arange(3)
    return np.bincount(modes, minlength=DIGITS**3)


def _of_stacked(counts):
    found = _of_counts(counts, counts.sum(), np.full(len(counts), 1 / len(counts)))
    return {name: found[name] for name in ("modes", "reverse_kl")}


def stacked_digits(images, classifier):
    """The digits in the channels of images, by a classifier of single ones.

    Args:
        images: (n, height, width, 3) in [-1, 1].
        classifier: a `kerasgan.metrics.Extractor` with probabilities of the ten digits, a name of
            one, or a Keras model that gives them for images of one channel.

    Returns:
        An int array (n, 3).

    Raises:
        ValueError: if the images are not such, or there are not ten classes.
    """
    images = keras.ops.convert_to_numpy(images)
    if images.ndim != 4 or images.shape[3] != 3 or not len(images):
        raise ValueError(
            f"images must be (n, height, width, 3). Received: images.shape={images.shape}"
        )
    channels = np.moveaxis(images, 3, 1).reshape(-1, *images.shape[1:3], 1)
    shares = extractors.get(classifier).probabilities(channels)
    if shares.shape[1:] != (DIGITS,):
        raise ValueError(
            f"The classifier must tell ten digits apart. Received: classes={shares.shape[1]}"
        )
    return shares.argmax(axis=1).reshape(-1, 3)


class StackedModes(_CountMetric):
    """Modes of stacked MNIST that are reached, see `stacked_mnist_statistics`.

    Args:
        classifier: what names the digits in images, see `stacked_digits`; None takes labels (n, 3).
        name: str, the metric's name in logs.

    Example:

    >>> from kerasgan.metrics.modes import StackedModes
    >>> metric = StackedModes()
    >>> metric.update_state([[0, 1, 2], [9, 9, 9]])
    >>> metric.update_state([[0, 1, 2], [9, 9, 9]])
    >>> metric.result()
    {'modes': 2, 'reverse_kl': 6.214608098422191}
    """

    default_name = "stacked_modes"

    def __init__(self, classifier=None, name=None):
        self.classifier = None if classifier is None else extractors.get(classifier)
        super().__init__(DIGITS**3, name)

    def update_state(self, images):
        """Adds a batch of generated images (n, height, width, 3), or of their labels (n, 3)."""
        if self.classifier is not None:
            images = stacked_digits(images, self.classifier)
        labels = keras.ops.convert_to_numpy(images)
        self.counts += _stacked_counts(labels)
        self.samples = int(self.counts.sum())

    def result(self):
        """The dict of `stacked_mnist_statistics` for what was added so far.

        Raises:
            ValueError: if there are no samples.
        """
        self._check()
        return _of_stacked(self.counts)
