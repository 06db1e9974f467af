"""Which files of a folder are images, and what else lies there."""

import functools
import logging
import os
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path

from kerasgan.datasets.facts import LICENSE, SOURCE

# fmt: off
EXTENSIONS = (
    ".png", ".jpeg", ".jpg", ".jpe", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".pgm",
    ".ppm",
)
# fmt: on
logger = logging.getLogger("kerasgan.datasets")


def image_files(folder: Path) -> list[str]:
    """Lists the image files of a folder, at any depth; nothing whose name begins with a dot, nor
    the SOURCE and LICENSE that `prepare` puts there.

    Links to folders are followed, and each folder is read once, where it really is if that is
    within `folder`. How many files of which endings were taken and left out is logged, once.

    Returns:
        The files as seen from the folder, such as "cat/1.png", in the order of `pathlib.Path`.

    Raises:
        ValueError: if there are none, or a folder cannot be read.
    """
    files: list[str] = []
    taken: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for name, is_file in _shown(folder):
        if name in (SOURCE, LICENSE):
            continue
        ending = os.path.splitext(name)[1].lower().rstrip(".")
        if ending in EXTENSIONS and is_file:
            files.append(name)
            taken[ending] += 1
        else:
            left_out[ending or "no ending"] += 1
    without = f"; left out: {left_out.total()} ({_by_ending(left_out)})" if left_out else ""
    if not files:
        raise ValueError(
            f"The folder holds no image files ({' '.join(EXTENSIONS)}){without}. "
            f"Received: source={str(folder)!r}"
        )
    level = logging.WARNING if left_out else logging.INFO
    _say(level, f"{folder}: {len(files)} images ({_by_ending(taken)}){without}")
    files.sort(key=lambda name: name.replace("/", "\0"))  # part by part, as paths are compared
    return files


def _shown(folder: Path) -> Iterator[tuple[str, bool]]:
    """What a file browser shows in a folder and those in it, each once: names, and whether they are
    files, which no more than a link is asked from the disk for."""
    seen, links = {str(path) for path in Path(os.path.realpath(folder)).parents}, deque([""])
    while links:
        waiting = [links.popleft()]
        while waiting:
            here = waiting.pop()
            place = os.path.realpath(folder / here)
            if place in seen:
                continue
            seen.add(place)
            folders = []
            try:
                for entry in os.scandir(folder / here):
                    linked = entry.is_symlink()
                    if entry.name.startswith("."):
                        continue
                    if os.path.isdir(entry) if linked else entry.is_dir():
                        folders.append((f"{here}{entry.name}/", linked))
                    else:
                        is_file = os.path.isfile(entry) if linked else entry.is_file()
                        yield here + entry.name, is_file
            except OSError as error:
                raise ValueError(
                    f"The folder cannot be read: {error.strerror}. "
                    f"Received: folder={error.filename!r}"
                ) from error
            folders.sort()
            links += (name for name, linked in folders if linked)
            waiting += (name for name, linked in reversed(folders) if not linked)


def _by_ending(endings):
    counts = endings.most_common()
    named = ", ".join(f"{count} {ending}" for ending, count in counts[:10])
    return f"{named} and {len(counts) - 10} other endings" if len(counts) > 10 else named


@functools.cache
def _say(level, message):
    logger.log(level, message)
