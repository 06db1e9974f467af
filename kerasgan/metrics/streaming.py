"""What metrics keep of the images that they have seen: sums and features, on the host."""

import keras
import numpy as np

from kerasgan.metrics import extractors

CHUNK = 4096  # rows whose products are summed at once
LARGEST = 1e45  # a feature up to here has sums of sixth powers that float64 can hold


def check_features(name, features):
    """Features as a float array (n, d).

    Args:
        name: str, what to call them in an error.
        features: array-like (n, d).

    Returns:
        A numpy array (n, d), float32 or float64; other kinds of numbers become float64.

    Raises:
        ValueError: if they are not (n, d), are empty, or hold a value that is not finite or so
            large that its powers would not be.
    """
    features = np.asarray(features)
    if features.dtype not in (np.float32, np.float64):
        features = features.astype(np.float64)
    if features.ndim != 2 or not features.size:
        raise ValueError(
            f"`{name}` must be (samples, features), not empty. Received: {name}.shape="
            f"{features.shape}"
        )
    extremes = np.abs([features.min(axis=1), features.max(axis=1)], dtype=np.float64)
    finite = (extremes < LARGEST).all(axis=0)
    if not finite.all():
        raise ValueError(
            f"`{name}` holds NaN or infinite values (or some beyond {LARGEST:g}) in "
            f"{np.count_nonzero(~finite)} of its samples, first in that of index "
            f"{finite.argmin()}. Received: {name}.shape={features.shape}"
        )
    return features


def check_samples(real, fake):
    """Features of two samples, as `check_features` gives them, equally many of each sample.

    Args:
        real: array-like (n, d).
        fake: array-like (m, d).

    Returns:
        Two numpy arrays.

    Raises:
        ValueError: see `check_features`; or if their d differ.
    """
    real, fake = check_features("real", real), check_features("fake", fake)
    if real.shape[1] != fake.shape[1]:
        raise ValueError(
            "real must be (n, d) and fake (m, d). "
            f"Received: real.shape={real.shape}, fake.shape={fake.shape}"
        )
    return real, fake


class Moments:
    """Count, mean and sums of products of features, in float64, whatever comes in one by one.

    Memory grows with the square of the number of features and not with the samples.

    Example:

    >>> import numpy as np
    >>> moments = Moments()
    >>> moments.update(np.array([[0.0, 0.0]]))
    >>> moments.update(np.array([[2.0, 4.0]]))
    >>> moments.mean, moments.covariance()
    (array([1., 2.]), array([[2., 4.],
           [4., 8.]]))
    """

    def __init__(self):
        self.count, self.mean, self.scatter = 0, None, None

    def update(self, features):
        """Adds samples.

        Args:
            features: array-like (n, d).

        Raises:
            ValueError: see `check_features`; or if d is not that of the samples before.
        """
        features = check_features("features", features)
        for start in range(0, len(features), CHUNK):
            rows = features[start : start + CHUNK].astype(np.float64)
            part = Moments()
            part.count, part.mean = len(rows), rows.mean(axis=0)
            rows -= part.mean
            part.scatter = rows.T @ rows
            self.merge(part)

    def merge(self, other):
        """Adds the samples that another `Moments` has seen, which is left as it was."""
        if not other.count:
            return
        if not self.count:
            self.count, self.mean = other.count, other.mean.copy()
            self.scatter = other.scatter.copy()
            return
        check_widths(len(self.mean), len(other.mean))
        total = self.count + other.count
        apart = other.mean - self.mean
        self.scatter += other.scatter
        self.scatter += np.outer(apart, apart * (self.count * other.count / total))
        self.mean += apart * (other.count / total)
        self.count = total

    def covariance(self):
        """The unbiased covariance (d, d).

        Raises:
            ValueError: if there are fewer than two samples.
        """
        if self.count < 2:
            raise ValueError(f"A covariance takes two samples. Received: samples={self.count}")
        return self.scatter / (self.count - 1)

    def state(self):
        """Arrays by name, from which `from_state` makes the same again."""
        return {"count": np.array(self.count), "mean": self.mean, "scatter": self.scatter}

    @classmethod
    def from_state(cls, state):
        """The `Moments` that `state()` described."""
        self = cls()
        self.count, self.mean = int(state["count"]), np.array(state["mean"])
        self.scatter = np.array(state["scatter"])
        return self


class Collection:
    """Features themselves, in float32, for what no sums can tell. Memory grows with the samples.

    Example:

    >>> import numpy as np
    >>> collection = Collection()
    >>> for _ in range(2):
    ...     collection.update(np.zeros((3, 5)))
    >>> collection.features().shape
    (6, 5)
    """

    def __init__(self):
        self.count, self._parts = 0, []

    def update(self, features):
        """Adds samples.

        Args:
            features: array-like (n, d).

        Raises:
            ValueError: see `check_features`; or if d is not that of the samples before.
        """
        features = check_features("features", features).astype(np.float32)
        if self._parts:
            check_widths(self._parts[0].shape[1], features.shape[1])
        self._parts.append(features)
        self.count += len(features)

    def merge(self, other):
        """Adds the samples that another `Collection` has seen, which is left as it was."""
        for part in other._parts:
            self.update(part)

    def features(self):
        """All of them, a float32 array (n, d).

        Raises:
            ValueError: if there are none.
        """
        if not self._parts:
            raise ValueError("No samples were added yet. Received: samples=0")
        self._parts = [np.concatenate(self._parts)]
        return self._parts[0]

    def state(self):
        """Arrays by name, from which `from_state` makes the same again."""
        return {"features": self.features()}

    @classmethod
    def from_state(cls, state):
        """The `Collection` that `state()` described."""
        self = cls()
        self.update(state["features"])
        return self


def check_widths(before, now):
    """Raises a ValueError unless features are as many as before."""
    if before != now:
        raise ValueError(
            f"Features must be as many in every batch: {before} before. Received: features={now}"
        )


class HostMetric(keras.metrics.Metric):
    """A metric whose state lies in numpy arrays outside the backend, in float64 where it matters.

    So it is the same on every backend, JAX without float64 among them, and it streams: what it
    keeps of the batches is sums, or features where there is no other way. It is for use outside
    of a compiled step: by itself, in `kerasgan.metrics.evaluate` and in the `Evaluation` callback.

    Subclasses have `update_state`, `result`, `reset_state` and `merge`, and make their
    state in `reset_state`.
    """

    def __init__(self, name):
        super().__init__(name=name)
        self.reset_state()

    def merge(self, other):
        """Adds what another metric of the same settings has seen, that of another worker, say.

        Args:
            other: a metric of the same class; it is left as it was.
        """
        raise NotImplementedError(f"{type(self).__name__} must define merge(other).")

    def stateless_update_state(self, *args, **kwargs):
        raise TypeError(
            "This metric is not for `compile(metrics=...)`: pass it to "
            f"kerasgan.callbacks.Evaluation. Received: metric={type(self).__name__}"
        )


class TwoSampleMetric(HostMetric):
    """A metric of generated images beside real ones, by their features.

    Subclasses set `accumulator`, `Moments` or `Collection`, and define `of(real, fake)`, the
    number (or dict of them) for two of these.

    Args:
        extractor: a `kerasgan.metrics.Extractor`, a name of one, or a Keras model of images to
            features; None takes what comes as features, pixels flattened.
        name: str, the metric's name in logs.
    """

    accumulator = Collection

    def __init__(self, extractor=None, name=None):
        self.extractor = None if extractor is None else extractors.get(extractor)
        self.real = self.accumulator()
        super().__init__(name or self.default_name)

    def update_real(self, images):
        """Adds a batch of real images."""
        self.real.update(self._features(images))

    def update_state(self, images):
        """Adds a batch of generated images."""
        self.fake.update(self._features(images))

    def reset_state(self):
        """Forgets the generated images, and keeps the real ones for the next time."""
        self.fake = self.accumulator()

    def merge(self, other):
        self.real.merge(other.real)
        self.fake.merge(other.fake)

    def result(self):
        """The number, or dict of numbers, for what was added so far.

        Raises:
            ValueError: if there are too few real or generated samples for it.
        """
        for side in ("real", "fake"):
            if not getattr(self, side).count:
                raise ValueError(f"No {side} images were added yet. Received: samples=0")
        return self.of(self.real, self.fake)

    def _features(self, images):
        images = keras.ops.convert_to_numpy(images)
        if self.extractor is not None:
            return self.extractor.features(images)
        return images.reshape(len(images), -1)
