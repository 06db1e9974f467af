"""Latents from the middle of their distribution."""

import numpy as np

from kerasgan.utils.checks import instance, number

LEAST = 0.01  # below which redrawing takes too long


def truncated_normal(
    rng: np.random.Generator, shape: tuple[int, ...], truncation: float = 0.0
) -> np.ndarray:
    """Draws normal numbers, and again those that are further than `truncation` from 0.

    They make better samples that vary less (Marchesi 2017, arXiv:1706.04983; Brock, Donahue &
    Simonyan 2019, arXiv:1809.11096).

    Args:
        rng: `numpy.random.Generator`.
        shape: tuple of ints.
        truncation: float, at least 0.01, or 0 for all numbers.

    Returns:
        A float32 array of that shape.

    Raises:
        ValueError: if `truncation` is out of range.

    Example:

    >>> bool(abs(truncated_normal(np.random.default_rng(0), (1000,), 0.5)).max() <= 0.5)
    True
    """
    instance("rng", rng, np.random.Generator)
    if number("truncation", truncation, least=0) and truncation < LEAST:
        raise ValueError(
            f"`truncation` must be 0, for none, or at least {LEAST}. Received: {truncation=}"
        )
    drawn = rng.standard_normal(shape).astype("float32")
    while truncation and (far := np.abs(drawn) > truncation).any():
        drawn[far] = rng.standard_normal(far.sum())
    return drawn
