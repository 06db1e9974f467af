"""Packed files, which must not become much larger than they are."""

import os
import zipfile

import numpy as np

FREE = 2**26  # bytes that any file may unpack to
EXPANSION = 100  # times a file's size: beyond what is ever packed in earnest; zip reaches 1032


def check_unpacked(path: str | os.PathLike[str], size: int) -> None:
    """Refuse a file that says it unpacks to so many bytes, before memory or time goes into it.

    Args:
        path: str or path-like.
        size: int, bytes.

    Raises:
        ValueError: if that is more than 64 MB, and more than 100 times what is on the disk.
    """
    packed = os.stat(path).st_size
    if size > max(FREE, EXPANSION * packed):
        raise ValueError(
            f"it has {packed / 1e6:.1f} MB and would unpack to {size / 1e6:.1f} MB, which no file "
            "of images or weights does"
        )


def check_zip(path: str | os.PathLike[str]) -> None:
    """Refuse a zip file whose parts together would unpack to too much; see `check_unpacked`.

    What is read later is no more than what a part says it has: `zipfile` stops there.
    """
    with zipfile.ZipFile(path) as archive:
        check_unpacked(path, sum(part.file_size for part in archive.infolist()))


def read_npz(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """The arrays in a file that `np.savez` or `np.savez_compressed` wrote; nothing is unpickled.

    Args:
        path: str or path-like.

    Returns:
        Dict of name to array.

    Raises:
        Exception: what the damage leads NumPy and `zipfile` to.
    """
    check_zip(path)
    with np.load(path) as arrays:
        return {name: arrays[name] for name in arrays.files}


def read_conditions(path: str | os.PathLike[str]) -> np.ndarray:
    """The condition vectors in an `.npz` file, its array `conditions` (n, d).

    Args:
        path: str or path-like.

    Raises:
        ValueError: if the file is none, or holds no such vectors.
    """
    try:
        arrays = read_npz(path)
        if "conditions" not in arrays:
            raise ValueError(f"it holds {sorted(arrays)}")
        conditions = arrays["conditions"]
        if conditions.ndim != 2 or not len(conditions):
            raise ValueError(f"their shape is {conditions.shape}")
    except Exception as error:
        raise ValueError(
            f"Not an .npz file of condition vectors, an array `conditions` (n, d): {error}. "
            f"Received: conditions={os.path.basename(path)!r}"
        ) from error
    return conditions
