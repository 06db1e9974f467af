"""Files that no reader ever meets half written."""

import contextlib
import errno
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
TEMPORARY = re.compile(r"\.kerasgan-[0-9a-f]{16}(\.\w+)?")


def keras_home() -> Path:
    """Keras's own folder, for what can be made or fetched again: `~/.keras`, or KERAS_HOME."""
    return Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser()


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yields a temporary path beside `path`, which takes its place once the block has ended well.

    What is there then outlives a crash of the machine too: it is on the disk before it gets its
    name. The temporary name is like no other, also where several machines share the disk.

    Args:
        path: str or path-like. Its folder is made if need be.

    Raises:
        OSError: if the disk is full, or at `path` is no file but a folder or device; what was
            there before still is.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        raise OSError(errno.EEXIST, f"What is at {path} is no file, and is not written over")
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".kerasgan-{secrets.token_hex(8)}{path.suffix}")
    try:
        yield temporary
        _to_disk(temporary, os.O_RDWR)
        os.replace(temporary, path)
        if os.name != "nt":  # where folders cannot be opened
            _to_disk(path.parent, os.O_RDONLY)
    except OSError as error:
        if error.errno not in FULL:
            raise
        written = temporary.stat().st_size if temporary.exists() else 0
        free = shutil.disk_usage(path.parent).free
        raise OSError(
            error.errno,
            f"There is no room for {path}: {error.strerror}, with {written / 1e6:.1f} MB of it "
            f"written and {free / 1e6:.1f} MB free. What was there before is kept; make room and "
            "run again",
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def _to_disk(path, mode):
    descriptor = os.open(path, mode)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Deletes what processes that were killed while `replacing` left in a folder.

    Args:
        folder: `pathlib.Path`, in which no other process writes; there may be none.
    """
    for path in folder.glob(".kerasgan-*"):
        if TEMPORARY.fullmatch(path.name):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def reading(path: str | os.PathLike[str]) -> Iterator[None]:
    """Within, a text file's content is read: whatever it leads to becomes an error that names it.

    Raises:
        ValueError: if the content is not what it should be.
    """
    try:
        yield
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is damaged: {type(error).__name__}: {error}") from error


def expanded(path: str | os.PathLike[str]) -> Path:
    """A path with the home folder that a `~` or `~user` stands for; an unknown user's stays."""
    return Path(os.path.expanduser(path))
