"""Experiment trackers: each takes the numbers and the picture of an epoch."""

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np

PROJECT = "kerasgan"  # what the runs are found under


class Tracker(Protocol):
    """A run in a tracker.

    Attributes:
        name: str, by which a later process finds the run.
    """

    name: str

    def __init__(self, folder: Path, settings: Mapping[str, Any], name: str | None) -> None:
        """Begins a run, called as the folder, or goes on with that of this name."""

    def numbers(self, values: Mapping[str, float], epoch: int) -> None:
        """Takes an epoch's numbers."""

    def picture(self, title: str, pixels: np.ndarray, epoch: int) -> None:
        """Takes a uint8 array of shape (height, width, channels)."""

    def end(self) -> None:
        """Ends the run, as one that is complete."""


class TensorBoard:
    """Files in `folder/tensorboard`. Written by TensorFlow, whatever the backend."""

    def __init__(self, folder: Path, settings: Mapping[str, Any], name: str | None) -> None:
        self._tf, self.name = import_module("tensorflow"), "tensorboard"
        folder = folder / self.name
        if name is None:  # else TensorBoard would show an older run's with these
            for path in folder.glob("events.out.tfevents.*"):
                path.unlink()
        self._writer = self._tf.summary.create_file_writer(str(folder))

    def numbers(self, values: Mapping[str, float], epoch: int) -> None:
        with self._writer.as_default(epoch):
            for name, value in values.items():
                self._tf.summary.scalar(name, value)
        self._writer.flush()

    def picture(self, title: str, pixels: np.ndarray, epoch: int) -> None:
        with self._writer.as_default(epoch):
            self._tf.summary.image(title, pixels[None])
        self._writer.flush()

    def end(self) -> None:
        self._writer.close()


class MLflow:
    """Where MLFLOW_TRACKING_URI says, in the experiment of MLFLOW_EXPERIMENT_NAME."""

    def __init__(self, folder: Path, settings: Mapping[str, Any], name: str | None) -> None:
        self._client = import_module("mlflow").MlflowClient()
        if name is None:
            title = os.environ.get("MLFLOW_EXPERIMENT_NAME", PROJECT)
            experiment = self._client.get_experiment_by_name(title)
            found = experiment.experiment_id if experiment else None
            run = self._client.create_run(
                found or self._client.create_experiment(title), run_name=folder.name
            )
            name = run.info.run_id
            for key, value in _flat(settings).items():
                self._client.log_param(name, key, value)
        else:
            self._client.update_run(name, status="RUNNING")
        self.name = name

    def numbers(self, values: Mapping[str, float], epoch: int) -> None:
        for name, value in values.items():
            self._client.log_metric(self.name, name, value, step=epoch)

    def picture(self, title: str, pixels: np.ndarray, epoch: int) -> None:
        self._client.log_image(self.name, pixels, key=title, step=epoch)

    def end(self) -> None:
        self._client.set_terminated(self.name)


class WandB:
    """In the project of WANDB_PROJECT."""

    def __init__(self, folder: Path, settings: Mapping[str, Any], name: str | None) -> None:
        self._wandb = import_module("wandb")
        self._run = self._wandb.init(
            project=os.environ.get("WANDB_PROJECT", PROJECT),
            name=folder.name,
            id=name,
            dir=str(folder),
            config=dict(settings),
            resume=None if name is None else "allow",
        )
        self.name = self._run.id
        self._run.define_metric("*", step_metric="epoch")  # wandb's own step never goes back

    def numbers(self, values: Mapping[str, float], epoch: int) -> None:
        self._run.log({**values, "epoch": epoch})

    def picture(self, title: str, pixels: np.ndarray, epoch: int) -> None:
        self._run.log({title: self._wandb.Image(pixels), "epoch": epoch})

    def end(self) -> None:
        self._run.finish()


class Trackio:
    """On this machine, or where trackio's own variables say."""

    def __init__(self, folder: Path, settings: Mapping[str, Any], name: str | None) -> None:
        self._trackio = import_module("trackio")
        self._run = self._trackio.init(
            project=PROJECT,
            name=name,
            config={**settings, "folder": str(folder)},
            resume="never" if name is None else "allow",
            embed=False,
        )
        self.name = self._run.name

    def numbers(self, values: Mapping[str, float], epoch: int) -> None:
        self._run.log(dict(values), step=epoch)

    def picture(self, title: str, pixels: np.ndarray, epoch: int) -> None:
        self._run.log({title: self._trackio.Image(pixels)}, step=epoch)

    def end(self) -> None:
        self._run.finish()


TRACKERS: dict[str, type[Tracker]] = {
    "tensorboard": TensorBoard,
    "wandb": WandB,
    "mlflow": MLflow,
    "trackio": Trackio,
}


def _flat(settings, above=""):
    """Settings by one name each, as "data.batch_size"."""
    found = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{above}{name}.")
        else:
            found[above + name] = value
    return found
