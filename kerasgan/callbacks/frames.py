"""What the callbacks that draw a numbered picture every few epochs have in common."""

import contextlib
import shutil
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

from kerasgan import backend
from kerasgan.utils.checks import whole
from kerasgan.utils.files import FULL, replacing
from kerasgan.utils.images import save_image
from kerasgan.utils.types import PathLike

WAIT = 100  # times as long as work took that is done seldom, until it is done again
MANY = 1000  # pictures of a run, from which on they get rarer


def frame_paths(folder: PathLike, last_epoch: int) -> list[Path]:
    """The numbered pictures in `folder`, in order, up to that of `last_epoch`.

    Those above are what an older, longer run in the same folder left.
    """
    paths = {int(path.stem): path for path in Path(folder).glob("*.png") if path.stem.isdigit()}
    return [paths[epoch] for epoch in sorted(paths) if epoch <= last_epoch]


@contextlib.contextmanager
def drawing(path: PathLike) -> Iterator[None]:
    """Within, a picture is drawn: if that fails, a warning names it, and the training goes on.

    Args:
        path: str or path-like, where the picture was to go.

    Raises:
        OSError: if the disk is full, for then the model has no room either.
    """
    try:
        yield
    except Exception as error:  # of any library that draws, and of any model that is drawn
        if isinstance(error, OSError) and error.errno in FULL:
            raise
        warnings.warn(f"{path} is not drawn: {type(error).__name__}: {error}", stacklevel=3)


class Seldom:
    """Lets work be done only when all of it has come to less than 1% of the time.

    Example:
        >>> seldom = Seldom()
        >>> if seldom.due():
        ...     with seldom.timed():
        ...         print("done once")
        done once
    """

    def __init__(self) -> None:
        self._next = 0.0

    def due(self) -> bool:
        return time.perf_counter() >= self._next

    @contextlib.contextmanager
    def timed(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        now = time.perf_counter()
        self._next = now + WAIT * (now - began)


class EpochFrames(keras.callbacks.Callback):
    """Draws before training, after every `every`-th epoch and after the last one.

    Beyond 1,000 pictures every second of these is drawn, beyond 2,000 every fourth and so on, or a
    long run would fill the disk.

    A subclass supplies `draw(epoch)`, which returns the picture as a uint8 array of shape
    (height, width, channels). It goes to `folder/0001.png`, epochs counted from 1 as Keras shows
    them and 0 being the untrained model, and to `latest.png` beside `folder`. Of several processes
    that train together all draw, as a JAX program runs in each, and the first one writes.
    """

    def __init__(self, folder: PathLike, every: int):
        super().__init__()
        self.folder, self.every = Path(folder), whole("every", every)

    def on_train_begin(self, logs: dict | None = None) -> None:
        self._epoch: Any = None
        self.drawn: int | None = None  # the epoch of the newest picture

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        if epoch == 0:
            self._save_frame(0)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self._epoch = epoch + 1
        rarer = 1 << (self._epoch // (MANY * self.every)).bit_length()
        if self._epoch % (self.every * rarer) == 0:
            self._save_frame(self._epoch)

    def on_train_end(self, logs: dict | None = None) -> None:
        if self.drawn != self._epoch:
            self._save_frame(self._epoch)

    def _save_frame(self, epoch):
        path = self.folder / f"{epoch:04d}.png"
        with drawing(path):
            picture = self.draw(epoch)
            if backend.first():
                save_image(picture, path)
                with replacing(self.folder.parent / "latest.png") as temporary:
                    shutil.copyfile(path, temporary)
        self.drawn = epoch
