"""Spherical interpolation, which keeps to the lengths that normal latents have."""

import numpy as np

from kerasgan.utils.checks import floats


def slerp(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Points on the great circles from some vectors to others.

    See Shoemake 1985, Animating rotation with quaternion curves, SIGGRAPH. Between vectors that
    point the same way, or opposite ways, the path is the straight line.

    Args:
        a: float array (..., d).
        b: float array (..., d).
        t: float array (..., 1), how much of the way: 0 gives a, 1 gives b.

    Returns:
        A float array (..., d).

    Example:

    >>> slerp(np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.array([[0.0], [0.5]])).round(3)
    array([[1.   , 0.   ],
           [0.707, 0.707]])
    """
    for name, value in (("a", a), ("b", b), ("t", t)):
        floats(name, value)
    lengths = np.linalg.norm(a, axis=-1, keepdims=True) * np.linalg.norm(b, axis=-1, keepdims=True)
    products = (a * b).sum(axis=-1, keepdims=True)
    angle = np.arccos(np.clip(products / np.where(lengths > 0, lengths, 1), -1, 1))
    straight = (np.sin(angle) < 1e-6) | (lengths == 0)
    angle = np.where(straight, 1, angle)
    arc = (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
    return np.where(straight, (1 - t) * a + t * b, arc)
