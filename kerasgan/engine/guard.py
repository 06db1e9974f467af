"""Stops a run whose losses are no longer numbers."""

import math

import keras


class NonFiniteGuard(keras.callbacks.Callback):
    """Raises as soon as a logged loss is NaN or infinite; `fit` adds it by itself.

    It raises rather than ask for a stop, so that no callback writes the broken weights over the
    last good checkpoint at the end of the epoch.
    """

    async_safe = True  # it only reads the logs, so Keras need not wait for each step

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
