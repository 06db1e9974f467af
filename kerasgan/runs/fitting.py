"""The training of a run: what `fit` is given, and how it ends."""

import contextlib
import dataclasses
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from kerasgan import backend, callbacks
from kerasgan.callbacks import gallery
from kerasgan.runs.configuration import Configuration
from kerasgan.runs.data import endless, images, load_data, some, steps_per_epoch
from kerasgan.runs.folder import CHECKPOINTS, EpochLog
from kerasgan.runs.processes import SIGNALS
from kerasgan.utils.files import replacing

ROWS = 8  # of a translator's pictures
LOOKED_AT = 1000  # images that are read at once, or for a translator in all


def observers(config: Configuration, model: Any, folder: Path) -> list[keras.callbacks.Callback]:
    """The callbacks, in their order, that draw and write what a run leaves in its folder."""
    every, history = config.samples_every, callbacks.LossHistory(folder)
    if model.task == "translate":
        a, b = model.sides(some(config, ROWS // len(model.directions))[0])
        if len(model.directions) == 1 and not model.paired:
            b = None  # none of them is what should come of A
        pictures = callbacks.TranslationGrid(folder, a, b, every=every)
    elif len(model.data_shape) == 3:
        shown = _vectors(config) if isinstance(model.condition, tuple) else {}
        names = config.class_names
        pictures = callbacks.SampleGrid(folder, every=every, class_names=names, **shown)
    else:
        batch = next(load_data(config).as_numpy_iterator())
        by = {"labels": batch[1]} if isinstance(model.condition, tuple) else {}
        pictures = callbacks.PointAnimation(folder, images(batch), every, surface=False, **by)
        return [pictures, history, *_trackers(config, folder, pictures)]
    watching = [_health(config, model, folder)] if config.health else []
    watching += [_scores(config, model, folder)] if config.evaluation else []
    watching += [pictures, callbacks.Timelapse(folder), history, callbacks.Gallery(folder)]
    return [*watching, *_trackers(config, folder, pictures)]


def _trackers(config, folder, pictures):
    return [
        callbacks.Tracking(name, folder, pictures, config.to_dict()) for name in config.track or ()
    ]


def _vectors(config):
    """The first condition vectors of the data, a row of the grid for each."""
    (_, vectors), _ = some(config, LOOKED_AT)
    vectors = np.unique(vectors, axis=0)[:ROWS]
    return {"rows": len(vectors), "cols": ROWS, "labels": np.repeat(vectors, ROWS, axis=0)}


def _health(config, model, folder):
    """The callback that looks for what goes wrong."""
    if model.task == "translate":
        data, _ = some(config, LOOKED_AT)
    else:
        data = load_data(config, batch_size=LOOKED_AT, drop_remainder=False)
    return callbacks.Health(data, directory=folder)


def _scores(config, model, folder):
    """The callback that scores the model."""
    wanted = dict(config.evaluation)
    batch, _ = some(config, wanted.pop("samples"))
    real = model.sides(batch) if model.task == "translate" else images(batch)
    vectors = {"labels": batch[1]} if isinstance(getattr(model, "condition", None), tuple) else {}
    return callbacks.Evaluation(
        wanted.pop("metrics"), real, directory=folder, seed=config.seed, **vectors, **wanted
    )


def epochs_of(config: Configuration, data: Any) -> int:
    """How many epochs a run has; the last one may be cut short by `max_steps`."""
    return config.epochs or -(-(config.max_steps or 0) // steps_per_epoch(config, data))


def fit(
    config: Configuration,
    model: Any,
    files: list[str],
    data: Any,
    folder: Path,
    watching: list[keras.callbacks.Callback],
    begun: int,
    verbose: str | int,
) -> Configuration:
    """Trains the compiled model of a run, as it was after `begun` epochs, and saves it.

    Returns:
        The settings, in the first process with `steps` and `seconds`.

    Raises:
        KeyboardInterrupt: after Ctrl-C or SIGTERM, see `kerasgan.runs.start`.
    """
    per_epoch, epochs = steps_per_epoch(config, data), epochs_of(config, data)
    stop = Stop(config.max_steps, per_epoch)
    saving = callbacks.Checkpoints(folder / CHECKPOINTS, keep=config.keep)
    try:
        if begun < epochs:  # else it was killed between its last epoch and its end
            with stop.on_interrupt():
                model.fit(
                    endless(config, files, data, begun * per_epoch),
                    steps_per_epoch=per_epoch,
                    epochs=epochs,
                    initial_epoch=begun,
                    callbacks=[*watching, EpochLog(), *_tracing(config, folder), stop, saving],
                    verbose=verbose if backend.first() else 0,
                )
    except KeyboardInterrupt:
        if stop.between_steps:
            _save(model, folder)
        raise
    _save(model, folder)
    if not backend.first():
        return config
    history = json.loads((folder / "history.json").read_text())
    if (folder / gallery.NAME).exists():  # now that all epochs are there which it marks as kept
        gallery.write(folder, history["epoch"][-1], running=False)
    return dataclasses.replace(
        config,
        steps=min(int(optimizer.iterations) for optimizer in model.optimizer.optimizers),
        seconds=round(sum(history["seconds"]), 1),
    )


def _tracing(config, folder):
    return [callbacks.Profile(folder, config.profile)] if config.profile else []


def _save(model, folder):
    if not backend.first():
        return
    with replacing(folder / "model.keras") as temporary:
        model.save(temporary)


class Stop(keras.callbacks.Callback):
    """Ends training after `max_steps` of the whole run; and between two steps, where all state is
    whole, on Ctrl-C or SIGTERM: then `between_steps` is true, and the model can be saved.

    It acts before a step, so that Keras need not wait for the end of each.
    """

    def __init__(self, max_steps: int | None, steps_per_epoch: int) -> None:
        super().__init__()
        self.max_steps = max_steps
        self.steps_per_epoch = steps_per_epoch
        self.asked = self.between_steps = False
        self._next, self._last = 0, (0, 0.0)

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Notes the steps before it."""
        self._before = epoch * self.steps_per_epoch

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Ends training, now or after this step, if it is time."""
        if self.asked if backend.process()[1] == 1 else self._asked_anywhere(self._before + batch):
            self.between_steps = True
            raise KeyboardInterrupt
        done = self._before + batch + self.model.steps_per_execution
        if self.max_steps and done >= self.max_steps:
            self.model.stop_training = True

    def _asked_anywhere(self, step):
        """Whether one of several processes was asked, which they tell each other about once a
        second, before the same step."""
        if step < self._next:
            return False
        now, (last, then) = time.monotonic(), self._last
        # All of one length: JAX would compile each anew.
        said = backend.gathered(f"{self.asked:d}{(now - then) / max(step - last, 1):15.6f}")
        each = max(float(text[1:]) for text in said)
        self._next, self._last = step + min(max(int(1 / each), 1), 100), (step, now)
        return any(text[0] == "1" for text in said)

    @contextlib.contextmanager
    def on_interrupt(self) -> Iterator[None]:
        """Within, the first signal waits for the end of the step; the second does not."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals go to the main thread only
            return

        def note(signal_number, frame):
            if self.asked:
                raise KeyboardInterrupt
            self.asked = True
            with contextlib.suppress(OSError):  # the terminal may be closed
                os.write(2, b"\nStopping after this step; Ctrl-C again stops at once.\n")

        before = {number: signal.signal(number, note) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler or signal.SIG_DFL)
