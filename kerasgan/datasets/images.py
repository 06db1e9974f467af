"""One image of any kind to a uint8 array of the wanted size and channels."""

import numpy as np
import psutil
from PIL import Image, ImageOps

GREY_MODES = {"1", "L", "LA", "La", "I", "I;16", "I;16B"}


def to_array(image, size, channels):
    """Flattens, converts, resizes to cover `size` and cuts out the centre.

    Args:
        image: a Pillow image of any mode. Transparent pixels are laid over white, 16-bit grey is
            brought to 8 bits.
        size: (height, width) in pixels.
        channels: 1 for grey or 3 for RGB.

    Returns:
        A uint8 array (height, width, channels).
    """
    if image.mode.startswith("I"):  # Pillow's own conversion clips these at 255
        image = Image.fromarray(np.round(np.asarray(image) / 257).astype("uint8"))
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    height, width = size
    image = ImageOps.fit(image.convert("L" if channels == 1 else "RGB"), (width, height))
    return np.asarray(image).reshape(height, width, channels)


def convert_array(image, size, channels):
    """Does what `to_array` does, to a uint8 array (height, width, 1 or 3)."""
    if image.shape == (*size, channels):
        return image
    return to_array(
        Image.fromarray(image.squeeze(-1) if image.shape[-1] == 1 else image), size, channels
    )


def fits_in_memory(*shape):
    """Whether a uint8 array of this shape takes less than a quarter of the physical memory.

    A quarter, because TensorFlow copies the array once and the training needs room too.
    """
    return np.prod(shape, dtype=float) < psutil.virtual_memory().total / 4
