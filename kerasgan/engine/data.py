"""The data of `fit`: looked at before any weight moves."""

import contextlib
import logging
import math
import re
import sys
import types
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from kerasgan.engine.inputs import ANY_SIZE, Sizes, check_values, explain, fits, parts, rows
from kerasgan.utils.checks import number
from kerasgan.utils.pipelines import AHEAD, is_dataset, without_tuning
from kerasgan.utils.types import Shape

_ROWS = "samples"  # in an error of TensorFlow's, in place of the name of a part
_logger = logging.getLogger("kerasgan")


def _asserting(spec, dataset, sizes):
    """`dataset` with every batch's values checked as it passes, and without batches of other
    sizes, unless the first one is such."""
    tf = sys.modules["tensorflow"]
    if dataset.cardinality() == 0:
        raise ValueError("There is no data to train on. Received: an empty dataset")
    known = tf.nest.flatten(dataset.element_spec)[0].shape[:1].as_list()
    if known and known[0] is not None:
        if not sizes.fit(known[0]):
            raise ValueError(sizes.explain(known[0]))
        sizes = ANY_SIZE  # all are of that size

    def found(batch):
        return parts(spec, batch[0] if len(batch) == 1 else batch)

    def size(batch):
        return tf.shape(next(iter(found(batch).values())))[0]

    def message(*words):
        return tf.strings.format(
            "kerasgan: {} {} {}", tuple(map(tf.constant, words[:1])) + words[1:]
        )

    def check(*batch):
        checks, shaped = [], {}
        for name, part in found(batch).items():
            if part.shape.rank is None:  # of a `tf.py_function`
                shape = () if isinstance(spec[name], int) else spec[name]
                shaped[id(part)] = tf.ensure_shape(part, (None, *shape))
            if part.dtype.is_floating == isinstance(spec[name], int):
                continue  # the step itself refuses the dtype
            values = tf.cast(part, tf.float32)
            low, high = tf.reduce_min(values), tf.reduce_max(values)
            finite = tf.math.is_finite(high - low)
            low, high = (tf.where(finite, v, np.nan) for v in (low, high))
            right = fits(spec[name], low, high, tf.shape(values)[0])
            checks.append(tf.debugging.Assert(right, [message(name, low, high)]))
        if sizes != ANY_SIZE:
            n = size(batch)
            checks.append(tf.debugging.Assert(sizes.fit(n), [message(_ROWS, n, n)]))
        with tf.control_dependencies(checks):
            same = tf.nest.map_structure(
                lambda part: tf.identity(shaped.get(id(part), part)), batch
            )
        return same[0] if len(same) == 1 else same

    if sizes != ANY_SIZE:
        dataset = dataset.enumerate().filter(lambda i, *batch: (i == 0) | sizes.fit(size(batch)))
        dataset = dataset.map(lambda i, *batch: batch[0] if len(batch) == 1 else batch)
    return without_tuning(dataset.map(check).prefetch(AHEAD))


@contextlib.contextmanager
def explained(spec: dict[str, Shape | int], sizes: Sizes = ANY_SIZE) -> Iterator[None]:
    """Say in words what a dataset's check found, instead of TensorFlow's error."""
    try:
        yield
    except Exception as error:
        found = re.search(r'kerasgan: \\?"(\w+)\\?" (\S+) ([-+\w.]+)', str(error))
        if found is None:
            raise
        name, low, high = found.groups()
        if name == _ROWS:
            raise ValueError(sizes.explain(int(low))) from None
        raise ValueError(explain(name, spec[name], float(low), float(high))) from None


def split(arrays: tuple, validation_split: float) -> tuple[tuple, tuple]:
    """Arrays, some of them None, cut in two, as `validation_split` of Keras's `fit` does it: the
    last part of them is for validation.

    Example:

    >>> split((np.arange(5), None), 0.4)
    ((array([0, 1, 2]), None), (array([3, 4]), None))
    """
    number("validation_split", validation_split, above=0, below=1)
    n = math.floor(rows(arrays) * (1 - validation_split))
    return _cut(arrays, slice(n)), _cut(arrays, slice(n, None))


def _cut(arrays, where):
    return keras.tree.map_structure(lambda a: a if a is None else a[where], arrays)


def checked(
    spec: dict[str, Shape | int],
    x: Any,
    y: Any = None,
    batch_size: int | None = None,
    sizes: Sizes = ANY_SIZE,
) -> tuple[Any, Any]:
    """The data for `fit`, looked at, or set up to be looked at before the step that uses it.

    Arrays are checked as a whole, every batch of a `tf.data.Dataset` as it passes, and the first
    batch of anything else.

    Args:
        spec: as for `check_static`.
        x: what `keras.Model.fit` takes.
        y: labels or second images that belong to the array `x`.
        batch_size: int or None, that of arrays, as `fit` takes it.
        sizes: how many samples a batch may hold: a last batch of another size is left out.

    Returns:
        `x` and `y`, or what stands for them.

    Raises:
        ValueError: if the data is empty, of wrong shape, out of range or not finite.
        TypeError: if images are not float.
    """
    if is_dataset(x):
        return _asserting(spec, x, sizes), y
    if isinstance(x, types.GeneratorType):
        first = next(x, None)
        if first is None:
            raise ValueError("There is no data to train on. Received: an empty generator")
        check_values(spec, first, sizes)

        def restored():
            yield first
            yield from (batch for batch in x if sizes.fit(rows(batch)))

        return restored(), y
    if isinstance(x, keras.utils.PyDataset):
        check_values(spec, x[0], sizes)
        if sizes != ANY_SIZE and x.num_batches:
            check_values(spec, x[x.num_batches - 1], sizes)
    elif hasattr(x, "dtype") or isinstance(x, (list, tuple, dict)):
        return _checked_arrays(spec, x, y, batch_size or 32, sizes)
    elif hasattr(x, "__iter__"):
        first = next(iter(x), None)
        if first is None:
            raise ValueError(f"There is no data to train on. Received: {x=}")
        check_values(spec, first, sizes)
    return x, y


def _checked_arrays(spec, x, y, batch_size, sizes):
    given = keras.tree.flatten(x)
    if strange := [part for part in given if not hasattr(part, "dtype")]:
        raise TypeError(f"`x` must be made of arrays. Received: x with {type(strange[0])}")
    if len(given) > len(spec) and not isinstance(x, dict):
        raise ValueError(
            f"`x` must be {' and '.join(spec)}; what else belongs to them is `y`. "
            f"Received: {len(given)} arrays"
        )
    check_values(spec, (x, y))
    n = rows(x)
    if not sizes.fit(min(batch_size, n)):
        raise ValueError(sizes.explain(min(batch_size, n)))
    if n % batch_size and not sizes.fit(n % batch_size):
        _logger.info("the last %d of %d samples fill no step and are left out", n % batch_size, n)
        n -= n % batch_size
        x, y = _cut((x, y), slice(n))
    return x, y
