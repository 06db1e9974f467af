"""How `tf.data` shares the processors, decided once and not tuned while it runs."""

from __future__ import annotations

import functools
import os
import sys
from typing import TYPE_CHECKING, Any

from kerasgan.utils.private import data_adapter

if TYPE_CHECKING:
    import tensorflow as tf

AT_ONCE = os.cpu_count() or 1  # elements of a `map` whose function runs beside the training
AHEAD = 2  # batches that wait for their step


def without_tuning(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """The same data, without the thread that tunes a pipeline, unless the user has asked for it.

    That thread sleeps for twice as long each time, from 10 ms to a minute, and may miss the end of
    the data: who lets go of an iterator then waits until it wakes.

    Example:

    >>> import tensorflow as tf
    >>> without_tuning(tf.data.Dataset.range(3)).options().autotune.enabled
    False
    """
    import tensorflow as tf

    if dataset.options().autotune.enabled is not None:
        return dataset
    options = tf.data.Options()
    options.autotune.enabled = False
    return dataset.with_options(options)


def adapted(
    x: Any,
    y: Any = None,
    batch_size: int | None = None,
    steps_per_epoch: int | None = None,
    shuffle: bool = False,
) -> Any:
    """What `fit` and `evaluate` take for `x`, without `y`: their own form of the data, but that
    what TensorFlow reads it by has no tuning thread either."""
    found = data_adapter(
        x, y, batch_size=batch_size, steps_per_epoch=steps_per_epoch, shuffle=shuffle
    )
    kind: Any = type(found)
    found.__class__ = _untuned(kind)
    return found


@functools.cache
def _untuned(kind):
    def get_tf_dataset(self):
        return without_tuning(kind.get_tf_dataset(self))

    return type(kind.__name__, (kind,), {"get_tf_dataset": get_tf_dataset})


def is_dataset(x: Any) -> bool:
    """Whether `x` is a `tf.data.Dataset`, without starting TensorFlow to find out."""
    return "tensorflow" in sys.modules and isinstance(x, sys.modules["tensorflow"].data.Dataset)
