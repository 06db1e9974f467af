"""What `fit` sees to by itself: losses that are no numbers, rates of 0, ways to better logs."""

import math
import warnings
from collections.abc import Collection, Sequence

import keras
from keras import ops

MONITORS = (  # what Keras has that wants to know which way a log is better
    keras.callbacks.EarlyStopping,
    keras.callbacks.ModelCheckpoint,
    keras.callbacks.ReduceLROnPlateau,
)


def tell_modes(callbacks: Sequence[keras.callbacks.Callback], losses: Collection[str]) -> None:
    """Tells Keras's callbacks that monitor a log which way it is better, unless the user has.

    Args:
        callbacks: those of `fit`. One that adds logs tells their ways by its `mode_of(name)`.
        losses: names of the model's losses, which are better the lower they are.

    Raises:
        ValueError: if nobody knows; Keras itself would raise it after the first epoch.
    """
    for callback in callbacks:
        if not isinstance(callback, MONITORS) or callback.mode != "auto":
            continue
        known = [c.mode_of(callback.monitor) for c in callbacks if hasattr(c, "mode_of")]
        if callback.monitor.removeprefix("val_") in (*losses, "loss"):
            known.append("min")
        callback.mode = next(filter(None, known), "auto")
        if callback.mode == "auto":
            raise ValueError(
                f"Say whether a low or a high {callback.monitor} is better, by mode='min' or "
                f"mode='max'. Received: {type(callback).__name__}({callback.monitor!r})"
            )


class NonFiniteGuard(keras.callbacks.Callback):
    """Raises as soon as a logged loss is NaN or infinite; `fit` adds it by itself.

    It raises rather than ask for a stop, so that no callback writes the broken weights over the
    last good checkpoint at the end of the epoch. At the start it warns of learning rates that
    have fallen to 0.
    """

    async_safe = True  # it only reads the logs, so Keras need not wait for each step

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Look at the learning rates."""
        for player in self.model.players():
            optimizer = self.model.optimizer[player]
            steps, rate = map(_number, (optimizer.iterations, optimizer.learning_rate))
            if steps and rate == 0:
                warnings.warn(
                    f"The learning rate of the {player} has fallen to 0, so that going on trains "
                    "nothing: compile the model anew, with a rate or a longer schedule. "
                    "Received: learning_rate=0",
                    stacklevel=2,
                )

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Remember the epoch for the message."""
        self.epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Look at the losses."""
        for name, value in (logs or {}).items():
            if not math.isfinite(value):
                player = self.model.log_names.get(name, "model")
                raise FloatingPointError(
                    f"The {player}'s loss {name} is no longer finite at step {batch + 1} of epoch "
                    f"{self.epoch + 1}; training is stopped and earlier checkpoints are left as "
                    f"they are. Try a lower learning rate. Received: {name}={value}"
                )


def _number(value):
    """What a variable holds, also one of several replicas."""
    return ops.convert_to_numpy(ops.convert_to_tensor(value)).item()
