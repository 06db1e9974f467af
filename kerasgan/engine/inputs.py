"""What a batch must be: its parts, their shapes, dtypes and values."""

from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from kerasgan.utils.checks import LIMIT
from kerasgan.utils.types import Shape, Tensor

_ENOUGH, _DARK = 4, 0.1  # so many images, values from 0 to this but none below, are not in [-1, 1]


def parts(spec: dict[str, Shape | int], data: Any) -> dict[str, Any]:
    """The parts of a batch by their names in `spec`: see `check_static`."""
    x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
    check_no_weights(sample_weight=weight)
    if isinstance(x, dict):
        if missing := [name for name in spec if name not in x]:
            raise ValueError(
                f"A batch that is a dict must have the keys {list(spec)}; there is no "
                f"{missing[0]!r}. Received: a dict of {list(x)}"
            )
        x = [x[name] for name in spec]
    found = [part for part in keras.tree.flatten((x, y)) if part is not None]
    if len(found) < len(spec):
        hint = "; `kerasgan.datasets.load` gives labels by `labels=True`" * ("labels" in spec)
        raise ValueError(
            f"A batch must have {len(spec)} parts, {list(spec)}{hint}. Received: {len(found)} parts"
        )
    return dict(zip(spec, found, strict=False))


def rows(data: Any) -> int:
    """How many samples a batch or some arrays hold."""
    return next(len(part) for part in keras.tree.flatten(data) if part is not None)


class Sizes(NamedTuple):
    """How many samples a batch may hold.

    Attributes:
        least: int, what a step of one device needs.
        devices: int, to how many each batch is dealt out.
    """

    least: int = 1
    devices: int = 1

    def fit(self, n: Any) -> Any:
        """Whether a batch of `n` samples, an int or a tensor, makes a step."""
        return (n >= self.least * self.devices) & (n % self.devices == 0)

    def explain(self, n: int) -> str:
        """What is said of a batch of `n` samples that makes none."""
        if self.devices > 1:
            return (
                f"A batch is dealt out to {self.devices} devices, which must divide its size and "
                f"get critic_steps * pack = {self.least} samples each. Received: a batch of {n}"
            )
        return (
            f"A batch must hold at least critic_steps * pack = {self.least} samples. "
            f"Received: a batch of {n}"
        )


ANY_SIZE = Sizes()


def check_no_weights(sample_weight: Any = None, class_weight: Any = None, **others: Any) -> None:
    """Refuse the weights that Keras's `fit` takes for samples or classes.

    Raises:
        ValueError: if there are any.
    """
    for name, value in (("sample_weight", sample_weight), ("class_weight", class_weight)):
        if value is not None:
            raise ValueError(
                f"No player's loss knows weights of samples or classes; leave `{name}` out, which "
                f"the third part of a batch is, too. Received: {name} of {type(value)}"
            )


def check_static(spec: dict[str, Shape | int], data: Any) -> list[Tensor]:
    """The parts of a batch in the order of `spec`, checked for rank, size and dtype.

    Args:
        spec: dict of a part's name to its shape without batch, or, for class ids, to the number
            of classes.
        data: a batch as Keras gives it to `train_step`: x, or (x, y, sample_weight).

    Raises:
        ValueError: if a shape differs.
        TypeError: if images or points are not float, or class ids not integers.
    """
    found = parts(spec, data)
    for name, part in found.items():
        want, shape = spec[name], tuple(part.shape)
        dtype = keras.backend.standardize_dtype(part.dtype)
        if isinstance(want, int):
            if shape[1:] == (1,):
                found[name] = part[:, 0]
            elif len(shape) != 1:
                advice = "; of one-hot rows take `argmax(axis=1)`" if shape[1:] == (want,) else ""
                raise ValueError(
                    f"`{name}` must be class ids of shape (batch,){advice}. "
                    f"Received: {name}.shape={shape}"
                )
            if "int" not in dtype:
                raise TypeError(
                    f"`{name}` must be integers, class ids below {want}. "
                    f"Received: {name}.dtype={dtype}"
                )
            continue
        if len(shape) != len(want) + 1 or any(
            size not in (None, side) for size, side in zip(shape[1:], want, strict=True)
        ):
            raise ValueError(
                f"`{name}` must have shape (batch, {', '.join(map(str, want))}). "
                f"Received: {name}.shape={shape}"
            )
        if "float" not in dtype:
            hint = "; scale them with `images / 127.5 - 1`" if len(want) == 3 else ""
            raise TypeError(f"`{name}` must be float{hint}. Received: {name}.dtype={dtype}")
    return list(found.values())


def fits(shape: Shape | int, low: Any, high: Any, n: Any) -> Any:
    """Whether values from `low` to `high` can be right; for numpy and TensorFlow scalars."""
    if isinstance(shape, int):
        return (low >= 0) & (high < shape)
    if len(shape) != 3:
        return (low >= -np.inf) & (high <= np.inf)  # not so for NaN
    negative = (low < 0) | (low > _DARK) | (low == high) | (n < _ENOUGH)
    return (low >= -LIMIT) & (high <= LIMIT) & negative


def explain(name: str, shape: Shape | int, low: float, high: float) -> str:
    """What is wrong with values from `low` to `high`."""
    if isinstance(shape, int):
        problem = f"`{name}` must lie in [0, {shape})"
    elif np.isnan(low):
        problem = f"`{name}` hold NaN or infinite values; clean the data first"
    elif low >= 0 and high <= LIMIT:
        problem = f"`{name}` seem to lie in [0, 1]; scale them to [-1, 1] with `images * 2 - 1`"
    elif low >= 0:
        problem = (
            f"`{name}` seem to lie in [0, 255]; scale them to [-1, 1] with `images / 127.5 - 1`"
        )
    else:
        problem = f"`{name}` must lie in [-1, 1]"
    return f"{problem}. Received: min={low:.4g}, max={high:.4g}"


def check_values(spec: dict[str, Shape | int], data: Any, sizes: Sizes = ANY_SIZE) -> None:
    """Check one batch, or all of an array, for shape, dtype and values."""
    if rows(data) and not sizes.fit(rows(data)):
        raise ValueError(sizes.explain(rows(data)))
    for name, part in zip(spec, check_static(spec, data), strict=True):
        values = part if isinstance(part, np.ndarray) else ops.convert_to_numpy(part)
        if len(values) == 0:
            raise ValueError(f"There is no data to train on. Received: {name}.shape={values.shape}")
        low, high = float(values.min()), float(values.max())
        if not np.isfinite(high - low):
            low = high = np.nan
        if not fits(spec[name], low, high, len(values)):
            raise ValueError(explain(name, spec[name], low, high))
