"""What functions and constructors ask of their arguments, in one place."""

import math
import numbers

import numpy as np

LIMIT = 1.01  # of images' values: interpolation may overshoot a little


def whole(name: str, value: int, least: int = 1) -> int:
    """A whole number.

    Args:
        name: str, the argument's name, for the message.
        value: what was passed; a bool is no number here.
        least: int, the smallest value allowed.

    Returns:
        The value as an int.

    Raises:
        ValueError: if it is not a whole number, or smaller.

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
    """A finite number in an interval.

    Args:
        name: str, the argument's name, for the message.
        value: what was passed; a bool is no number here.
        least: float or None, the smallest value allowed.
        above: float or None, a bound that is not allowed itself.
        most: float or None, the largest value allowed.
        below: float or None, a bound that is not allowed itself.

    Returns:
        The value as a float.

    Raises:
        ValueError: if it is not a finite number, or outside.

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
        wanted = " and ".join(
            f"{word} {bound}" for word, bound in bounds.items() if bound is not None
        )
        raise ValueError(
            f"`{name}` must be a {'finite ' if not wanted else ''}number {wanted}".rstrip()
            + f". Received: {name}={value!r}"
        )
    return float(value)


def images(name: str, value: np.ndarray, channels: int | None = None) -> np.ndarray:
    """A batch of images in [-1, 1].

    Args:
        name: str, the argument's name, for the message.
        value: float array `(n, height, width, channels)`.
        channels: int or None, how many there must be; None takes 1 or 3.

    Returns:
        The images as a float32 array.

    Raises:
        ValueError: if the shape is another, there are none, or values are no floats in [-1, 1].

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
            f"`{name}` must be floats in [-1, 1]; of 8-bit images pass `images / 127.5 - 1`. "
            f"Received: {name}.dtype={value.dtype}"
        )
    if not np.abs(value).max() <= LIMIT:  # not so for NaN either
        raise ValueError(
            f"`{name}` must lie in [-1, 1]; of 8-bit images pass `images / 127.5 - 1`. "
            f"Received: {name} from {value.min():g} to {value.max():g}"
        )
    return value.astype("float32")
