"""Euclidean distances between the points of two samples, in float64."""

from collections.abc import Iterator

import numpy as np

CHUNK = 2**18  # distances handled at once, 2 MiB: what a processor cache holds
ROWS = 256  # or more where points are long, for a product of matrices wants many rows


def squared_distances(
    x: np.ndarray, y: np.ndarray, margin: int = 0
) -> Iterator[tuple[slice, np.ndarray]]:
    """The squared distances of some points of x from all of y, and so on through all of x.

    As |x|² + |y|² - 2 x·y they are known but to a share of the norms.

    Args:
        x: float array (n, d).
        y: float array (m, d).
        margin: int, 0 to take less than that share for 0; 1 or -1 to add the share, or take it off,
            so that the result is not less, or not more, than the true distance.

    Yields:
        A slice of rows of x, and a float64 array (rows, m).
    """
    centre = y.mean(axis=0, dtype=np.float64)  # it rounds least near the origin
    x, y = x - centre, y - centre
    share = (x.shape[1] + 2) * np.finfo(np.float64).eps
    x_norms, y_norms = (np.einsum("nd,nd->n", z, z) * (1 + margin * share) for z in (x, y))
    step = max(CHUNK // len(y), min(x.shape[1], ROWS))
    for start in range(0, len(x), step):
        rows = slice(start, start + step)
        norms = x_norms[rows, None] + y_norms
        squares = x[rows] @ y.T
        squares *= -2
        squares += norms
        if not margin:
            squares[squares < share * norms] = 0
        yield rows, squares


def distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """All distances.

    Args:
        x: float array (n, d).
        y: float array (m, d).

    Returns:
        float64 array (n, m).

    Example:

    >>> distances(np.array([[0.0, 0.0], [3.0, 0.0]]), np.array([[0.0, 4.0]]))
    array([[4.],
           [5.]])
    """
    made = np.empty((len(x), len(y)))
    for rows, squares in squared_distances(x, y):
        np.sqrt(squares, out=made[rows])
    return made
