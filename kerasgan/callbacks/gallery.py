"""A page of a run's pictures and losses, for any browser."""

from pathlib import Path

import keras

from kerasgan.callbacks.frames import Seldom, drawing
from kerasgan.callbacks.history import read_history
from kerasgan.callbacks.page import page
from kerasgan.utils.files import replacing
from kerasgan.utils.types import PathLike

NAME = "index.html"


class Gallery(keras.callbacks.Callback):
    """Keeps `directory/index.html`, a page of the run's losses and of its pictures, newest first.

    The pictures are those that `SampleGrid` or `TranslationGrid` drew into the same directory, the
    losses those that `LossHistory` wrote there, in one panel each, the `val_` logs dashed. List it
    after them. It shows 200 pictures at most, evenly chosen, each with the scores of its epoch, and
    marks the epochs that `Checkpoints(directory / "checkpoints")` has kept, and the best of
    `Evaluation`, for `kerasgan.load(directory, epoch=...)`. The page is written when training
    starts, after an epoch whenever writing it has come to less than 1% of the time, and at the end;
    it needs no network and no server, and a copy of the directory is all that it takes elsewhere.
    While the run goes on it reloads itself every minute.

    Args:
        directory: str or path-like, the run's folder. Made if need be.

    Raises:
        ValueError: at the start of `fit`, if `directory/history.csv` is no such table.

    Example:
        >>> import tempfile, numpy as np, kerasgan as kg
        >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
        >>> gan.compile()
        >>> images = np.random.uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
        >>> folder = tempfile.mkdtemp()
        >>> parts = [kg.callbacks.SampleGrid(folder), kg.callbacks.LossHistory(folder)]
        >>> callbacks = [*parts, kg.callbacks.Gallery(folder)]
        >>> _ = gan.fit(images, epochs=2, batch_size=16, verbose=0, callbacks=callbacks)
        >>> page = open(f"{folder}/index.html").read()
        >>> page.count("<img"), page.count("<polyline")
        (3, 2)
    """

    first_only = True  # of several processes, as `fit` sees to

    def __init__(self, directory: PathLike):
        super().__init__()
        self.directory = Path(directory)

    def on_train_begin(self, logs: dict | None = None) -> None:
        read_history(self.directory)
        self._epoch: int | None = None
        self._seldom = Seldom()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        if self._epoch is None:
            self._write(epoch, running=True)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self._epoch = epoch + 1
        if self._seldom.due():
            self._write(self._epoch, running=True)

    def on_train_end(self, logs: dict | None = None) -> None:
        if self._epoch is not None:
            self._write(self._epoch, running=False)

    def _write(self, epoch, running):
        self._epoch = epoch
        with self._seldom.timed():
            write(self.directory, epoch, running)


def write(directory: Path, epoch: int, running: bool) -> None:
    """Writes the page of a run, see `kerasgan.callbacks.page.page`."""
    path = directory / NAME
    with drawing(path), replacing(path) as temporary:
        temporary.write_text(page(directory, epoch, running), encoding="utf-8")
