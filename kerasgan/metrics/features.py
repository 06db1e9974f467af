"""Features of images: what they must be, and what is kept of many batches of them."""

from collections.abc import Mapping
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from kerasgan.utils.checks import floats

CHUNK = 4096  # rows whose products are summed at once
LARGEST = 1e45  # a feature up to here has sums of sixth powers that float64 can hold


def check_features(name: str, features: ArrayLike) -> np.ndarray:
    """Features as a float array.

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
        features = floats(name, features)
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


def check_samples(
    real: ArrayLike, fake: ArrayLike, names: tuple[str, str] = ("real", "fake")
) -> tuple[np.ndarray, np.ndarray]:
    """Features of two samples, (n, d) and (m, d), as `check_features` gives them.

    Args:
        real, fake: array-like.
        names: what to call them in an error.

    Raises:
        ValueError: see `check_features`; or if their d differ.
    """
    real, fake = map(check_features, names, (real, fake))
    if real.shape[1] != fake.shape[1]:
        raise ValueError(
            f"{names[0]} must be (n, d) and {names[1]} (m, d). "
            f"Received: {names[0]}.shape={real.shape}, {names[1]}.shape={fake.shape}"
        )
    return real, fake


class Moments:
    """Count, mean and sums of products of features, in float64, whatever comes in one by one.

    Memory grows with the square of the number of features and not with the samples.

    Example:

    >>> moments = Moments()
    >>> moments.update(np.array([[0.0, 0.0]]))
    >>> moments.update(np.array([[2.0, 4.0]]))
    >>> moments.mean, moments.covariance()
    (array([1., 2.]), array([[2., 4.],
           [4., 8.]]))
    """

    def __init__(self) -> None:
        self.count = 0
        self.mean = self.scatter = np.zeros(())

    def update(self, features: ArrayLike) -> None:
        """Adds samples (n, d).

        Raises:
            ValueError: see `check_features`; or if d is not that of the samples before.
        """
        features = check_features("features", features)
        if self.count:
            check_widths(len(self.mean), features.shape[1])
        for start in range(0, len(features), CHUNK):
            rows = features[start : start + CHUNK].astype(np.float64)
            mean, total = rows.mean(axis=0), self.count + len(rows)
            rows -= mean
            apart = mean - self.mean
            self.scatter = self.scatter + rows.T @ rows
            self.scatter += np.outer(apart, apart * (self.count * len(rows) / total))
            self.mean = self.mean + apart * (len(rows) / total)
            self.count = total

    def covariance(self) -> np.ndarray:
        """The unbiased covariance (d, d).

        Raises:
            ValueError: if there are fewer than two samples.
        """
        if self.count < 2:
            raise ValueError(f"A covariance takes two samples. Received: samples={self.count}")
        return self.scatter / (self.count - 1)

    def state(self) -> dict[str, np.ndarray]:
        """Arrays by name, from which `from_state` makes the same again."""
        return {name: np.array(value) for name, value in vars(self).items()}

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        """The `Moments` that `state()` described."""
        self = cls()
        self.count = int(state["count"])
        self.mean, self.scatter = state["mean"], state["scatter"]
        return self


class Collection:
    """Features themselves, in float32, for what no sums can tell. Memory grows with the samples.

    Example:

    >>> collection = Collection()
    >>> for _ in range(2):
    ...     collection.update(np.zeros((3, 5)))
    >>> collection.features().shape
    (6, 5)
    """

    def __init__(self) -> None:
        self._parts: list[np.ndarray] = []

    def update(self, features: ArrayLike) -> None:
        """Adds samples, as `Moments.update` does."""
        features = check_features("features", features).astype(np.float32)
        if self._parts:
            check_widths(self._parts[0].shape[1], features.shape[1])
        self._parts.append(features)

    def features(self) -> np.ndarray:
        """All of them, a float32 array (n, d).

        Raises:
            ValueError: if there are none.
        """
        if not self._parts:
            raise ValueError("No samples were added yet. Received: samples=0")
        self._parts = [np.concatenate(self._parts)]
        return self._parts[0]

    def state(self) -> dict[str, np.ndarray]:
        """Arrays by name, from which `from_state` makes the same again."""
        return {"features": self.features()}

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        """The `Collection` that `state()` described."""
        self = cls()
        self.update(state["features"])
        return self


def check_widths(before: int, now: int) -> None:
    """Raises a ValueError unless features are as many as before."""
    if before != now:
        raise ValueError(
            f"Features must be as many in every batch: {before} before. Received: features={now}"
        )
