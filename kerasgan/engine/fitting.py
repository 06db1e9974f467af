"""Training and evaluation as Keras does them, after a look at the model and the data.

Methods of `kerasgan.engine.AdversarialModel`.
"""

import sys
from typing import Any

import keras

from kerasgan import backend
from kerasgan.engine.compiling import log_choice
from kerasgan.engine.data import checked, explained, split
from kerasgan.engine.guard import NonFiniteGuard, tell_modes
from kerasgan.engine.inputs import Sizes, check_no_weights
from kerasgan.engine.readiness import check_ready
from kerasgan.utils.errors import unwrapped
from kerasgan.utils.memory import keep_freed_memory
from kerasgan.utils.pipelines import adapted, is_dataset


def fit(
    self: keras.Model,
    x: Any = None,
    y: Any = None,
    batch_size: int | None = None,
    epochs: int = 1,
    verbose: int | str = "auto",
    callbacks: Any = None,
    validation_split: float = 0.0,
    validation_data: Any = None,
    **kwargs: Any,
) -> keras.callbacks.History:
    """Train as `keras.Model.fit` does, after a look at the data.

    A batch that is smaller than a step needs (`critic_steps * pack` samples), or that the devices
    do not divide that it is dealt out to, as the last one may be, is left out.

    Raises:
        ValueError: if images do not lie in [-1, 1], have a wrong shape or hold NaN, or if there
            are none, before a weight has moved; if samples or classes are given weights, which
            no loss of a player has; or if a layer has no weights yet.
        TypeError: if images are not float, or class ids not integers.
        FloatingPointError: as soon as a loss is not finite, naming the step and the player.
    """
    if validation_split and validation_data is None:
        (x, y), validation_data = split((x, y), validation_split)
    with unwrapped(), explained(self.data_spec, _sizes(self)):
        check_no_weights(**kwargs)
        x, y = _checked(self, x, y, batch_size)
        if validation_data is not None:
            x_val, y_val, weight = keras.utils.unpack_x_y_sample_weight(validation_data)
            check_no_weights(sample_weight=weight)
            size = kwargs.get("validation_batch_size") or batch_size
            steps = kwargs.get("validation_steps")
            x_val, y_val = _checked(self, x_val, y_val, size, training=False)
            kwargs["validation_data"] = adapted(x_val, y_val, size, steps), None
        if not isinstance(callbacks, keras.callbacks.CallbackList):
            callbacks = [NonFiniteGuard(), *keras.tree.flatten(callbacks or [])]
            if not backend.first():
                callbacks = [c for c in callbacks if not getattr(c, "first_only", False)]
            callbacks.sort(key=lambda c: not getattr(c, "before_guard", False))
            tell_modes(callbacks, self.log_names)
            check_ready(self, callbacks)
        keep_freed_memory()
        if self.compiled and self._compile_settings["jit_compile"] == "auto":
            log_choice(self.jit_compile)
        shuffle = kwargs.pop("shuffle", not is_dataset(x))  # Keras would warn that it cannot
        x = adapted(x, y, batch_size, kwargs.get("steps_per_epoch"), shuffle)
        return keras.Model.fit(self, x, None, batch_size, epochs, verbose, callbacks, **kwargs)


def evaluate(
    self: keras.Model,
    x: Any = None,
    y: Any = None,
    batch_size: int | None = None,
    verbose: int | str = "auto",
    **kwargs: Any,
) -> Any:
    """Mean losses at inference, as `keras.Model.evaluate` gives them, after a look at the data.

    Raises:
        ValueError, TypeError: as in `fit`.
    """
    if kwargs.get("_use_cached_eval_dataset"):  # from `fit`, which has looked at the data
        return keras.Model.evaluate(self, x, y, batch_size, verbose, **kwargs)
    check_no_weights(**kwargs)
    with unwrapped(), explained(self.data_spec, _sizes(self, training=False)):
        x, y = _checked(self, x, y, batch_size, training=False)
        x = adapted(x, y, batch_size, kwargs.get("steps"))
        return keras.Model.evaluate(self, x, None, batch_size, verbose, **kwargs)


def train_on_batch(self: keras.Model, x: Any, y: Any = None, **kwargs: Any) -> Any:
    """Make one step, as `keras.Model.train_on_batch` does, after a look at the data."""
    check_ready(self)
    check_no_weights(**kwargs)
    return keras.Model.train_on_batch(self, *_checked(self, x, y, sys.maxsize), **kwargs)


def _checked(self, x, y, batch_size, training=True):
    return checked(self.data_spec, x, y, batch_size, _sizes(self, training))


def _sizes(self, training=True):
    return Sizes(self.smallest_batch(training), backend.dealt_to(self))
