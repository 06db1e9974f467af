"""The training of a run: what `fit` is given, and how it ends."""

import contextlib
import json
import os
import signal
import threading

import keras

from kerasgan import callbacks
from kerasgan.models.image_to_image import Translating
from kerasgan.runs.data import (
    endless,
    images_to_translate,
    load_data,
    real_images,
    steps_per_epoch,
)
from kerasgan.runs.folder import EpochLog
from kerasgan.utils.files import replacing

ROWS = 8  # of a translator's pictures
CHECKPOINTS = "checkpoints"
SIGNALS = signal.SIGINT, signal.SIGTERM  # Ctrl-C, and what a cluster sends before it kills
LOOKED_AT = 1000  # images that are read at once, or for a translator in all


def observers(config, model, data, folder):
    """The callbacks that draw and write what a run leaves in its folder.

    Args:
        config: dict, see `kerasgan.runs.start`.
        model: the run's model.
        data: the run's `tf.data.Dataset`.
        folder: `pathlib.Path`.

    Returns:
        A list of callbacks, in their order.
    """
    every, history = config["samples_every"], callbacks.LossHistory(folder)
    if isinstance(model, Translating):
        *images, _ = images_to_translate(config, model, ROWS // len(model.directions))
        log_dir = config.get("log_dir")
        pictures = callbacks.TranslationGrid(folder, *images, every=every, log_dir=log_dir)
    elif len(model.data_shape) == 3:
        pictures = callbacks.SampleGrid(folder, every=every)
    else:
        batch = next(iter(data))
        real = (batch[0] if isinstance(batch, tuple) else batch).numpy()
        return [callbacks.PointAnimation(folder, real, every=every, surface=False), history]
    timelapse, page = callbacks.Timelapse(folder), callbacks.Gallery(folder)
    watching = [*_health(config, model, folder), *_scores(config, model, folder)]
    return [*watching, pictures, timelapse, history, page]


def _health(config, model, folder):
    """The callback that looks for what goes wrong, in a list; empty if none is asked for."""
    if not config.get("health"):
        return []
    if isinstance(model, Translating):
        a, b, _ = images_to_translate(config, model, LOOKED_AT)
        data = (a, b) if model.scale == 1 else b
    else:
        data = load_data(config, batch_size=LOOKED_AT, drop_remainder=False)
    return [callbacks.Health(data, directory=folder)]


def _scores(config, model, folder):
    """The callback that scores the model, in a list; an empty list if none is asked for."""
    wanted = config.get("evaluation")
    if not wanted:
        return []
    if isinstance(model, Translating):
        *real, _ = images_to_translate(config, model, wanted["samples"])
    else:
        real = real_images(config, wanted["samples"])
    return [
        callbacks.Evaluation(
            wanted["metrics"],
            real,
            wanted["every"],
            extractor=wanted["extractor"],
            directory=folder,
            seed=config["seed"],
        )
    ]


def epochs_of(config, data):
    """How many epochs a run has; the last one may be cut short by `max_steps`."""
    return config["epochs"] or -(-config["max_steps"] // steps_per_epoch(config, data))


def fit(config, model, data, folder, watching, begun, verbose):
    """Trains the model of a run, and saves it.

    Args:
        config: dict, see `kerasgan.runs.start`.
        model: the compiled model, as it was after `begun` epochs.
        data: the run's `tf.data.Dataset`.
        folder: `pathlib.Path`.
        watching: list of callbacks.
        begun: int, the whole epochs that were trained already.
        verbose: as in `keras.Model.fit`.

    Returns:
        The settings with `steps` and `seconds`.

    Raises:
        KeyboardInterrupt: after Ctrl-C or SIGTERM, see `kerasgan.runs.start`.
    """
    per_epoch, epochs = steps_per_epoch(config, data), epochs_of(config, data)
    stop = Stop(config.get("max_steps"), per_epoch)
    saving = callbacks.Checkpoints(folder / CHECKPOINTS)
    try:
        if begun < epochs:  # else it was killed between its last epoch and its end
            with stop.on_interrupt():
                model.fit(
                    endless(config, data, begun * per_epoch),
                    steps_per_epoch=per_epoch,
                    epochs=epochs,
                    initial_epoch=begun,
                    callbacks=[*watching, EpochLog(), stop, saving],
                    verbose=verbose,
                )
    except KeyboardInterrupt:
        if stop.between_steps:
            _save(model, folder)
        raise
    _save(model, folder)
    history = json.loads((folder / "history.json").read_text())
    return {
        **config,
        "steps": min(int(optimizer.iterations) for optimizer in model.optimizer.optimizers),
        "seconds": round(sum(history["seconds"]), 1),
    }


def _save(model, folder):
    with replacing(folder / "model.keras") as temporary:
        model.save(temporary)


class Stop(keras.callbacks.Callback):
    """Ends training after some steps; and between two steps, where all state is whole, on Ctrl-C
    or SIGTERM.

    Args:
        max_steps: int or None, the steps of the whole run.
        steps_per_epoch: int.

    Attributes:
        between_steps: bool, whether one of them ended training where the model can be saved.
    """

    def __init__(self, max_steps, steps_per_epoch):
        super().__init__()
        self.max_steps = max_steps
        self.steps_per_epoch = steps_per_epoch
        self.asked = self.between_steps = False

    def on_epoch_begin(self, epoch, logs=None):
        self._before = epoch * self.steps_per_epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.asked:
            self.between_steps = True
            raise KeyboardInterrupt
        if self.max_steps and self._before + batch + 1 >= self.max_steps:
            self.model.stop_training = True

    @contextlib.contextmanager
    def on_interrupt(self):
        """Within, the first signal waits for the end of the step; the second does not."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals go to the main thread only
            return

        def note(signal_number, frame):
            if self.asked:
                raise KeyboardInterrupt
            self.asked = True
            os.write(2, b"\nStopping after this step; Ctrl-C again stops at once.\n")

        before = {number: signal.signal(number, note) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
