"""A look at the data before any weight moves."""

import contextlib
import re
import sys
import types
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.utils.checks import LIMIT
from kerasgan.utils.types import Shape, Tensor

_ENOUGH = 4  # so many images without one value below zero are not in [-1, 1]; fewer may be bright


def _parts(spec, data):
    x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
    parts = [part for part in keras.tree.flatten((x, y)) if part is not None]
    if len(parts) < len(spec):
        raise ValueError(
            f"A batch must have {len(spec)} parts, {list(spec)}. Received: {len(parts)} parts"
        )
    return dict(zip(spec, parts, strict=False))


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
    parts = _parts(spec, data)
    for name, part in parts.items():
        want, shape = spec[name], tuple(part.shape)
        dtype = keras.backend.standardize_dtype(part.dtype)
        if isinstance(want, int):
            if len(shape) != 1:
                raise ValueError(
                    f"`{name}` must be class ids of shape (batch,); of one-hot rows take "
                    f"`argmax(axis=1)`. Received: {name}.shape={shape}"
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
    return list(parts.values())


def _fits(shape, low, high, n):
    """Whether values from `low` to `high` can be right; for numpy and TensorFlow scalars."""
    if isinstance(shape, int):
        return (low >= 0) & (high < shape)
    if len(shape) != 3:
        return (low >= -np.inf) & (high <= np.inf)  # not so for NaN
    negative = (low < 0) | (low == high) | (n < _ENOUGH)
    return (low >= -LIMIT) & (high <= LIMIT) & negative


def _explain(name, shape, low, high):
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


def _check_values(spec, data):
    """Check one batch, or all of an array, for shape, dtype and values."""
    for name, part in zip(spec, check_static(spec, data), strict=True):
        values = part if isinstance(part, np.ndarray) else ops.convert_to_numpy(part)
        if len(values) == 0:
            raise ValueError(f"There is no data to train on. Received: {name}.shape={values.shape}")
        low, high = float(values.min()), float(values.max())
        if not np.isfinite(high - low):
            low = high = np.nan
        if not _fits(spec[name], low, high, len(values)):
            raise ValueError(_explain(name, spec[name], low, high))


def _asserting(spec, dataset):
    """`dataset` with every batch's values checked as it passes."""
    tf = sys.modules["tensorflow"]
    if dataset.cardinality() == 0:
        raise ValueError("There is no data to train on. Received: an empty dataset")

    def check(*batch):
        checks = []
        for name, part in _parts(spec, batch[0] if len(batch) == 1 else batch).items():
            if part.dtype.is_floating == isinstance(spec[name], int):
                continue  # the step itself refuses the dtype
            values = tf.cast(part, tf.float32)
            low, high = tf.reduce_min(values), tf.reduce_max(values)
            finite = tf.math.is_finite(high - low)
            low, high = (tf.where(finite, v, np.nan) for v in (low, high))
            fits = _fits(spec[name], low, high, tf.shape(values)[0])
            found = tf.strings.format("kerasgan: {} {} {}", (tf.constant(name), low, high))
            checks.append(tf.debugging.Assert(fits, [found]))
        with tf.control_dependencies(checks):
            same = tf.nest.map_structure(tf.identity, batch)
        return same[0] if len(same) == 1 else same

    return dataset.map(check).prefetch(tf.data.AUTOTUNE)


@contextlib.contextmanager
def explained(spec: dict[str, Shape | int]) -> Iterator[None]:
    """Say in words what a dataset's check found, instead of TensorFlow's error."""
    try:
        yield
    except Exception as error:
        found = re.search(r'kerasgan: \\?"(\w+)\\?" (\S+) ([-+\w.]+)', str(error))
        if found is None:
            raise
        name, low, high = found.groups()
        raise ValueError(_explain(name, spec[name], float(low), float(high))) from None


def is_dataset(x: Any) -> bool:
    """Whether `x` is a `tf.data.Dataset`, without starting TensorFlow to find out."""
    return "tensorflow" in sys.modules and isinstance(x, sys.modules["tensorflow"].data.Dataset)


def checked(spec: dict[str, Shape | int], x: Any, y: Any = None) -> Any:
    """The data `x` for `fit`, looked at, or set up to be looked at before the step that uses it.

    Arrays are checked as a whole, every batch of a `tf.data.Dataset` as it passes, and the first
    batch of anything else.

    Args:
        spec: as for `check_static`.
        x: what `keras.Model.fit` takes.
        y: labels or second images that belong to the array `x`.

    Returns:
        `x`, or what stands for it.

    Raises:
        ValueError: if the data is empty, of wrong shape, out of range or not finite.
        TypeError: if images are not float.
    """
    if is_dataset(x):
        return _asserting(spec, x)
    if isinstance(x, types.GeneratorType):
        first = next(x, None)
        if first is None:
            raise ValueError("There is no data to train on. Received: an empty generator")
        _check_values(spec, first)

        def restored():
            yield first
            yield from x

        return restored()
    if isinstance(x, keras.utils.PyDataset):
        _check_values(spec, x[0])
    elif hasattr(x, "dtype") or isinstance(x, (list, tuple)):
        _check_values(spec, (x, y))
    elif hasattr(x, "__iter__"):
        first = next(iter(x), None)
        if first is None:
            raise ValueError(f"There is no data to train on. Received: {x=}")
        _check_values(spec, first)
    return x
