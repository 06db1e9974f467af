"""Which files of a folder are images, and what else lies there."""

import functools
import logging
import os
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path

# fmt: off
EXTENSIONS = (
    ".png", ".jpeg", ".jpg", ".jpe", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".pgm",
    ".ppm",
)
# fmt: on
logger = logging.getLogger("kerasgan.datasets")


def image_files(folder: Path) -> list[Path]:
    """Lists the image files of a folder, at any depth, sorted; nothing whose name begins with a
    dot.

    Links to folders are followed, and each folder is read once, where it really is if that is
    within `folder`. How many files of which endings were taken and left out is logged, once.

    Raises:
        ValueError: if there are none, or a folder cannot be read.
    """
    taken: list[Path] = []
    left_out: list[Path] = []
    for file in _shown(folder):
        image = file.suffix.lower() in EXTENSIONS and file.is_file()
        (taken if image else left_out).append(file)
    without = f"; left out: {len(left_out)} ({_by_ending(left_out)})" if left_out else ""
    if not taken:
        raise ValueError(
            f"The folder holds no image files ({' '.join(EXTENSIONS)}){without}. "
            f"Received: source={str(folder)!r}"
        )
    level = logging.WARNING if left_out else logging.INFO
    _say(level, f"{folder}: {len(taken)} images ({_by_ending(taken)}){without}")
    return sorted(taken)


def _shown(folder: Path) -> Iterator[Path]:
    """The files that a file browser shows in a folder and those in it, each once."""
    seen, waiting = {str(path) for path in Path(os.path.realpath(folder)).parents}, deque([folder])
    while waiting:
        for root, folders, names in os.walk(waiting.popleft(), onerror=_unreadable):
            place = os.path.realpath(root)
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            if place in seen:
                folders.clear()
                continue
            seen.add(place)
            waiting += (Path(root, name) for name in folders if os.path.islink(f"{root}/{name}"))
            yield from (Path(root, name) for name in names if not name.startswith("."))


def _unreadable(error):
    raise ValueError(
        f"The folder cannot be read: {error.strerror}. Received: folder={error.filename!r}"
    ) from error


def _by_ending(files):
    counts = Counter(file.suffix.lower() or "no ending" for file in files).most_common()
    named = ", ".join(f"{count} {ending}" for ending, count in counts[:10])
    return f"{named} and {len(counts) - 10} other endings" if len(counts) > 10 else named


@functools.cache
def _say(level, message):
    logger.log(level, message)
