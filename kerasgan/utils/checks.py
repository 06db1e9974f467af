"""What functions and constructors ask of their arguments, in one place.

Each takes the argument's name for the message, and the value; what does not fit is a ValueError.
"""

import math
import numbers
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kerasgan.utils.types import Size

LIMIT = 1.01  # of images' values: interpolation may overshoot a little
LARGEST = 2**31 - 1  # of whole numbers that take no memory
WIDEST = 2**16  # of sides, channels and widths, which a network is made of
DEEPEST = 2**10  # of layers: each takes some milliseconds to be made
MOST = 10**8  # of points that are drawn at once


def whole(name: str, value: int, least: int = 1, most: int = LARGEST) -> int:
    """A whole number from `least` to `most`, as an int; a bool is none.

    Example:

    >>> whole("epochs", 3)
    3
    """
    is_whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not is_whole or not least <= value <= most:
        above = f" and at most {most}" if is_whole and value > most else ""
        raise ValueError(
            f"`{name}` must be a whole number, at least {least}{above}. "
            f"Received: {name}={_short(value)}"
        )
    return int(value)


def width(name: str, value: int) -> int:
    """A size that a network can have, from 1 to 65,536: of a side, or a number of channels.

    Example:

    >>> width("filters", 64)
    64
    """
    return whole(name, value, most=WIDEST)


def widths(name: str, values: Sequence[int], *lengths: int) -> tuple[int, ...]:
    """Several such sizes, as a tuple; as many as one of `lengths` says, if there are any.

    Example:

    >>> widths("data_shape", [8, 8, 1], 1, 3)
    (8, 8, 1)
    """
    if not isinstance(values, Iterable) or isinstance(values, str | bytes | Mapping | Set):
        raise TypeError(f"`{name}` must be a tuple of ints. Received: {name}={_short(values)}")
    values = tuple(values)
    if lengths and len(values) not in lengths:
        raise ValueError(
            f"`{name}` must be {' or '.join(map(str, lengths))} whole numbers. "
            f"Received: {name}={_short(values)}"
        )
    return tuple(width(name, value) for value in values)


def seed(name: str, value: int | None) -> int | None:
    """A seed, from 0 to 2**31 - 1, or None.

    Example:

    >>> seed("seed", 7)
    7
    """
    return None if value is None else whole(name, value, least=0)


def floats(name: str, value: ArrayLike) -> np.ndarray:
    """Numbers as a float64 array.

    Example:

    >>> floats("means", [[0, 1]])
    array([[0., 1.]])
    """
    try:
        return np.asarray(value, float)
    except (OverflowError, TypeError, ValueError) as error:
        raise ValueError(
            f"`{name}` must be an array of numbers: {error}. Received: {name}={_short(value)}"
        ) from error


def instance(name: str, value: Any, kind: type) -> None:
    """An object of a class.

    Example:

    >>> instance("path", "x", str)
    """
    if not isinstance(value, kind):
        raise TypeError(f"`{name}` must be a {kind.__name__}. Received: {name}={_short(value)}")


def draws(model: Any) -> None:
    """A model that draws data from latents.

    Example:

    >>> draws("gan")
    Traceback (most recent call last):
    ...
    ValueError: `model` must draw from noise, as `kerasgan.DCGAN` does. Received: model='gan'
    """
    if isinstance(model, type) or not hasattr(model, "latent_dim"):
        raise ValueError(
            "`model` must draw from noise, as `kerasgan.DCGAN` does. "
            f"Received: model={_short(model)}"
        )


def generates(model: Any, generate: Callable | None = None) -> Callable:
    """What draws: a function that was given, else the model's `generate`.

    Example:

    >>> generates("gan")
    Traceback (most recent call last):
    ...
    ValueError: The model must have a method `generate(n, seed=...)` that gives float images in \
[-1, 1], or such a function must be passed as `generate`. Received: model=str, generate=None
    """
    found = getattr(model, "generate", None) if generate is None else generate
    if not callable(found):
        raise ValueError(
            "The model must have a method `generate(n, seed=...)` that gives float images in "
            "[-1, 1], or such a function must be passed as `generate`. "
            f"Received: model={type(model).__name__}, generate={_short(generate)}"
        )
    return found


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
        and _is_finite(value)
        and (above is None or value > above)
        and (least is None or value >= least)
        and (below is None or value < below)
        and (most is None or value <= most)
    )
    if not inside:
        wanted = [f"{word} {bound}" for word, bound in bounds.items() if bound is not None]
        raise ValueError(
            f"`{name}` must be {'a number ' if wanted else 'a finite number'}"
            f"{' and '.join(wanted)}. Received: {name}={_short(value)}"
        )
    return float(value)


def _is_finite(value):
    try:
        return math.isfinite(value)
    except OverflowError:  # an int larger than any float
        return False


def _short(value):
    """What was received, cut where it is long; Python writes out no more than 4,300 digits."""
    try:
        text = repr(value)
    except ValueError:
        return f"a {type(value).__name__}"
    return text if len(text) <= 200 else f"{text[:200]}..."


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
    try:
        height, width_ = widths(name, pair, 2)
    except ValueError as error:
        raise ValueError(
            f"`{name}` must be a positive int or (height, width). Received: {name}={_short(value)}"
        ) from error
    return height, width_


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
