"""Spherical interpolation, which keeps to the lengths that normal latents have."""

import numpy as np

from kerasgan.utils.checks import floats, whole


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


def between_corners(corners: np.ndarray, rows: int = 8, cols: int = 8) -> np.ndarray:
    """A grid of latents between four: along great circles across, then downwards.

    Args:
        corners: float array (4, d): top left, top right, bottom left, bottom right.
        rows: int, at least 2.
        cols: int, at least 2.

    Returns:
        A float array (rows * cols, d), row by row, as `generate` takes it and
        `kerasgan.utils.image_grid` lays it out.

    Raises:
        ValueError: if the corners are not four vectors, or a number is less than 2.

    Example:

    >>> between_corners(np.eye(4), rows=2, cols=2)[1].tolist()
    [0.0, 1.0, 0.0, 0.0]
    """
    corners = floats("corners", corners)
    if corners.ndim != 2 or len(corners) != 4:
        raise ValueError(
            f"`corners` must have shape (4, latent_dim). Received: corners.shape={corners.shape}"
        )
    down, across = (
        np.linspace(0, 1, whole(name, n, least=2, most=10**4))[:, None]
        for name, n in (("rows", rows), ("cols", cols))
    )
    top, bottom = slerp(corners[0], corners[1], across), slerp(corners[2], corners[3], across)
    return slerp(top, bottom, down[:, None]).reshape(-1, corners.shape[1])
