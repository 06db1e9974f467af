"""A folder of images, one by one, for what a trained model makes of each."""

import numpy as np

from kerasgan.datasets.arguments import check_channels
from kerasgan.datasets.folder import existing_folder, image_files, open_image
from kerasgan.datasets.images import flatten, header, upright


def read_pictures(folder, channels=None):
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
    check_channels(channels=channels)
    root = existing_folder(folder)
    return ((file.relative_to(root), *_read_picture(file, channels)) for file in image_files(root))


def _read_picture(file, channels):
    with open_image(file) as image:
        size, grey = header(image)
        channels = channels or (1 if grey else 3)
        image = upright(image)
        alpha = None
        if image.has_transparency_data and not image.mode.startswith("I"):
            alpha = np.asarray(image.convert("RGBA").getchannel("A"))
        return np.asarray(flatten(image, channels)).reshape(*size, channels), alpha
