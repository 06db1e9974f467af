"""Pictures on disk: a grid of images, a PNG, a GIF."""

import os
import warnings
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

from kerasgan.utils import checks
from kerasgan.utils.files import replacing

GIF_FRAMES = 60
GIF_SIDE = 640  # pixels
LAST_FRAME_MS = 2000
WHITE = 255

T = TypeVar("T")


def image_grid(images: np.ndarray, cols: int, padding: int = 2) -> np.ndarray:
    """Lays images out row by row in one picture, on white.

    Args:
        images: float array of shape (n, height, width, channels), 1 or 3 channels, in [-1, 1]:
            what lies outside is clipped, NaN is drawn mid-grey.
        cols: int, how many images stand in a row.
        padding: int, white pixels around and between the images.

    Returns:
        uint8 array of shape (rows * (height + padding) + padding, cols * (width + padding) +
        padding, channels); the cells left over in the last row are white.

    Raises:
        ValueError: if `images` is not such an array, or `cols` or `padding` not such a number.

    Example:
        >>> import numpy as np
        >>> image_grid(np.zeros((3, 28, 28, 1)), cols=2).shape
        (62, 62, 1)
    """
    checks.whole("cols", cols)
    checks.whole("padding", padding, least=0)
    images = checks.images("images", images, in_range=False)
    n, height, width, channels = images.shape
    rows = -(-n // cols)
    cell = height + padding, width + padding
    cells = np.full((rows * cols, *cell, channels), WHITE, "uint8")
    cells[:n, padding:, padding:] = _levels(images)
    grid = cells.reshape(rows, cols, *cell, channels).swapaxes(1, 2)
    grid = grid.reshape(rows * cell[0], cols * cell[1], channels)
    return np.pad(grid, ((0, padding), (0, padding), (0, 0)), constant_values=WHITE)


def titled(grid: np.ndarray, titles: Sequence[str], side: str = "left") -> np.ndarray:
    """Writes titles beside the rows of a grid, or downwards above its columns.

    Args:
        grid: uint8 array of shape (height, width, channels), as `image_grid` gives it.
        titles: a str for each row or column; what is longer than 24 characters is cut.
        side: "left" for rows, "top" for columns.

    Returns:
        uint8 array with a white strip of titles added.

    Example:
        >>> import numpy as np
        >>> grid = image_grid(np.zeros((4, 28, 28, 3)), cols=2)
        >>> height, width, channels = titled(grid, ["cat", "dog"]).shape
        >>> height, width > 62, channels
        (62, True, 3)
    """
    from PIL import Image, ImageDraw, ImageFont

    if side == "top":
        return np.rot90(titled(np.rot90(grid), titles[::-1]), -1)
    lines = [" ".join(title.split())[:24] for title in titles]
    row = grid.shape[0] / len(lines)
    font = ImageFont.load_default(min(max(row / 2, 8), 14))
    width = 8 + int(max(map(font.getlength, lines)))
    strip = Image.new("L", (width, grid.shape[0]), WHITE)
    for i, line in enumerate(lines):
        ImageDraw.Draw(strip).text((width - 4, (i + 0.5) * row), line, 0, font, anchor="rm")
    pixels = np.repeat(np.asarray(strip)[..., None], grid.shape[2], axis=2)
    return np.concatenate([pixels, grid], axis=1)


def save_image(pixels: np.ndarray, path: str | os.PathLike[str]) -> None:
    """Writes a picture, in the format that the ending of `path` names.

    Args:
        pixels: array of shape (height, width, channels), 1 or 3 channels and perhaps opacity, of
            uint8, as `image_grid` gives it, or of floats in [-1, 1]: one of `generate`'s images.
        path: str or path-like, such as `"run/grid.png"`. Its folder is made if need be.

    Raises:
        ValueError: if `pixels` is not such an array.

    Example:
        >>> import tempfile, numpy as np
        >>> grid = image_grid(np.zeros((4, 28, 28, 1)), cols=2)
        >>> save_image(grid, f"{tempfile.mkdtemp()}/grid.png")
    """
    with replacing(path) as temporary:
        pillow_image(pixels).save(temporary)


def pillow_image(pixels: np.ndarray) -> Any:
    """A picture, as for `save_image`, in Pillow's form.

    Example:
        >>> pillow_image(np.zeros((2, 3, 1), "uint8")).size
        (3, 2)
    """
    from PIL import Image

    pixels = np.asarray(pixels)
    if pixels.ndim != 3 or not 1 <= pixels.shape[-1] <= 4 or pixels.dtype.kind not in "uf":
        raise ValueError(
            "One picture is an array (height, width, channels), uint8 or floats in [-1, 1]; "
            "`kerasgan.utils.image_grid` lays out several. "
            f"Received: {pixels.dtype} {pixels.shape}"
        )
    pixels = _levels(pixels) if pixels.dtype.kind == "f" else pixels
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


def _levels(images):
    """Images in [-1, 1] as uint8."""
    return np.rint((np.nan_to_num(images).clip(-1, 1) + 1) * 127.5).astype("uint8")


def heat_colours(maps: np.ndarray) -> np.ndarray:
    """Heat maps as images: from black for 0 to bright yellow for 1 and more.

    Args:
        maps: float array of any shape.

    Returns:
        A float32 array of that shape and three channels, in [-1, 1].

    Example:
        >>> heat_colours(np.zeros((2, 8, 8))).shape
        (2, 8, 8, 3)
    """
    from matplotlib import colormaps

    return colormaps["inferno"](maps.clip(0, 1))[..., :3].astype("float32") * 2 - 1


def evenly(items: Sequence[T], most: int) -> list[T]:
    """At most so many of a list's items, evenly chosen, the first and the last among them.

    Example:
        >>> evenly("abcdefg", 3)
        ['a', 'd', 'g']
    """
    chosen = np.linspace(0, len(items) - 1, min(len(items), most)).round().astype(int)
    return [items[i] for i in chosen]


def save_gif(
    frames: Sequence[str | os.PathLike[str]], path: str | os.PathLike[str], fps: float = 8
) -> None:
    """Makes an animated GIF of pictures; it loops, and holds the last one for two seconds.

    To keep the file moderate, at most 60 frames go in, evenly chosen with the first and the last
    among them, scaled down to 640 pixels on the longer side where they are larger. A damaged one is
    named in a warning and left out.

    Args:
        frames: list of paths of pictures, in order. All are scaled to the size of the last.
        path: str or path-like, such as `"run/timelapse.gif"`.
        fps: number, frames a second, above 0 and at most 50 (a GIF can go no faster).

    Raises:
        ValueError: if there are no frames, or none is whole, or `fps` is out of range.

    Example:
        >>> import tempfile, numpy as np
        >>> folder = tempfile.mkdtemp()
        >>> frames = [f"{folder}/{i}.png" for i in range(3)]
        >>> for i, frame in enumerate(frames):
        ...     save_image(np.full((8, 8, 1), 100 * i, "uint8"), frame)
        >>> save_gif(frames, f"{folder}/brighter.gif")
    """
    from PIL import Image

    checks.number("fps", fps, above=0, most=50)
    if not frames:
        raise ValueError(f"`frames` must name one picture at least. Received: frames={frames}")
    pictures: list[Image.Image] = []
    mode = size = None
    for frame in evenly(frames, GIF_FRAMES)[::-1]:
        try:
            with Image.open(frame) as picture:
                scale = min(1, GIF_SIDE / max(picture.size))
                mode = mode or picture.mode
                size = size or [round(side * scale) for side in picture.size]
                pictures.insert(0, picture.convert(mode).resize(size))
        except Exception as error:  # a broken file raises whatever its parts mislead Pillow to
            warnings.warn(
                f"{frame} is left out of {path}, for it is damaged: {error}", stacklevel=2
            )
    if not pictures:
        raise ValueError(f"None of the pictures can be read. Received: frames={list(frames)}")
    durations = [round(1000 / fps)] * (len(pictures) - 1) + [LAST_FRAME_MS]
    with replacing(path) as temporary:
        pictures[0].save(
            temporary, save_all=True, append_images=pictures[1:], duration=durations, loop=0
        )
