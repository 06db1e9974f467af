"""A training run in a folder: its settings, the training, the way back into it."""

import contextlib
import json
import os
import platform
import shutil
import signal
import threading
from importlib import import_module
from pathlib import Path

import keras

import kerasgan
from kerasgan import callbacks, datasets, models
from kerasgan.callbacks.images import replacing

FILES = (  # what a run leaves in its folder
    "config.json",
    "model.keras",
    "history.csv",
    "history.json",
    "losses.png",
    "latest.png",
    "samples",
    "timelapse.gif",
    "points",
    "points.gif",
    "backup",
)
NAME = "config.json"


def start(config, folder, overwrite=False, verbose="auto"):
    """Begins a run.

    The folder gets `config.json` (the settings, with what the data added to them, and versions),
    what `LossHistory`, `SampleGrid` and `Timelapse` write (`PointAnimation` for points), and
    at the end `model.keras`, and the steps and seconds in `config.json`. While it trains there is
    `backup/`, the state after the last epoch.

    Args:
        config: dict of
            `variant`: name of a class in `kerasgan.models`;
            `model`: dict, its constructor's arguments; `data_shape` is taken from the data, and
            `num_classes` if it is "auto";
            `compile`: dict, the arguments of its `compile`, and `learning_rate`, None or that of
            both players' optimizers;
            `data`: dict, the arguments of `kerasgan.datasets.load`, with its first as `source`;
            `batch_size` is that of one step, of which a batch holds `critic_steps`;
            `epochs`: int, or None to train for `max_steps` steps;
            `samples_every`: int, epochs from one sample picture to the next;
            `seed`: int.
            Everything must be JSON; other keys are kept as they are.
        folder: str or path-like.
        overwrite: bool, whether a run that is already there may be deleted.
        verbose: as in `keras.Model.fit`.

    Returns:
        The trained model.

    Raises:
        ValueError: if the folder already holds a run, or a setting does not fit.
        KeyboardInterrupt: after Ctrl-C, which waits for the end of a step and saves `model.keras`.

    Example:

    >>> import tempfile, kerasgan as kg
    >>> config = {
    ...     "variant": "GAN",
    ...     "model": {"latent_dim": 8, "generator_units": [16], "discriminator_units": [16]},
    ...     "compile": {"loss": "hinge", "learning_rate": None},
    ...     "data": {"source": "fashion_mnist_10k", "batch_size": 1000},
    ...     "epochs": None,
    ...     "max_steps": 3,
    ...     "samples_every": 1,
    ...     "seed": 0,
    ... }
    >>> folder = tempfile.mkdtemp()
    >>> gan = start(config, folder, verbose=0)
    >>> import json
    >>> json.load(open(f"{folder}/config.json"))["steps"]
    3
    """
    folder = Path(folder)
    there = [name for name in FILES if (folder / name).exists()]
    if there and not overwrite:
        raise ValueError(
            f"{folder} already holds a run ({', '.join(there)}): choose another folder, go on with "
            f"`kerasgan train --resume {folder}`, or delete that run with --overwrite. "
            f"Received: out={str(folder)!r}"
        )
    keras.utils.set_random_seed(config["seed"])
    config = _completed(config)
    data, model = load_data(config), _compiled(config)
    for name in there:
        shutil.rmtree(folder / name) if (folder / name).is_dir() else (folder / name).unlink()
    _write(config, folder)
    return _fit(model, data, config, folder, verbose)


def resume(folder, verbose="auto"):
    """Goes on with a run that was interrupted, from the end of its last whole epoch.

    The result is that of a run without interruption.

    Args:
        folder: str or path-like, what `start` was given.
        verbose: as in `keras.Model.fit`.

    Returns:
        The trained model.

    Raises:
        ValueError: if the folder holds no run, one that is complete, or one of another backend.
        KeyboardInterrupt: as in `start`.
    """
    folder = Path(folder)
    config = read_config(folder)
    if "steps" in config:
        raise ValueError(
            f"The run in {folder} is complete: it made {config['steps']} steps. "
            f"Received: resume={str(folder)!r}"
        )
    backend = keras.backend.backend()
    if config["backend"] != backend:
        raise ValueError(
            f"The run was begun under another backend: set KERAS_BACKEND={config['backend']}. "
            f"Received: KERAS_BACKEND={backend}"
        )
    keras.utils.set_random_seed(config["seed"])
    data, model = load_data(config), _compiled(config)
    return _fit(model, data, config, folder, verbose)


def read_config(folder):
    """The settings of the run in a folder.

    Args:
        folder: str or path-like.

    Returns:
        The dict that `start` wrote.

    Raises:
        ValueError: if there is none, or it is damaged.
    """
    path = Path(folder) / NAME
    if not path.is_file():
        raise ValueError(f"There is no run: {path} is missing. Received: folder={str(folder)!r}")
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path} is damaged: {error}. Received: folder={str(folder)!r}") from error


def load_data(config, **changes):
    """The data of a run.

    Args:
        config: dict, see `start`.
        **changes: arguments of `kerasgan.datasets.load` that replace the run's.

    Returns:
        A `tf.data.Dataset`.
    """
    settings = {**config["data"], "labels": config["model"].get("num_classes") is not None}
    settings["batch_size"] *= config["model"].get("critic_steps") or 1
    settings = {**settings, "seed": config["seed"], **changes}
    if isinstance(settings.get("image_size"), list):
        settings["image_size"] = tuple(settings["image_size"])
    return datasets.load(settings.pop("source"), **settings)


def versions():
    """The releases in use: a dict of "kerasgan", "keras", the backend and "python" to str."""
    backend = keras.backend.backend()
    return {
        "kerasgan": kerasgan.__version__,
        "keras": keras.__version__,
        backend: import_module(backend).__version__,
        "python": platform.python_version(),
    }


def _completed(config):
    """The settings with what the data and this installation add to them."""
    model = dict(config["model"])
    if model.get("num_classes") == "auto":
        every = load_data(config, batch_size=1000, shuffle=False, drop_remainder=False)
        model["num_classes"] = 1 + max(int(labels.numpy().max()) for _, labels in every)
    spec = load_data({**config, "model": model}).element_spec
    images = spec[0] if isinstance(spec, tuple) else spec
    return {
        **config,
        "model": {"data_shape": images.shape[1:].as_list(), **model, "seed": config["seed"]},
        "backend": keras.backend.backend(),
        "versions": versions(),
    }


def _compiled(config):
    model = getattr(models, config["variant"]).from_config(config["model"])
    settings = dict(config["compile"])
    rate = settings.pop("learning_rate", None)
    settings["optimizer"] = _optimizers(model, settings.get("optimizer"), rate)
    model.compile(**settings)
    return model


def _optimizers(model, given, rate):
    """What `compile` takes: `given`, a name or dicts, with the rate replaced if there is one."""
    by_player = isinstance(given, dict) and "class_name" not in given
    chosen = dict(given) if by_player else dict.fromkeys(model.players(), given)
    if rate is not None:
        for player in model.players():
            optimizer = chosen.get(player) or model.default_optimizer(player)
            optimizer = keras.optimizers.get(optimizer)
            chosen[player] = optimizer.from_config(
                {**optimizer.get_config(), "learning_rate": rate}
            )
    return chosen


def _fit(model, data, config, folder, verbose):
    backup = folder / "backup"
    together = config["compile"].get("steps_per_execution") or 1
    per_epoch = max(len(data) // together, 1) * together
    epochs = config["epochs"] or -(-config["max_steps"] // per_epoch)
    stop = _Stop(config.get("max_steps"), per_epoch)
    observers = [
        *_pictures(data, config, folder),
        callbacks.LossHistory(folder),
        keras.callbacks.BackupAndRestore(str(backup), delete_checkpoint=False),
        stop,
    ]
    try:
        with stop.on_interrupt():
            model.fit(
                _endless(data, _epochs_done(backup) * per_epoch),
                steps_per_epoch=per_epoch,
                epochs=epochs,
                callbacks=observers,
                verbose=verbose,
            )
    except KeyboardInterrupt:
        if stop.between_steps:
            model.save(folder / "model.keras")
        raise
    model.save(folder / "model.keras")
    history = json.loads((folder / "history.json").read_text())
    config["steps"] = int(model.optimizer["generator"].iterations)
    config["seconds"] = round(sum(history["seconds"]), 1)
    _write(config, folder)
    shutil.rmtree(backup, ignore_errors=True)
    return model


def _pictures(data, config, folder):
    """The callbacks that draw what the model generates."""
    every = config["samples_every"]
    if len(config["model"]["data_shape"]) == 3:
        return [callbacks.SampleGrid(folder, every=every), callbacks.Timelapse(folder)]
    batch = next(iter(data))
    real = (batch[0] if isinstance(batch, tuple) else batch).numpy()
    return [callbacks.PointAnimation(folder, real, every=every, surface=False)]


def _epochs_done(backup):
    path = backup / "training_metadata.json"
    return json.loads(path.read_text())["epoch"] if path.is_file() else 0


def _endless(data, used):
    """The data again and again, each time in another order, from after `used` batches on."""
    passes, rest = divmod(used, len(data))
    for _ in range(passes):
        iter(data)  # draws an order
    return data.repeat().skip(rest)


def _write(config, folder):
    with replacing(folder / NAME) as temporary:
        temporary.write_text(json.dumps(config, indent=2) + "\n")


class _Stop(keras.callbacks.Callback):
    """Ends training after some steps; and between two steps, where all state is whole, on Ctrl-C.

    Args:
        max_steps: int or None, the steps of the whole run.
        steps_per_epoch: int.

    Attributes:
        between_steps: bool, whether Ctrl-C ended training where the model can be saved.
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
        """Within, the first Ctrl-C waits for the end of the step; the second does not."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals go to the main thread only
            return

        def note(signal_number, frame):
            if self.asked:
                raise KeyboardInterrupt
            self.asked = True
            os.write(2, b"\nStopping after this step; Ctrl-C again stops at once.\n")

        before = signal.signal(signal.SIGINT, note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
