"""The state of a training after its last epochs, to go on from after an interruption."""

import textwrap
import warnings
from pathlib import Path
from typing import Any

import keras

from kerasgan.engine.readiness import check_saving
from kerasgan.utils.checkpoints import checkpoints, damage, epoch_of, is_slim, last_whole, slim
from kerasgan.utils.checks import whole
from kerasgan.utils.files import replacing
from kerasgan.utils.types import PathLike

FULL = 2  # files to go on from, for one may get damaged


class Checkpoints(keras.callbacks.Callback):
    """Keeps all state of the training after its last epochs, to go on from, and earlier models.

    Writes `directory/epoch_0001.keras` after the first epoch and so on, epochs counted from 1. Each
    is what `model.save` makes, so that `kerasgan.load` opens it too. It is written beside and
    renamed: whenever the process ends, there is a whole one. List it last, so that what other
    callbacks write of an epoch is there before the epoch counts as done; the last epoch of `fit`
    does when they all have ended.

    An epoch that is trained again replaces its file and all that came after it.

    Args:
        directory: str or path-like. Made if need be.
        every: int, epochs from one file to the next. There always is one of the last epoch.
        keep: int or None, how many files are kept, the newest ones; None for all. All but the two
            newest lose the optimizers and their state, about two thirds of a file: they are models
            to draw, translate and score with, not to go on from.

    Raises:
        ValueError: if a number is not a whole one above 0.
        OSError: if the disk is full; the files before are still there.

    Example:
        >>> import os, tempfile, numpy as np, kerasgan as kg
        >>> images = np.random.uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
        >>> folder = tempfile.mkdtemp()
        >>> for epochs in (3, 4):  # as if a new process began
        ...     gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
        ...     gan.compile()
        ...     saving = kg.callbacks.Checkpoints(folder)
        ...     begun = saving.restore(gan)
        ...     history = gan.fit(
        ...         images, epochs=epochs, initial_epoch=begun, verbose=0, callbacks=[saving]
        ...     )
        ...     print(begun, len(history.epoch), sorted(os.listdir(folder)))
        0 3 ['epoch_0002.keras', 'epoch_0003.keras']
        3 1 ['epoch_0003.keras', 'epoch_0004.keras']
    """

    first_only = True  # of several processes, as `fit` sees to

    def __init__(self, directory: PathLike, every: int = 1, keep: int | None = 2):
        super().__init__()
        self.directory = Path(directory)
        self.every = whole("every", every)
        self.keep = None if keep is None else whole("keep", keep)

    def restore(self, model: keras.Model) -> int:
        """Gives a model the newest whole state that is there.

        A file that is damaged is named in a warning, and the one before it is used.

        Args:
            model: the model as it was built and compiled for the training that is to go on.

        Returns:
            int, how many epochs were done then, the `initial_epoch` of `fit`; 0 if there is no
            whole file, and the model is as it was.

        Raises:
            ValueError: if the file holds another model.
        """
        path = last_whole([path for path in checkpoints(self.directory) if not is_slim(path)])
        if path is None:
            return 0
        try:
            with warnings.catch_warnings():
                # after which Keras would go on, without the optimizer's state
                warnings.filterwarnings("error", "Skipping variable loading for optimizer")
                model.load_weights(path)
        except ValueError as error:
            raise ValueError(
                f"{path} holds the state of another model, optimizer or schedule: "
                + textwrap.shorten(str(error), 300)
            ) from error
        return epoch_of(path)

    def on_train_begin(self, logs: dict | None = None) -> None:
        check_saving(self.model)
        self._epoch: Any = None
        self._saved = None

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self._epoch = epoch + 1
        last = self.model.stop_training or self._epoch == self.params["epochs"]
        if not last and self._epoch % self.every == 0:
            self._save()

    def on_train_end(self, logs: dict | None = None) -> None:
        if self._saved != self._epoch:
            self._save()

    def _save(self):
        path = self.directory / f"epoch_{self._epoch:04d}.keras"
        with replacing(path) as temporary:
            self.model.save(temporary)
        self._saved = self._epoch
        older = [path for path in checkpoints(self.directory) if epoch_of(path) <= self._epoch]
        kept = older[-self.keep :] if self.keep else older
        for path in set(checkpoints(self.directory)) - set(kept):
            path.unlink(missing_ok=True)  # another process may prune them too
        for path in kept[:-FULL][-1:]:  # that has become an earlier one just now
            if damage(path) is None:
                slim(path)
