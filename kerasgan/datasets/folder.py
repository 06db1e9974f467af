"""A folder of image files, read all at one size, or one by one at their own."""

import functools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from kerasgan.datasets.walking import image_files
from kerasgan.utils.checks import one_of
from kerasgan.utils.conversion import Unfit, fits_in_memory, flatten, header, to_array, upright
from kerasgan.utils.files import expanded
from kerasgan.utils.types import PathLike, Size

CHUNK = 64  # files that a thread reads in one go


def read_folder(
    folder: Path,
    image_size: Size | None,
    channels: int | None,
    labels: bool,
    cache: bool | None,
    files: Sequence[str] | None,
) -> tuple["np.ndarray | FolderImages", np.ndarray | None]:
    """Reads every image file of a folder, with the arguments of `load`.

    Returns:
        uint8 images (n, h, w, c), or, if they are not cached, `FolderImages`; and int32 labels (n,)
        or None.
    """
    files = listed(folder, files)
    targets = classes_of(folder, files)[1] if labels else None
    read_header = functools.cache(lambda file: _read_header(f"{folder}/{file}"))
    size = image_size or read_header(files[0])[0]
    if channels is None:
        channels = 1 if all(grey for _, grey in in_threads(read_header, files)) else 3
    if cache is None:
        cache = fits_in_memory(len(files), *size, channels)
    images = FolderImages(folder, files, size, channels, one_size=image_size is None)
    if cache:
        return images.read_all(), targets
    if image_size is None:  # else sizes would be found to differ in the middle of the training
        for file, (found, _) in zip(files, in_threads(read_header, files), strict=True):
            images.check_size(file, found)
    return images, targets


def listed(folder: Path, files: Sequence[str] | None) -> Sequence[str]:
    """The image files of a folder, as seen from it: those that are known, or else all."""
    if files is None:
        return image_files(folder)
    if not files:
        raise ValueError(f"There must be one file at least. Received: files={files!r}")
    return files


def in_threads(function: Callable[[Any], Any], items: Sequence) -> Iterator:
    """`map`, by as many threads as there are processors, `CHUNK` items in one go.

    Example:

    >>> list(in_threads(abs, [-1, 2, -3]))
    [1, 2, 3]
    """

    def of_some(start):
        return list(map(function, items[start : start + CHUNK]))

    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        yield from chain.from_iterable(pool.map(of_some, range(0, len(items), CHUNK)))
    finally:  # also where the first answers were enough
        pool.shutdown(cancel_futures=True)


def read_pictures(
    folder: PathLike, channels: int | None = None
) -> Iterator[tuple[Path, np.ndarray, np.ndarray | None]]:
    """Reads the images of a folder one by one at their own sizes, to translate each.

    Args:
        folder: str or path; the files are those that `load` takes, at any depth.
        channels: 1 converts them to grey, 3 to RGB; None keeps each as its file has it.

    Returns:
        An iterator of (path, image, alpha): the path relative to the folder; the uint8 image
        (height, width, channels), laid over white where transparent; and its opacity, uint8
        (height, width), or None if nothing in the file can be transparent.

    Raises:
        ValueError: if there is no such folder, or none with images; when its turn comes, if a
            file is broken.

    Example:

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from PIL import Image
    >>> from kerasgan import datasets
    >>> with TemporaryDirectory() as folder:
    ...     Image.new("RGBA", (30, 20)).save(Path(folder) / "a.png")
    ...     for path, image, alpha in datasets.read_pictures(folder):
    ...         print(path, image.shape, alpha.shape)
    a.png (20, 30, 3) (20, 30)
    """
    one_of("channels", channels, (1, 3, None))
    root = existing_folder(folder)
    return ((Path(file), *_read_picture(root / file, channels)) for file in image_files(root))


def _read_picture(file, channels):
    with open_image(file) as image:
        size, grey = header(image)
        channels = channels or (1 if grey else 3)
        image = upright(image)
        alpha = None
        if image.has_transparency_data and not image.mode.startswith("I"):
            alpha = np.asarray(image.convert("RGBA").getchannel("A"))
        return np.asarray(flatten(image, channels)).reshape(*size, channels), alpha


class FolderImages:
    """The images of a folder, decoded anew each time that some are taken.

    Args:
        folder: where they lie.
        files: their paths, as seen from there.
        size: of the images.
        channels: 1 or 3.
        one_size: whether an image of another size is an error or resized.
    """

    dtype = "uint8"

    def __init__(
        self, folder: Path, files: Sequence[str], size: Size, channels: int, one_size: bool
    ):
        self.folder = folder
        self.files = files
        self.shape = (len(files), *size, channels)
        self.one_size = one_size

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, indices: np.ndarray) -> np.ndarray:
        return np.stack([self._read(index) for index in indices])

    def read_all(self) -> np.ndarray:
        """Decodes all images, a uint8 array (n, h, w, c)."""
        images = np.empty(self.shape, "uint8")

        def read_into_place(index):
            images[index] = self._read(index)

        for _ in in_threads(read_into_place, range(len(self))):
            pass
        return images

    def _read(self, index):
        file = self.files[index]
        with open_image(f"{self.folder}/{file}") as image:
            size, array = header(image)[0], to_array(image, self.shape[1:3], self.shape[3])
        self.check_size(file, size)
        return array

    def check_size(self, file: str, size: Size) -> None:
        """Raises if a file's (height, width) is another than it may be."""
        if self.one_size and size != self.shape[1:3]:
            raise ValueError(
                f"The images differ in (height, width): {self.folder}/{self.files[0]} has "
                f"{self.shape[1:3]}, {self.folder}/{file} has {size}. Pass image_size=. "
                "Received: image_size=None"
            )


def existing_folder(path: PathLike) -> Path:
    """Gives the `pathlib.Path` of a folder, or an error with what is there instead."""
    folder = expanded(path)
    if not folder.is_dir():
        nearest = next(parent for parent in folder.absolute().parents if parent.is_dir())
        raise ValueError(
            f"No such folder; {nearest} holds {folder_contents(nearest)}. "
            f"Received: source={str(path)!r}"
        )
    return folder


def folder_contents(folder: Path, most: int = 10) -> str:
    """Lists what a folder holds, for an error."""
    names = sorted(path.name + "/" * path.is_dir() for path in folder.iterdir())
    if not names:
        return "nothing"
    return f"{names[:most]}{f' and {len(names) - most} more' if len(names) > most else ''}"


def classes_of(folder: Path, files: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """The names of the classes, which are those of the top-level subfolders, and the class of each
    file, int32 (n,).

    Raises:
        ValueError: if a file lies in no subfolder.
    """
    for file in files:
        if "/" not in file:
            raise ValueError(
                "labels=True takes the names of subfolders for classes, but a file lies in none: "
                f"{folder / file}. Train without classes by --num-classes none. "
                f"Received: source={str(folder)!r}"
            )
    names = sorted({file.partition("/")[0] for file in files})
    numbers = {name: number for number, name in enumerate(names)}
    labels = (numbers[file.partition("/")[0]] for file in files)
    return names, np.fromiter(labels, "int32", len(files))


@contextmanager
def open_image(file: PathLike | BinaryIO, name: str | None = None) -> Iterator[Image.Image]:
    """Opens an image file for Pillow; whatever fails within is an error with its name, or path."""
    received = f"Received: file={str(name or file)!r}"
    try:
        with Image.open(file) as image:
            yield image
    except Image.DecompressionBombError as error:
        raise ValueError(
            f"The image file has more pixels than Pillow reads: {error} Scale the image down, or, "
            "if you know where it is from, set PIL.Image.MAX_IMAGE_PIXELS = None before loading. "
            f"{received}"
        ) from error
    except Unfit as error:
        raise ValueError(
            f"The image file cannot be used: {error}. Convert or remove it. {received}"
        ) from error
    except Exception as error:  # Pillow raises many kinds for broken files
        raise ValueError(
            f"The image file is broken: {error}. Repair or remove it. {received}"
        ) from error


def _read_header(file):
    with open_image(file) as image:
        return header(image)
