"""The folder of a run: what is its own in it, one writer at a time, and a log of what it did."""

import contextlib
import glob
import json
import logging
import os
import shutil
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import filelock
import keras
import psutil

from kerasgan.callbacks.tracking import NAMES as TRACKED
from kerasgan.runs.configuration import NAME, Configuration
from kerasgan.runs.fingerprint import LISTING
from kerasgan.utils.files import sweep

LOCK, PID = ".kerasgan.lock", ".kerasgan.pid"
LOG = "log.txt"
CHECKPOINTS = "checkpoints"
FOLDERS = ("samples", "points", CHECKPOINTS, "tensorboard")
FILES = (  # what a run leaves in its folder
    *(NAME, "model.keras", "best.keras", "best.json", "health.json", "history.csv"),
    *("history.json", "losses.png", "index.html", "latest.png", "timelapse.gif", "points.gif"),
    *(LOG, LISTING, TRACKED),
    *("samples/*.png", "points/*.png", f"{CHECKPOINTS}/epoch_*.keras"),  # numbered ones
)
EVENTS = "tensorboard/events.out.tfevents.*"  # of a run that was tracked
LINKS = ("latest-run", "debug.log", "debug-internal.log")  # of Weights & Biases, to its newest run
TRACES = (  # of a run that was profiled
    "profile/trace.json",
    *(f"profile/plugins/profile/*/*.{ending}" for ending in ("xplane.pb", "trace.json.gz")),
)
logger = logging.getLogger("kerasgan")
_trains: list[int] = []  # the threads that do, each with a log of its own
_outside: list = []  # the logger's level and what shows warnings, where nothing trains
_change = threading.Lock()


def written(folder: Path) -> list[Path]:
    """The paths in a folder that are called as what a run writes."""
    found = [path for name in FILES for path in folder.glob(name)]
    return [
        path
        for path in found
        if path.parent == folder or path.stem.removeprefix("epoch_").isdecimal()
    ]


def clear(folder: Path) -> None:
    """Deletes what a run wrote into its folder, but for the `config.json` that says it is a run's.

    Other files, also in the folders of its pictures, stay, and so do links to folders.
    """
    traces = _traces(folder)
    for path in [*written(folder), *traces, *_tracked(folder)]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != NAME:
            path.unlink()
    above = {parent for path in traces for parent in path.relative_to(folder).parents[:-1]}
    for name in (*FOLDERS, "wandb", *sorted(above, reverse=True)):
        with contextlib.suppress(OSError):  # it is not there, a link, or holds other files
            (folder / name).rmdir()


def _traces(folder):
    try:
        profiled = Configuration.read(folder).profile
    except ValueError:  # it is no run's
        return []
    return [path for name in TRACES if profiled for path in folder.glob(name)]


def _tracked(folder):
    """What the trackers of a run wrote beside it: TensorBoard's events, and the folders that
    Weights & Biases calls by the run's id."""
    try:
        names = json.loads((folder / TRACKED).read_text())
    except (OSError, ValueError):
        return []
    links = [folder / "wandb" / name for name in LINKS]
    found = [*folder.glob(EVENTS), *(link for link in links if link.is_symlink())]
    if isinstance(names, dict) and "wandb" in names:
        found += folder.glob(f"wandb/*run-*-{glob.escape(names['wandb'])}")
    return found


@contextlib.contextmanager
def occupied(folder: Path) -> Iterator[None]:
    """Within, no other process may occupy the folder; it is free again however this one ends.

    It is made if need be, and what killed processes left half written is deleted.

    Raises:
        ValueError: if another process trains in it, which is named.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # apart from the lock, which others may not read on every system
    number = folder / PID
    try:
        lock = filelock.FileLock(folder / LOCK).acquire(blocking=False)
    except filelock.Timeout:
        who = number.read_text() if number.exists() else "unknown"
        raise ValueError(
            f"Process {who} trains in {folder}: wait for its end, or choose another "
            f"folder. Received: folder={str(folder)!r}"
        ) from None
    with lock:
        number.write_text(str(os.getpid()))
        for name in ("", *FOLDERS):
            sweep(folder / name)
        yield


def trains(folder: Path) -> bool:
    """Whether a process of this machine occupies the folder."""
    try:
        process = int((folder / PID).read_text())
    except (OSError, ValueError):
        return False
    if not psutil.pid_exists(process):  # so that no lock is tried that another one may want
        return False
    try:
        filelock.FileLock(folder / LOCK).acquire(blocking=False).lock.release()
    except filelock.Timeout:
        return True
    return False


@contextlib.contextmanager
def logged(folder: Path) -> Iterator[None]:
    """Within, what happens goes to the end of `log.txt`: warnings, what is logged, and the end.

    What another thread does that trains goes to a log of its own.
    """
    with _listening(folder / LOG):
        try:
            yield
            logger.info("done")
        except KeyboardInterrupt:
            logger.info("stopped by a signal")
            raise
        except BaseException:
            logger.exception("stopped by an error")
            raise


@contextlib.contextmanager
def _listening(path):
    """Within, what is logged and warned of goes to a file too."""
    thread = threading.get_ident()
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    handler.handleError = lambda record: None  # type: ignore[method-assign]  # a full disk is told of where it costs more
    handler.addFilter(lambda record: record.thread == thread or record.thread not in _trains)
    with _change:
        if not _trains:
            _outside[:] = logger.level, warnings.showwarning
            logger.setLevel(logging.INFO)
            warnings.showwarning = _note
        _trains.append(thread)
        logger.addHandler(handler)
    try:
        yield
    finally:
        with _change:
            logger.removeHandler(handler)
            _trains.remove(thread)
            if not _trains:
                level, warnings.showwarning = _outside
                logger.setLevel(level)
        with contextlib.suppress(OSError):
            handler.close()


def _note(message, category, filename, lineno, *rest):
    logger.info("%s: %s (%s:%d)", category.__name__, message, filename, lineno)
    _outside[1](message, category, filename, lineno, *rest)


class EpochLog(keras.callbacks.Callback):
    """Logs the numbers of each epoch in a line."""

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Logs them."""
        numbers = ", ".join(f"{name} {value:.4g}" for name, value in (logs or {}).items())
        logger.info("epoch %d/%d: %s", epoch + 1, self.params["epochs"], numbers)
