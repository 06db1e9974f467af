"""A run in an experiment tracker."""

import contextlib
import json
import math
import warnings
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras
import numpy as np
from PIL import Image

from kerasgan.callbacks.frames import EpochFrames
from kerasgan.callbacks.trackers import TRACKERS
from kerasgan.utils.files import replacing
from kerasgan.utils.types import PathLike

NAMES = "tracking.json"  # of the run in each tracker, by which a resumed one finds it


class Tracking(keras.callbacks.Callback):
    """Sends every epoch's numbers and newest picture to an experiment tracker.

    "tensorboard" writes into `directory/tensorboard`; "wandb", "mlflow" and "trackio" keep a run,
    called as `directory` where the tracker takes a name, in the project `kerasgan`, or in the place
    that the environment variables of each say. A resumed training goes on with the same run. If the
    tracker fails, a warning says so, and the training goes on.

    List it after the callbacks whose numbers and pictures it shall send.

    Args:
        tracker: str, "tensorboard", "wandb", "mlflow" or "trackio".
        directory: str or path-like, the run's folder. Made if need be.
        pictures: the `SampleGrid`, `TranslationGrid` or `PointAnimation` whose pictures are sent;
            None for none.
        settings: dict to be shown with the run, or None.

    Raises:
        ValueError: if there is no such tracker.
        ImportError: if its package is not installed.

    Example:
        >>> import os, tempfile, numpy as np, kerasgan as kg
        >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
        >>> gan.compile()
        >>> images = np.random.uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
        >>> folder = tempfile.mkdtemp()
        >>> grid = kg.callbacks.SampleGrid(folder)
        >>> tracking = kg.callbacks.Tracking("tensorboard", folder, pictures=grid)
        >>> _ = gan.fit(images, batch_size=16, verbose=0, callbacks=[grid, tracking])
        >>> len(os.listdir(f"{folder}/tensorboard"))
        1
    """

    first_only = True  # of several processes, as `fit` sees to

    def __init__(
        self,
        tracker: str,
        directory: PathLike,
        pictures: EpochFrames | None = None,
        settings: Mapping[str, Any] | None = None,
    ):
        super().__init__()
        if not isinstance(tracker, str) or tracker not in TRACKERS:
            raise ValueError(f"Trackers are {', '.join(TRACKERS)}. Received: {tracker=}")
        if tracker != "tensorboard" and find_spec(tracker) is None:
            raise ImportError(
                f"The package {tracker} is not installed: pip install {tracker}. "
                f"Received: {tracker=}"
            )
        if pictures is not None and not isinstance(pictures, EpochFrames):
            raise ValueError(
                "`pictures` must be a callback that draws, such as SampleGrid. "
                f"Received: pictures={pictures!r}"
            )
        self.tracker, self.directory = tracker, Path(directory)
        self.pictures, self.settings = pictures, dict(settings or {})

    def on_train_begin(self, logs: dict | None = None) -> None:
        self._run: Any = None
        self._sent: int | None = None
        self._begun = False

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        if not self._begun:
            self._begun = True
            with self._told():
                self._begin(epoch)
        self._send_picture()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        values = {name: float(x) for name, x in (logs or {}).items() if np.size(x) == 1}
        if self._run:
            with self._told():
                finite = {name: x for name, x in values.items() if math.isfinite(x)}
                self._run.numbers(finite, epoch + 1)
        self._send_picture()

    def on_train_end(self, logs: dict | None = None) -> None:
        self._send_picture()
        if self._run:
            with self._told():
                self._run.end()

    def _begin(self, epoch):
        path = self.directory / NAMES
        self.directory.mkdir(parents=True, exist_ok=True)
        names = json.loads(path.read_text()) if path.exists() else {}
        before = names.get(self.tracker) if epoch else None
        self._run = TRACKERS[self.tracker](self.directory, self.settings, before)
        with replacing(path) as temporary:
            temporary.write_text(json.dumps({**names, self.tracker: self._run.name}) + "\n")

    def _send_picture(self):
        drawn = self.pictures.drawn if self.pictures else None
        if self._run is None or drawn is None or drawn == self._sent:
            return
        path = self.pictures.folder / f"{drawn:04d}.png"
        self._sent = drawn
        if path.exists():  # else drawing it failed, of which a warning told
            with self._told():
                pixels = np.asarray(Image.open(path).convert("RGB"))  # a grey one has two axes
                self._run.picture(self.pictures.folder.name, pixels, drawn)

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Within, something is sent, which may fail."""
        try:
            yield
        except Exception as error:  # of any tracker, and of the network
            warnings.warn(
                f"{self.tracker} did not take what was sent: {type(error).__name__}: {error}",
                stacklevel=3,
            )
