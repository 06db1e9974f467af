"""Pictures that a user uploads or draws, as models take them."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from kerasgan.datasets.folder import open_image
from kerasgan.utils.conversion import flatten, header, to_array, upright
from kerasgan.utils.types import Size

SIDE = 2048  # pixels, the most that a network is given at once


def uploaded(upload: str | None) -> str:
    """The path of what was uploaded.

    Raises:
        ValueError: if nothing was.
    """
    if upload is None:
        raise ValueError("Upload a picture first.")
    return upload


def own_size(upload: str, channels: int) -> np.ndarray:
    """A picture at its own size.

    Args:
        upload: str, the path of what was uploaded.
        channels: int, 1 or 3.

    Returns:
        A float32 array (1, height, width, channels) in [-1, 1].

    Raises:
        ValueError: if the file is broken, or has more than 2,048 pixels a side.
    """
    with open_image(upload, Path(upload).name) as image:
        size = header(image)[0]
        if max(size) <= SIDE:
            pixels = np.asarray(flatten(upright(image), channels)).reshape(*size, channels)
            return scaled(pixels)
    raise ValueError(
        f"A picture may have {SIDE} pixels a side here; kerasgan translate --tile takes larger "
        f"ones. Received: height={size[0]}, width={size[1]}"
    )


def fitted(upload: str, size: Size, channels: int) -> np.ndarray:
    """A picture that is resized and cut to a size, as those that a model trains on are.

    Args:
        upload: str, the path of what was uploaded.
        size: (height, width).
        channels: int, 1 or 3.

    Returns:
        A float32 array (1, *size, channels) in [-1, 1].

    Raises:
        ValueError: if the file is broken.
    """
    with open_image(upload, Path(upload).name) as image:
        header(image)  # which refuses what cannot be brought to 8 bits
        return scaled(to_array(image, size, channels))


def sketched(sketch: dict[str, Any] | None, size: Size, channels: int) -> np.ndarray:
    """What was drawn on the sketch pad, likewise.

    Args:
        sketch: dict, its "composite" a uint8 array (height, width, 3); None if nothing was.
        size: (height, width).
        channels: int, 1 or 3.

    Raises:
        ValueError: if nothing was drawn.
    """
    pixels = (sketch or {}).get("composite")
    if pixels is None or pixels.min() == pixels.max():
        raise ValueError("Draw something first: the sketch pad is empty.")
    return scaled(to_array(Image.fromarray(pixels), size, channels))


def scaled(pixels: np.ndarray) -> np.ndarray:
    """One picture of bytes as a batch in [-1, 1].

    Example:

    >>> scaled(np.array([[[0], [255]]], "uint8")).ravel()
    array([-1.,  1.], dtype=float32)
    """
    return pixels[None].astype("float32") / 127.5 - 1
