"""One image of any kind to a uint8 array of the wanted size and channels."""

import numpy as np
from PIL import Image, ImageOps

from kerasgan.utils.memory import free_memory
from kerasgan.utils.types import Size

GREY_MODES = {"1", "L", "LA", "La", "I", "I;16", "I;16B"}
ORIENTATION = 0x0112  # the Exif tag; 5 to 8 swap height and width


class Unfit(ValueError):
    """Of an image that is whole, but cannot be brought to 8 bits."""


def header(image: Image.Image) -> tuple[Size, bool]:
    """Tells (height, width), as shown, and whether an image is grey, without decoding it."""
    if image.mode in ("F", "LAB"):
        raise Unfit(
            f"its pixels are of Pillow's mode {image.mode}, not of 8 or 16 bits, grey or RGB"
        )
    turned = "exif" in image.info and image.getexif().get(ORIENTATION, 1) >= 5
    return image.size if turned else image.size[::-1], image.mode in GREY_MODES


def upright(image: Image.Image) -> Image.Image:
    """Turns an image as its Exif data say."""
    return ImageOps.exif_transpose(image) if "exif" in image.info else image


def flatten(image: Image.Image, channels: int) -> Image.Image:
    """Makes an upright, opaque image of 8 bits, of 1 (grey) or 3 channels (RGB), of any image.

    Transparent pixels are laid over white, 16-bit grey is brought to 8 bits.
    """
    image = upright(image)
    if image.mode.startswith("I"):  # Pillow's own conversion clips these at 255
        levels = np.asarray(image)
        if levels.min() < 0 or levels.max() > 65535:
            raise Unfit(f"its pixels, from {levels.min()} to {levels.max()}, are not of 16 bits")
        image = Image.fromarray(np.round(levels / 257).astype("uint8"))
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    mode = "L" if channels == 1 else "RGB"
    return image if image.mode == mode else image.convert(mode)


def stretch(image: Image.Image, size: Size, channels: int) -> np.ndarray:
    """Makes a uint8 array (*size, channels) of a whole Pillow image, whatever its ratio."""
    return np.asarray(flatten(image, channels).resize(size[::-1])).reshape(*size, channels)


def to_array(image: Image.Image, size: Size, channels: int) -> np.ndarray:
    """Flattens an image, resizes it to cover `size`, and makes a uint8 array of its centre."""
    image = flatten(image, channels)
    if image.size != size[::-1]:
        image = ImageOps.fit(image, size[::-1])
    return np.asarray(image).reshape(*size, channels)


def from_array(array: np.ndarray) -> Image.Image:
    """Makes a Pillow image of a uint8 array (height, width, 1 or 3)."""
    return Image.fromarray(array.squeeze(-1) if array.shape[-1] == 1 else array)


def convert_array(image: np.ndarray, size: Size, channels: int) -> np.ndarray:
    """Does what `to_array` does, to a uint8 array (height, width, 1 or 3)."""
    if image.shape == (*size, channels):
        return image
    return to_array(from_array(image), size, channels)


def fits_in_memory(*shape: int) -> bool:
    """Whether a uint8 array of this shape takes less than a quarter of the free memory.

    A quarter, because TensorFlow copies the array once and the training needs room too.
    """
    return np.prod(shape, dtype=float) < free_memory() / 4
