"""The folder of a run while it trains: one writer at a time, and a log of what it did."""

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import filelock
import keras

from kerasgan.utils.files import sweep

LOG = "log.txt"
logger = logging.getLogger("kerasgan")


@contextlib.contextmanager
def occupied(folder: Path) -> Iterator[None]:
    """Within, no other process may occupy the folder; it is free again however this one ends.

    It is made if need be, and what killed processes left half written is deleted.

    Raises:
        ValueError: if another process trains in it, which is named.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = folder / ".pid"  # apart from the lock, which others may not read on every system
    try:
        lock = filelock.FileLock(folder / ".lock").acquire(blocking=False)
    except filelock.Timeout:
        raise ValueError(
            f"Process {number.read_text()} trains in {folder}: wait for its end, or choose another "
            f"folder. Received: folder={str(folder)!r}"
        ) from None
    with lock:
        number.write_text(str(os.getpid()))
        sweep(folder)
        yield


@contextlib.contextmanager
def logged(folder: Path) -> Iterator[None]:
    """Within, what happens goes to the end of `log.txt`: warnings, what is logged, and the end."""
    handler = logging.FileHandler(folder / LOG, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    handler.handleError = lambda record: None  # type: ignore[method-assign]  # a full disk is told of where it costs more
    level, show = logger.level, warnings.showwarning

    def note(message, category, filename, lineno, *rest):
        logger.info("%s: %s (%s:%d)", category.__name__, message, filename, lineno)
        show(message, category, filename, lineno, *rest)

    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    warnings.showwarning = note
    try:
        yield
        logger.info("done")
    except KeyboardInterrupt:
        logger.info("stopped by a signal")
        raise
    except BaseException:
        logger.exception("stopped by an error")
        raise
    finally:
        warnings.showwarning = show
        logger.setLevel(level)
        logger.removeHandler(handler)
        with contextlib.suppress(OSError):
            handler.close()


class EpochLog(keras.callbacks.Callback):
    """Logs the numbers of each epoch in a line."""

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Logs them."""
        numbers = ", ".join(f"{name} {value:.4g}" for name, value in (logs or {}).items())
        logger.info("epoch %d/%d: %s", epoch + 1, self.params["epochs"], numbers)
