"""A folder of image files."""

import functools
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from kerasgan.datasets.images import fits_in_memory, header, to_array

EXTENSIONS = (".png", ".jpeg", ".jpg", ".webp", ".bmp", ".gif")
CHUNK = 64  # files that a thread reads in one go


def read_folder(folder, image_size, channels, labels, cache):
    """Reads every image file of a folder, see `image_files`.

    Args:
        folder: a `pathlib.Path`.
        image_size: (height, width), or None when all files share one size.
        channels: 1, 3, or None for 1 if all files are stored as grey and 3 otherwise.
        labels: whether to take the names of the top-level subfolders, sorted, for classes.
        cache: True for an array, False for `FolderImages`, None to let the memory decide.

    Returns:
        uint8 images (n, h, w, c), or `FolderImages`; and int32 labels (n,) or None.
    """
    files = image_files(folder)
    targets = _subfolder_labels(folder, files) if labels else None
    read_header = functools.cache(_read_header)
    size = image_size or read_header(files[0])[0]
    if channels is None:
        channels = 1 if all(read_header(file)[1] for file in files) else 3
    if cache is None:
        cache = fits_in_memory(len(files), *size, channels)
    images = FolderImages(files, size, channels, one_size=image_size is None)
    if cache:
        return images.read_all(), targets
    for file in files:  # else what is broken would be found in the middle of the training
        images.check_size(file, read_header(file)[0])
    return images, targets


class FolderImages:
    """The images of a folder, decoded anew each time that some are taken.

    Args:
        files: list of paths.
        size: (height, width) of the images.
        channels: 1 or 3.
        one_size: bool, whether an image of another size is an error or resized.
    """

    dtype = "uint8"

    def __init__(self, files, size, channels, one_size):
        self.files = files
        self.shape = (len(files), *size, channels)
        self.one_size = one_size

    def __len__(self):
        return len(self.files)

    def __getitem__(self, indices):
        return np.stack([self._read(self.files[index]) for index in indices])

    def read_all(self):
        """Decodes all images, a uint8 array (n, h, w, c)."""
        images = np.empty(self.shape, "uint8")

        def read_into_place(start):
            for index in range(start, min(start + CHUNK, len(self))):
                images[index] = self._read(self.files[index])

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for _ in pool.map(read_into_place, range(0, len(self), CHUNK)):
                pass
        return images

    def _read(self, file):
        with open_image(file) as image:
            size, array = header(image)[0], to_array(image, self.shape[1:3], self.shape[3])
        self.check_size(file, size)
        return array

    def check_size(self, file, size):
        """Raises if a file's (height, width) is another than it may be."""
        if self.one_size and size != self.shape[1:3]:
            raise ValueError(
                f"The images differ in (height, width): {self.files[0]} has {self.shape[1:3]}, "
                f"{file} has {size}. Pass image_size=. Received: image_size=None"
            )


def existing_folder(path):
    """Gives the `pathlib.Path` of a folder, or an error with what is there instead."""
    folder = Path(path).expanduser()
    if not folder.is_dir():
        nearest = next(parent for parent in folder.absolute().parents if parent.is_dir())
        raise ValueError(
            f"No such folder; {nearest} holds {folder_contents(nearest)}. "
            f"Received: source={str(path)!r}"
        )
    return folder


def folder_contents(folder, most=10):
    """Lists what a folder holds, for an error."""
    names = sorted(path.name + "/" * path.is_dir() for path in folder.iterdir())
    return f"{names[:most]}{f' and {len(names) - most} more' if len(names) > most else ''}"


def image_files(folder):
    """Lists the image files of a folder, at any depth; names that begin with a dot are skipped.

    Args:
        folder: a `pathlib.Path`.

    Returns:
        A sorted list of `pathlib.Path`s, not empty.

    Raises:
        ValueError: if there are none.
    """
    files = sorted(
        file
        for file in folder.rglob("*")
        if file.suffix.lower() in EXTENSIONS
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )
    if not files:
        raise ValueError(
            f"The folder holds no image files ({' '.join(EXTENSIONS)}). "
            f"Received: source={str(folder)!r}"
        )
    return files


def _subfolder_labels(folder, files):
    paths = [file.relative_to(folder).parts for file in files]
    for file, parts in zip(files, paths, strict=True):
        if len(parts) == 1:
            raise ValueError(
                "labels=True takes the names of subfolders for classes, but a file lies in none: "
                f"{file}. Received: source={str(folder)!r}"
            )
    return np.unique([parts[0] for parts in paths], return_inverse=True)[1].astype("int32")


@contextmanager
def open_image(file, name=None):
    """Opens an image file for Pillow; whatever fails within is an error with its name.

    Args:
        file: a path or a binary file object.
        name: what an error calls the file, None for its path.
    """
    try:
        with Image.open(file) as image:
            yield image
    except Exception as error:  # Pillow raises many kinds for broken files
        raise ValueError(
            f"The image file is broken: {error}. Repair or remove it. "
            f"Received: file={str(name or file)!r}"
        ) from error


def _read_header(file):
    with open_image(file) as image:
        return header(image)
