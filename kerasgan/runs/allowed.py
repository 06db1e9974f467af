"""What keeps a run from being begun, or gone on with, before anything is made or written."""

import dataclasses
from pathlib import Path

from kerasgan import backend
from kerasgan.runs.configuration import Configuration
from kerasgan.runs.folder import written


def check_divides(config: Configuration, devices: int) -> None:
    """Refuses a batch that the devices cannot share."""
    if (n := config.data.get("batch_size", 1)) % devices:
        raise ValueError(
            f"Each of {devices} devices takes an equal part of every batch: make its size a "
            f"multiple of {devices}. Received: batch_size={n}"
        )


def check_free(folder: Path, overwrite: bool) -> None:
    """Refuses a folder that holds a run, unless that may be deleted, or what looks like one."""
    there = written(folder)
    if not there:
        return
    names = ", ".join(dict.fromkeys(path.relative_to(folder).parts[0] for path in there))
    try:
        Configuration.read(folder)
        for path in there:
            if path.is_dir() and not path.is_symlink():
                raise ValueError(f"{path} is a folder")
    except ValueError as error:
        raise ValueError(
            f"{folder} holds {names}, which a run would write over, and is no run's ({error}): "
            "choose another folder, or move them away first"
        ) from error
    if not overwrite:
        raise ValueError(
            f"{folder} already holds a run ({names}): choose another folder, go on with "
            f"`kerasgan train --resume {folder}`, or delete that run with --overwrite. "
            f"Received: out={str(folder)!r}"
        )


def to_go_on(config: Configuration, folder: Path, epochs: int | None) -> Configuration:
    """The settings to go on with, for so many epochs in all if they are given."""
    if config.backend != backend.name:
        raise ValueError(
            f"The run was begun under another backend: set KERAS_BACKEND={config.backend}. "
            f"Received: KERAS_BACKEND={backend.name}"
        )
    if epochs is None:
        if config.steps is not None:
            raise ValueError(
                f"The run in {folder} is complete: it made {config.steps} steps. "
                f"Received: resume={str(folder)!r}"
            )
        return config
    if config.epochs is None:
        raise ValueError(f"The run is one of {config.max_steps} steps. Received: {epochs=}")
    for name in ("schedule", "n_epochs_decay"):
        if getattr(config, name):
            raise ValueError(
                "The run's learning rate follows its epochs, so that it cannot have others. "
                f"Received: {epochs=}, with {name}={getattr(config, name)!r}"
            )
    return dataclasses.replace(config, epochs=epochs, steps=None, seconds=None)
