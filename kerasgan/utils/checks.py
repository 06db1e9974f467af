"""What functions and constructors ask of their arguments, in one place.

Each takes the argument's name for the message, and the value; what does not fit is a ValueError.
"""

import math
import numbers
from collections.abc import Collection
from typing import Any

import numpy as np

from kerasgan.utils.types import Size

LIMIT = 1.01  # of images' values: interpolation may overshoot a little


def whole(name: str, value: int, least: int = 1) -> int:
    """A whole number of at least `least`, as an int; a bool is none.

    Example:

    >>> whole("epochs", 3)
    3
    """
    is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not is_whole or value < least:
        raise ValueError(
            f"`{name}` must be a whole number, at least {least}. Received: {name}={value!r}"
        )
    return int(value)


def number(
    name: str,
    value: float,
    *,
    least: float | None = None,
    above: float | None = None,
    most: float | None = None,
    below: float | None = None,
) -> float:
    """A finite number in an interval, as a float; a bool is none.

    Args:
        name: str, the argument's name.
        value: what was passed.
        least, most: float or None, bounds that are allowed themselves.
        above, below: float or None, bounds that are not.

    Example:

    >>> number("dropout", 0.5, least=0, below=1)
    0.5
    >>> number("fps", 99, above=0, most=50)
    Traceback (most recent call last):
    ...
    ValueError: `fps` must be a number above 0 and at most 50. Received: fps=99
    """
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    bounds = {"above": above, "at least": least, "below": below, "at most": most}
    inside = (
        is_number
        and math.isfinite(value)
        and (above is None or value > above)
        and (least is None or value >= least)
        and (below is None or value < below)
        and (most is None or value <= most)
    )
    if not inside:
        wanted = [f"{word} {bound}" for word, bound in bounds.items() if bound is not None]
        raise ValueError(
            f"`{name}` must be {'a number ' if wanted else 'a finite number'}"
            f"{' and '.join(wanted)}. Received: {name}={value!r}"
        )
    return float(value)


def one_of(name: str, value: Any, options: Collection) -> None:
    """One of a few values, or of the keys of a dict.

    Example:

    >>> one_of("channels", 2, (1, 3, None))
    Traceback (most recent call last):
    ...
    ValueError: `channels` must be one of 1, 3, None. Received: channels=2
    """
    if value not in options:
        raise ValueError(
            f"`{name}` must be one of {', '.join(map(str, options))}. Received: {name}={value!r}"
        )


def height_and_width(name: str, value: int | Size | None) -> Size | None:
    """A size in pixels, as a tuple; an int is both sides, and None stays None.

    Example:

    >>> height_and_width("crop_size", 32)
    (32, 32)
    """
    if value is None:
        return None
    pair = tuple(value) if isinstance(value, tuple | list) else (value, value)
    if len(pair) != 2 or not all(isinstance(n, numbers.Integral) and n > 0 for n in pair):
        raise ValueError(
            f"`{name}` must be a positive int or (height, width). Received: {name}={value!r}"
        )
    return pair


def bounded(name: str, images: np.ndarray) -> None:
    """An array, not empty, in [-1, 1]; interpolation may overshoot a little, NaN is outside."""
    low, high = images.min(), images.max()
    if not -LIMIT <= low <= high <= LIMIT:
        raise ValueError(
            f"`{name}` must lie in [-1, 1]; for 8-bit images, pass images / 127.5 - 1. "
            f"Received: {name} from {low:g} to {high:g}"
        )


def images(
    name: str, value: np.ndarray, channels: int | None = None, *, in_range: bool = True
) -> np.ndarray:
    """A batch of images in [-1, 1].

    Args:
        name: str, the argument's name.
        value: float array `(n, height, width, channels)`, not empty.
        channels: int or None, how many there must be; None takes 1 or 3.
        in_range: bool, whether the values must lie in [-1, 1].

    Returns:
        The images as a new float32 array.

    Example:

    >>> images("real", np.zeros((2, 8, 8, 3))).dtype
    dtype('float32')
    """
    value = np.asarray(value)
    wanted = (1, 3) if channels is None else (channels,)
    if value.ndim != 4 or 0 in value.shape or value.shape[-1] not in wanted:
        raise ValueError(
            f"`{name}` must have shape (n, height, width, channels) with "
            f"{' or '.join(map(str, wanted))} channels. Received: {name}.shape={value.shape}"
        )
    if not np.issubdtype(value.dtype, np.floating):
        raise ValueError(
            f"`{name}` must be floats in [-1, 1]; for 8-bit images, pass images / 127.5 - 1. "
            f"Received: {name}.dtype={value.dtype}"
        )
    if in_range:
        bounded(name, value)
    return value.astype("float32")
