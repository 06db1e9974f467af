"""A training run in a folder: its settings, the training, the way back into it."""

import contextlib
import dataclasses
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from kerasgan import backend
from kerasgan.callbacks import Checkpoints
from kerasgan.runs import fingerprint
from kerasgan.runs.allowed import check_divides, check_free, to_go_on
from kerasgan.runs.building import build, complete
from kerasgan.runs.configuration import Configuration
from kerasgan.runs.data import load_shard
from kerasgan.runs.fitting import epochs_of, fit, observers
from kerasgan.runs.folder import CHECKPOINTS, clear, logged, logger, occupied
from kerasgan.runs.processes import common, one_of_host, several, together
from kerasgan.runs.starting import decided, opened, take_networks
from kerasgan.utils.types import PathLike
from kerasgan.utils.versions import versions


def start(
    config: Configuration | Mapping[str, Any],
    folder: PathLike,
    overwrite: bool = False,
    verbose: str | int = "auto",
) -> Any:
    """Begins a run.

    In the folder:

    - `config.json`: the settings, with what the data added to them, and versions; at the end the
      steps and seconds too. It is enough to repeat the run.
    - `fingerprint.json`: the data's files, with sizes and checksums, by which `resume` knows them.
    - `history.csv`, `history.json`, `losses.png`, `index.html`, `latest.png`, `samples/` and
      `timelapse.gif`: what `LossHistory`, `Gallery`, `SampleGrid` and `Timelapse` write
      (`TranslationGrid` for translators, of images of the test split if there is one; for points
      `points/` and `points.gif` of `PointAnimation`).
    - `profile/` of `Profile`, `tracking.json` and `tensorboard/` of `Tracking`, if asked for.
    - `best.keras` and `best.json`, `health.json`: of `Evaluation` and `Health`, if asked for.
    - `checkpoints/`: the state after each of the last two epochs, of `Checkpoints`, and, if asked
      for, the models of earlier ones.
    - `model.keras`: the model at the end, or as Ctrl-C left it.
    - `log.txt`: when the run was begun, gone on with and ended, the numbers of every epoch,
      warnings, diagnoses and errors.

    All of them but the log, which grows by lines, are replaced as a whole, so that other programs
    may read them at any time. Two runs cannot train in one folder.

    Where a launcher such as torchrun started several processes, under PyTorch or JAX, they train
    one model: each runs this function, and the first one writes. The folder must be the same for
    all. `data["batch_size"]` is that of all devices together.

    Args:
        config: `kerasgan.runs.Configuration`, or a dict of what that takes; other keys are kept.
        folder: str or path-like.
        overwrite: bool, whether a run that is already there may be deleted. Of that, only what
            a run writes is; other files in its folder stay.
        verbose: as in `keras.Model.fit`.

    Returns:
        The trained model.

    Raises:
        ValueError: if the folder already holds a run, or files that a run would write over though
            its `config.json` does not say that it is a run's; if another process trains in it; or
            if a setting does not fit.
        OSError: if the disk is full. What was written before is kept, and the run can go on.
        KeyboardInterrupt: after Ctrl-C or SIGTERM, which wait for the end of a step and save
            `model.keras`.

    Example:

    >>> import tempfile, kerasgan as kg
    >>> config = {
    ...     "variant": "GAN",
    ...     "model": {"latent_dim": 8, "generator_units": [16], "discriminator_units": [16]},
    ...     "compile": {"loss": "hinge"},
    ...     "data": {"source": "fashion_mnist_10k", "batch_size": 1000},
    ...     "max_steps": 3,
    ... }
    >>> folder = tempfile.mkdtemp()
    >>> gan = start(config, folder, verbose=0)
    >>> kg.runs.read_config(folder).steps
    3
    """
    config, folder = Configuration.of(config), Path(folder)
    with several(config.distribute) as devices, contextlib.ExitStack() as stack:
        common(config.to_dict(), "settings")
        with together():
            check_free(folder, overwrite)
            check_divides(config, devices)
            first = opened(config.initial)  # which may be of the run that is written over
            keras.utils.set_random_seed(config.seed)
            found = fingerprint.held(config) if one_of_host() else None
        config, files = fingerprint.noted(config, found)
        with together():
            config = decided(config, first)
            config, data = complete(config, files)
        model = build(config, data)  # which JAX's processes do together by themselves
        take_networks(model, first)
        with together():
            watching = observers(config, model, folder)
            if found and backend.first():
                stack.enter_context(occupied(folder))
                check_free(folder, overwrite)
                clear(folder)
                config.write(folder)
                fingerprint.write(folder, found)
                stack.enter_context(logged(folder))
        return _train(config, model, files, data, folder, watching, 0, verbose, devices)


def resume(
    folder: PathLike,
    verbose: str | int = "auto",
    epochs: int | None = None,
    *,
    source: str | None = None,
    accept_changed_data: bool = False,
    distribute: int | str | None = None,
    keep: int | str | None = None,
) -> Any:
    """Goes on with a run that was interrupted, from the end of its last whole epoch.

    The result is that of a run without interruption, bit for bit on the same machine. Where the
    newest file in `checkpoints/` is damaged, a warning names it, and the one before is used.

    Args:
        folder: str or path-like, what `start` was given.
        verbose: as in `keras.Model.fit`.
        epochs: int, how many the run shall have in all, be it complete or not; None for as many
            as it was begun with.
        source: str, where the data were moved to; None if they are where they were.
        accept_changed_data: bool, whether to go on if the data are not what they were. The result
            is then another than that of a run without interruption.
        distribute: how many devices share each step now, or "auto" for all; None for what the run
            was begun with.
        keep: how many epochs' checkpoints stay from now on, or "all"; None for what the run was
            begun with.

    Returns:
        The trained model.

    Raises:
        ValueError: if its class is your own, and the module of that is not imported;
            if the data are not what they were, files added, removed or changed, or if
            their classes are others;
            if the folder holds no run, one that is complete, or one of another backend;
            if another process trains in it; if `epochs` are not more than those that were trained,
            or the run is one of steps, or of a learning rate that follows the epochs; if a setting
            was edited that has no effect any more.
        OSError: as in `start`.
        KeyboardInterrupt: as in `start`.
    """
    folder = Path(folder)
    before = Configuration.read(folder)  # before what is no run gets a lock
    distribute = before.distribute if distribute is None else distribute
    with several(distribute) as devices, contextlib.ExitStack() as stack:
        with together():
            if backend.first():
                stack.enter_context(occupied(folder))
        with together():
            config = to_go_on(Configuration.read(folder), folder, epochs)
            keep = config.keep if keep is None else None if keep == "all" else keep
            config = dataclasses.replace(config, distribute=distribute, keep=keep)  # type: ignore[arg-type]
            if source is not None:
                config = dataclasses.replace(config, data={**config.data, "source": source})
            check_divides(config, devices)
            found = None
            if one_of_host():
                found = fingerprint.compared(config, folder, accept_changed_data)
            if backend.first():
                stack.enter_context(logged(folder))
        config, files = fingerprint.noted(config, found)
        with together():
            keras.utils.set_random_seed(config.seed)
            data = load_shard(config, files, cache=False)  # for its form: `fit` reads on
        model = build(config, data)
        begun = _restore(config, model, folder)
        common(begun, "how many epochs their folders hold")
        if before.steps is not None and not begun:
            raise ValueError(
                f"There is nothing to go on from: {folder / CHECKPOINTS} holds no whole file. "
                f"Received: resume={str(folder)!r}"
            )
        if (wanted := epochs_of(config, data)) < begun + (epochs is not None):
            raise ValueError(f"The run has {begun} epochs already. Received: epochs={wanted}")
        if not begun:
            take_networks(model, opened(config.initial))
        with together():
            data = data if begun else load_shard(config, files)
            watching = observers(config, model, folder)
            if found and backend.first():
                config.write(folder)
                fingerprint.write(folder, found)
        return _train(config, model, files, data, folder, watching, begun, verbose, devices)


def _restore(config, model, folder):
    """Gives the model the state that the run goes on from; how many epochs that has had."""
    given = {"seed": config.seed, **_rates(config, model)}
    begun = Checkpoints(folder / CHECKPOINTS).restore(model)
    kept = {"seed": config.model.get("seed", config.seed), **_rates(config, model)}
    if begun and given != kept:
        raise ValueError(
            "The seed and a learning rate without schedule are of the state that a run goes on "
            f"from, {kept}, so that others have no effect: begin another run. Received: {given}"
        )
    return begun


def _rates(config, model):
    """The learning rates that the settings name and no schedule changes, by player."""
    if not (config.compile.get("optimizer") or config.compile.get("learning_rate")):
        return {}
    return {
        optimizer.name: float(optimizer.learning_rate)
        for optimizer in model.optimizer.optimizers
        if any(variable.name == "learning_rate" for variable in optimizer.variables)
    }


def _train(config, model, files, data, folder, watching, begun, verbose, devices):
    logger.info(
        "%s, from epoch %d of %d, process %d, devices %d, %s",
        config.command or "kerasgan.runs",
        begun + 1,
        epochs_of(config, data),
        os.getpid(),
        devices,
        ", ".join(f"{name} {version}" for name, version in versions().items()),
    )
    config = fit(config, model, files, data, folder, watching, begun, verbose)
    if backend.first():
        config.write(folder)
    return model
