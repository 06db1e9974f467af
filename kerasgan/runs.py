"""A training run in a folder: its settings, the training, the way back into it."""

import json
import shutil
from pathlib import Path

import keras

from kerasgan.files import replacing
from kerasgan.training.building import build, generator_sizes, take_generator
from kerasgan.training.data import load_data, shapes
from kerasgan.training.fitting import epochs_done, fit, observers
from kerasgan.versions import versions

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
    "backup",
)
NAME = "config.json"


def start(config, folder, overwrite=False, verbose="auto"):
    """Begins a run.

    The folder gets `config.json` (the settings, with what the data added to them, and versions),
    what `LossHistory`, `SampleGrid`, `Timelapse` and `Gallery` write (`TranslationGrid` for
    translators, of images of the test split if there is one; `PointAnimation` for points), and
    at the end `model.keras`, and the steps and seconds in `config.json`. While it trains there is
    `backup/`, the state after the last epoch.

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
    config, data = _completed(config)
    parts = _parts(config, data, folder, begun=False)
    for name in there:
        shutil.rmtree(folder / name) if (folder / name).is_dir() else (folder / name).unlink()
    _write(config, folder)
    return _train(config, data, folder, parts, verbose)


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
    data = load_data(config)
    parts = _parts(config, data, folder, begun=epochs_done(folder) > 0)
    return _train(config, data, folder, parts, verbose)


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


def _parts(config, data, folder, begun):
    """The model, and the callbacks that watch it."""
    model = build(config, data)
    if config.get("generator_from") and not begun:
        take_generator(model, config["generator_from"])
    return model, observers(config, model, data, folder)


def _train(config, data, folder, parts, verbose):
    model, watching = parts
    config = fit(config, model, data, folder, watching, verbose)
    _write(config, folder)
    shutil.rmtree(folder / "backup", ignore_errors=True)
    return model


def _write(config, folder):
    with replacing(folder / NAME) as temporary:
        temporary.write_text(json.dumps(config, indent=2) + "\n")
