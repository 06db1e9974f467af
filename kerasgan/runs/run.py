"""A training run in a folder: its settings, the training, the way back into it."""

import json
import os
import shutil
from pathlib import Path

import keras

from kerasgan.callbacks import Checkpoints
from kerasgan.runs.building import build, generator_sizes, take_generator
from kerasgan.runs.data import load_data, shapes
from kerasgan.runs.fitting import CHECKPOINTS, epochs_of, fit, observers
from kerasgan.runs.folder import LOG, logged, logger, occupied
from kerasgan.utils.files import replacing
from kerasgan.utils.versions import versions

FILES = (  # what a run leaves in its folder
    "config.json",
    "model.keras",
    "best.keras",
    "best.json",
    "health.json",
    "history.csv",
    "history.json",
    "losses.png",
    "index.html",
    "latest.png",
    "samples",
    "timelapse.gif",
    "points",
    "points.gif",
    CHECKPOINTS,
    LOG,
)
NAME = "config.json"


def start(config, folder, overwrite=False, verbose="auto"):
    """Begins a run.

    In the folder:

    - `config.json`: the settings, with what the data added to them, and versions; at the end the
      steps and seconds too. It is enough to repeat the run.
    - `history.csv`, `history.json`, `losses.png`, `index.html`, `latest.png`, `samples/` and
      `timelapse.gif`: what `LossHistory`, `Gallery`, `SampleGrid` and `Timelapse` write
      (`TranslationGrid` for translators, of images of the test split if there is one; for points
      `points/` and `points.gif` of `PointAnimation`).
    - `best.keras` and `best.json`, `health.json`: of `Evaluation` and `Health`, if asked for.
    - `checkpoints/`: the state after each of the last two epochs, of `Checkpoints`.
    - `model.keras`: the model at the end, or as Ctrl-C left it.
    - `log.txt`: when the run was begun, gone on with and ended, the numbers of every epoch,
      warnings, diagnoses and errors.

    All of them but the log, which grows by lines, are replaced as a whole, so that other programs
    may read them at any time. Two processes cannot train in one folder.

    Args:
        config: dict of
            `variant`: name of a class in `kerasgan.models`;
            `model`: dict, its constructor's arguments; the shapes are taken from the data, and
            `num_classes` if it is "auto";
            `compile`: dict, the arguments of its `compile`, and `learning_rate`, None or that of
            both players' optimizers;
            `data`: dict, the arguments of `kerasgan.datasets.load` (for CycleGAN `load_unpaired`,
            for Pix2Pix `load_paired`), with its first as `source`; `batch_size` is that of one
            step, of which a batch holds `critic_steps`;
            `epochs`: int, or None to train for `max_steps` steps;
            `n_epochs_decay`: int, for a translator; in so many of these epochs, the last ones, the
            learning rate falls to zero; it may be left out, as may the next five;
            `schedule`: str, "cosine" for half a cosine of the learning rate to zero, "step" for a
            tenth of it after half of the steps;
            `generator_from`: str, for SRGAN, the run or file of a trained SRResNet to start from;
            `evaluation`: dict of `metrics`, a list of names, `extractor`, `every` and `samples`;
            see `kerasgan.callbacks.Evaluation`, which then keeps `best.keras`;
            `health`: bool, whether `kerasgan.callbacks.Health` looks for what goes wrong, and keeps
            `health.json`;
            `log_dir`: str, for a translator, the folder of TensorBoard's for its pictures;
            `samples_every`: int, epochs from one sample picture to the next;
            `seed`: int.
            Everything must be JSON; other keys are kept as they are.
        folder: str or path-like.
        overwrite: bool, whether a run that is already there may be deleted.
        verbose: as in `keras.Model.fit`.

    Returns:
        The trained model.

    Raises:
        ValueError: if the folder already holds a run, another process trains in it, or a setting
            does not fit.
        OSError: if the disk is full. What was written before is kept, and the run can go on.
        KeyboardInterrupt: after Ctrl-C or SIGTERM, which wait for the end of a step and save
            `model.keras`.

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
    _there(folder, overwrite)
    keras.utils.set_random_seed(config["seed"])
    config, data = _completed(config)
    model = build(config, data)
    _take_generator(config, model)
    watching = observers(config, model, data, folder)
    with occupied(folder):
        for path in _there(folder, overwrite):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        _write(config, folder)
        with logged(folder):
            return _train(config, model, data, folder, watching, 0, verbose)


def resume(folder, verbose="auto", epochs=None):
    """Goes on with a run that was interrupted, from the end of its last whole epoch.

    The result is that of a run without interruption, bit for bit on the same machine. Where the
    newest file in `checkpoints/` is damaged, a warning names it, and the one before is used.

    Args:
        folder: str or path-like, what `start` was given.
        verbose: as in `keras.Model.fit`.
        epochs: int, how many the run shall have in all, be it complete or not; None for as many
            as it was begun with.

    Returns:
        The trained model.

    Raises:
        ValueError: if the folder holds no run, one that is complete, or one of another backend;
            if another process trains in it; if `epochs` are not more than those that were trained,
            or the run is one of steps, or of a learning rate that follows the epochs.
        OSError: as in `start`.
        KeyboardInterrupt: as in `start`.
    """
    folder = Path(folder)
    read_config(folder)  # before what is no run gets a lock
    with occupied(folder):
        before = read_config(folder)
        config = _to_go_on(before, folder, epochs)
        with logged(folder):
            keras.utils.set_random_seed(config["seed"])
            data = load_data(config)
            model = build(config, data)
            begun = Checkpoints(folder / CHECKPOINTS).restore(model)
            if "steps" in before and not begun:
                raise ValueError(
                    f"There is nothing to go on from: {folder / CHECKPOINTS} holds no whole file. "
                    f"Received: resume={str(folder)!r}"
                )
            if epochs is not None and epochs <= begun:
                raise ValueError(f"The run has {begun} epochs already. Received: {epochs=}")
            if not begun:
                _take_generator(config, model)
            watching = observers(config, model, data, folder)
            _write(config, folder)
            return _train(config, model, data, folder, watching, begun, verbose)


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


def _completed(config):
    """The settings with what the data and this installation add to them; and the data."""
    model = {**generator_sizes(config), **config["model"]}
    if model.get("num_classes") == "auto":
        every = load_data(config, batch_size=1000, shuffle=False, drop_remainder=False)
        model["num_classes"] = 1 + max(int(labels.numpy().max()) for _, labels in every)
    data = load_data({**config, "model": model})
    return {
        **config,
        "model": {**shapes(config, data), **model, "seed": config["seed"]},
        "backend": keras.backend.backend(),
        "versions": versions(),
    }, data


def _there(folder, overwrite):
    """The paths in a folder that a run left there."""
    there = [name for name in FILES if (folder / name).exists()]
    if there and not overwrite:
        raise ValueError(
            f"{folder} already holds a run ({', '.join(there)}): choose another folder, go on with "
            f"`kerasgan train --resume {folder}`, or delete that run with --overwrite. "
            f"Received: out={str(folder)!r}"
        )
    return [folder / name for name in there]


def _take_generator(config, model):
    if config.get("generator_from"):
        take_generator(model, config["generator_from"])


def _to_go_on(config, folder, epochs):
    """The settings to go on with, for so many epochs in all if they are given."""
    backend = keras.backend.backend()
    if config["backend"] != backend:
        raise ValueError(
            f"The run was begun under another backend: set KERAS_BACKEND={config['backend']}. "
            f"Received: KERAS_BACKEND={backend}"
        )
    if epochs is None:
        if "steps" in config:
            raise ValueError(
                f"The run in {folder} is complete: it made {config['steps']} steps. "
                f"Received: resume={str(folder)!r}"
            )
        return config
    if config["epochs"] is None:
        raise ValueError(f"The run is one of {config['max_steps']} steps. Received: {epochs=}")
    for name in ("schedule", "n_epochs_decay"):
        if config.get(name):
            raise ValueError(
                "The run's learning rate follows its epochs, so that it cannot have others. "
                f"Received: {epochs=}, with {name}={config[name]!r}"
            )
    rest = {name: value for name, value in config.items() if name not in ("steps", "seconds")}
    return {**rest, "epochs": epochs}


def _train(config, model, data, folder, watching, begun, verbose):
    logger.info(
        "%s, from epoch %d of %d, process %d, %s",
        config.get("command", "kerasgan.runs"),
        begun + 1,
        epochs_of(config, data),
        os.getpid(),
        ", ".join(f"{name} {version}" for name, version in versions().items()),
    )
    config = fit(config, model, data, folder, watching, begun, verbose)
    _write(config, folder)
    return model


def _write(config, folder):
    with replacing(folder / NAME) as temporary:
        temporary.write_text(json.dumps(config, indent=2) + "\n")
