"""What a source of data holds, cheaply: enough to see whether it is still the same."""

import hashlib
import json
import os
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from kerasgan.datasets.folder import classes_of, in_threads
from kerasgan.datasets.idx import CLASSES, SPLITS, named_files
from kerasgan.datasets.loading import folder_or_file
from kerasgan.datasets.tfds import describe
from kerasgan.datasets.translation_sources import find_files
from kerasgan.datasets.walking import image_files
from kerasgan.utils.types import PathLike

ENDS = 4096  # bytes of a file's begin and of its end that are looked at


class Contents(NamedTuple):
    """What a source holds.

    Attributes:
        files: dict of the path of each file, as seen from the source, to its size and a checksum
            of its ends; of TensorFlow Datasets, of the names of splits to their lengths.
        class_names: list of str, the names of the classes in the order of their ids, or None.
    """

    files: dict[str, str]
    class_names: list[str] | None

    def sha256(self) -> str:
        """A hash of `files`, 64 digits.

        Example:

        >>> Contents({"a.png": "78 1c291ca3"}, None).sha256()[:8]
        'f2582ff4'
        """
        return hashlib.sha256(json.dumps(sorted(self.files.items())).encode()).hexdigest()


def contents(
    kind: str,
    source: Any,
    *,
    split: str = "train",
    data_dir: PathLike | None = None,
    labels: bool = False,
) -> Contents:
    """Looks at what a loader would read.

    Of a file only the size and 4096 bytes at either end are read, where those of pictures and
    archives are others if anything in them is.

    Args:
        kind: a key of `kerasgan.datasets.LOADERS`.
        source, split, data_dir, labels: as that loader takes them, but for arrays.

    Returns:
        `Contents`.

    Raises:
        ValueError: if the source is not there, or it is none of this loader's.

    Example:

    >>> held = contents("images", "fashion_mnist_10k", labels=True)
    >>> held.files["t10k-labels-idx1-ubyte.gz"], held.class_names[9]
    ('5125 a6843afe', 'Ankle boot')
    """
    if isinstance(source, str) and source.startswith("tfds:"):
        splits = [split] if kind == "images" else [f"{split}A", f"{split}B"]
        held, names = describe(source[5:], splits, data_dir)
        return Contents(held, names if labels else None)
    if kind != "images":
        folders, files = find_files(source, split, kind == "paired")
        sides = [""] if len(folders) == 1 else ["A/", "B/"]
        named = {
            f"{side}{file}": f"{folder}/{file}"
            for side, folder, of_side in zip(sides, folders, files, strict=True)
            for file in of_side
        }
        return Contents(_stamps(named), None)
    if isinstance(source, str) and source in SPLITS:
        found = {file.name: file for file in named_files(source, split, data_dir)}
        held = _stamps(found) if found else {source: "as Keras downloads it"}
        return Contents(held, CLASSES[source] if labels else None)
    path = folder_or_file(source)
    if path.is_file():
        return Contents(_stamps({"the file": path}), None)
    images = image_files(path)
    names = classes_of(path, images)[0] if labels else None
    return Contents(_stamps({file: f"{path}/{file}" for file in images}), names)


def changes(before: dict[str, str], now: dict[str, str]) -> str:
    """How the files of `Contents` differ, in words.

    Example:

    >>> changes({"a": "1", "b": "2", "c": "3"}, {"b": "2", "c": "4", "d": "5"})
    '1 added (d), 1 removed (a), 1 changed (c)'
    """
    both = before.keys() & now.keys()
    kinds = {
        "added": now.keys() - both,
        "removed": before.keys() - both,
        "changed": {name for name in both if before[name] != now[name]},
    }
    return ", ".join(
        f"{len(found)} {kind} ({', '.join(sorted(found)[:3])}{', ...' * (len(found) > 3)})"
        for kind, found in kinds.items()
        if found
    )


def _stamps(files: Mapping[str, PathLike]) -> dict[str, str]:
    return dict(zip(files, in_threads(_stamp, list(files.values())), strict=True))


def _stamp(path: PathLike) -> str:
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        ends = file.read(ENDS)
        file.seek(max(size - ENDS, 0))
        return f"{size} {zlib.crc32(ends + file.read(ENDS)):08x}"
