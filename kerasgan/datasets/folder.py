"""A folder of image files."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from kerasgan.datasets.images import fits_in_memory, header, to_array

EXTENSIONS = (".png", ".jpeg", ".jpg", ".webp", ".bmp", ".gif")


def read_folder(folder, image_size, channels, labels, shuffle, seed, cache):
    """Reads every image file of a folder, see `image_files`.

    Args:
        folder: a `pathlib.Path`.
        image_size: (height, width), or None when all files share one size.
        channels: 1, 3, or None for 1 if all files are stored as grey and 3 otherwise.
        labels: whether to take the names of the top-level subfolders, sorted, for classes.
        shuffle, seed: the order of a stream.
        cache: True for arrays, False for a stream, None to let the memory decide.

    Returns:
        uint8 images (n, h, w, c) and int32 labels (n,) or None; or else a `tf.data.Dataset` of
        the same, one by one, read from disk in every epoch.
    """
    files = image_files(folder)
    targets = _subfolder_labels(folder, files) if labels else None
    sizes, grey = zip(*map(_read_header, files), strict=True)
    size = image_size or _one_size(files, sizes)
    channels = channels or (1 if all(grey) else 3)
    if cache is None:
        cache = fits_in_memory(len(files), *size, channels)
    if not cache:
        return _stream(files, targets, size, channels, shuffle, seed)

    images = np.empty((len(files), *size, channels), "uint8")

    def read_into_place(index):
        images[index] = _read_image(files[index], size, channels)

    with ThreadPoolExecutor() as pool:
        for _ in pool.map(read_into_place, range(len(files))):
            pass
    return images, targets


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


def _one_size(files, sizes):
    for file, size in zip(files, sizes, strict=True):
        if size != sizes[0]:
            raise ValueError(
                f"The images differ in (height, width): {files[0]} has {sizes[0]}, {file} has "
                f"{size}. Pass image_size=. Received: image_size=None"
            )
    return sizes[0]


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


def _read_image(file, size, channels):
    with open_image(file) as image:
        return to_array(image, size, channels)


def _stream(files, targets, size, channels, shuffle, seed):
    import tensorflow as tf

    def read(index):
        image = tf.numpy_function(
            lambda i: _read_image(files[i], size, channels), [index], tf.uint8, stateful=False
        )
        image = tf.ensure_shape(image, (*size, channels))
        return (image,) if targets is None else (image, tf.gather(targets, index))

    indices = tf.data.Dataset.range(len(files))
    if shuffle:
        indices = indices.shuffle(len(files), seed)
    return indices.map(read, num_parallel_calls=tf.data.AUTOTUNE)
