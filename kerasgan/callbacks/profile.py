"""A trace of what the backend does in a few training steps."""

import atexit
import contextlib
import warnings
from pathlib import Path

import keras

from kerasgan import backend
from kerasgan.utils.checks import whole
from kerasgan.utils.types import PathLike

# A process has one profiler. Keras tells no callback that a training was broken off: what is open
# then ends with the process, or when the next one begins.
_open = contextlib.ExitStack()
atexit.register(_open.close)


class Profile(keras.callbacks.Callback):
    """Writes a trace of some training steps, made by the backend's own profiler.

    Into `directory/profile` go, on TensorFlow and JAX, files that
    `tensorboard --logdir directory/profile` shows (with `pip install xprof`), JAX's also as
    `*.trace.json.gz`; on PyTorch `trace.json`. The last two open in https://ui.perfetto.dev. Each
    step is marked `train`. With `steps_per_execution` above 1 an execution is marked as one, and
    the trace is as much longer as whole ones need. Where a training ends sooner, so does the trace;
    of one that is broken off, as by Ctrl-C, it is written when the process ends or the next
    `Profile` begins. Of several processes only the first is traced.

    Args:
        directory: str or path-like, the run's folder. Made if need be.
        steps: int, how many steps are traced. A trace of ten has some megabytes.
        start: int, the steps of this `fit` that go before, the slow first one, which compiles,
            among them.

    Raises:
        ValueError: if `steps` or `start` is not a whole number above 0.

    Example:
        >>> import tempfile, numpy as np, kerasgan as kg
        >>> from pathlib import Path
        >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
        >>> gan.compile()
        >>> images = np.random.uniform(-1, 1, (64, 8, 8, 1)).astype("float32")
        >>> folder = tempfile.mkdtemp()
        >>> profile = kg.callbacks.Profile(folder, steps=2, start=1)
        >>> _ = gan.fit(images, batch_size=16, verbose=0, callbacks=[profile])
        >>> any(path.stat().st_size for path in Path(folder, "profile").rglob("*.*"))
        True
    """

    def __init__(self, directory: PathLike, steps: int = 10, start: int = 5):
        super().__init__()
        self.folder = Path(directory) / "profile"
        self.steps, self.start = whole("steps", steps), whole("start", start)

    def on_train_begin(self, logs: dict | None = None) -> None:
        _open.close()
        self._done = 0  # steps that have begun, counted by whole executions
        self._end: int | None = None
        self._step = contextlib.ExitStack()

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        self._end_step()  # here, since Keras would wait for each step to say that it has ended
        if self._end is None and self._done >= self.start and backend.first():
            _open.enter_context(backend.profile(self.folder))
            self._end = self._done + self.steps
        if self._end is not None and self._done < self._end:
            self._step.enter_context(backend.profiled_step(self._done))
        self._done += self.model.steps_per_execution

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self._end_step()

    def on_train_end(self, logs: dict | None = None) -> None:
        _open.close()
        if self._end is None and backend.first():
            warnings.warn(
                "No step was traced: the training ended before. Take a smaller `start`. "
                f"Received: start={self.start}, steps of the training={self._done}",
                stacklevel=2,
            )

    def _end_step(self):
        self._step.close()
        if self._end is not None and self._done >= self._end:
            _open.close()
