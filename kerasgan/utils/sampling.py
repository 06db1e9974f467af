"""What a generator is asked for, checked and drawn: latents and labels, in numpy alone."""

from typing import Any

import numpy as np

from kerasgan.utils.checks import seed as check_seed
from kerasgan.utils.checks import whole
from kerasgan.utils.memory import check_fits
from kerasgan.utils.truncation import truncated_normal


def inputs(
    latent_dim: int,
    condition: Any,
    size: int,
    n: int | None = None,
    seed: int | None = None,
    latents: Any = None,
    labels: Any = None,
    truncation: float = 0.0,
) -> list[np.ndarray]:
    """The arrays that a generator takes for a request; see `kerasgan.models.NoiseToData.generate`.

    Args:
        latent_dim: int, the length of a latent vector.
        condition: what the generator takes beside latents: None, an int (class ids below it) or a
            tuple `(d,)` (condition vectors).
        size: int, how many numbers one sample is.
        n, seed, latents, labels, truncation: as `generate` takes them.

    Returns:
        [latents] or [latents, labels], float32 `(n, latent_dim)` and int32 `(n,)` or float32
        `(n, d)`.

    Raises:
        ValueError: as `generate`.

    Example:

    >>> [array.shape for array in inputs(4, 10, 64, n=3, seed=7)]
    [(3, 4), (3,)]
    """
    checked = None if labels is None else _labels(labels, condition)
    if latents is not None and truncation:
        raise ValueError(
            "Truncation is of latents that are drawn, not of those that are given. "
            f"Received: {truncation=}, latents of shape {np.shape(latents)}"
        )
    given = {"n": n} if n is not None else {}
    if latents is not None:
        latents = np.asarray(latents, "float32")
        if latents.ndim != 2 or latents.shape[1] != latent_dim or len(latents) == 0:
            raise ValueError(
                f"`latents` must have shape (n, {latent_dim}). "
                f"Received: latents.shape={latents.shape}"
            )
        given["latents"] = len(latents)
    if checked is not None and len(checked) != 1:
        given["labels"] = len(checked)
    if len(set(given.values())) > 1:
        raise ValueError(f"`n`, latents and labels must be equally many. Received: {given}")
    n = whole("n", next(iter(given.values()), 1))
    check_seed("seed", seed)
    check_fits(n, 4 * (size + 3 * latent_dim))  # latents are drawn in float64
    rng = np.random.default_rng(np.random.randint(2**31) if seed is None else seed)
    if latents is None:
        latents = truncated_normal(rng, (n, latent_dim), truncation)
    if condition is None:
        return [latents]
    if checked is None and not isinstance(condition, int):
        raise ValueError(
            f"Pass the condition vectors as `labels`, shape (n, {condition[0]}). "
            "Received: labels=None"
        )
    if checked is None:
        checked = rng.integers(condition, size=n).astype("int32")
    return [latents, np.repeat(checked, n, axis=0) if len(checked) != n else checked]


def _labels(labels, condition):
    """`labels` as an array with an axis of samples."""
    if condition is None:
        raise ValueError(
            f"The model was made without classes, so it takes no labels. Received: {labels=}"
        )
    labels = np.asarray(labels)
    if isinstance(condition, int):
        labels = np.atleast_1d(labels)
        if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer) or not labels.size:
            raise ValueError(
                "`labels` must be a class id or an array (n,) of them. "
                f"Received: labels of shape {labels.shape} and dtype {labels.dtype}"
            )
        if labels.min() < 0 or labels.max() >= condition:
            raise ValueError(
                f"`labels` must lie in [0, {condition}). "
                f"Received: labels from {labels.min()} to {labels.max()}"
            )
        return labels.astype("int32")
    labels = np.atleast_2d(labels).astype("float32")
    if labels.shape[1:] != condition or not len(labels):
        raise ValueError(
            f"`labels` must be condition vectors, shape (n, {condition[0]}). "
            f"Received: labels.shape={labels.shape}"
        )
    return labels
