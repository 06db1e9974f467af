"""From images of many sizes to images of one: resizing, then random cuts and mirroring."""

import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np

from kerasgan.utils.checks import height_and_width, one_of
from kerasgan.utils.types import Size

AnySize = int | Size | None

MODES = {  # and the sizes each uses
    "resize_and_crop": ("load_size", "crop_size"),
    "crop": ("crop_size",),
    "scale_width": ("load_size",),
    "scale_width_and_crop": ("load_size", "crop_size"),
    "none": (),
}


class Preprocessing:
    """Scales images to what is loaded, then cuts out and mirrors what is trained on.

    Args:
        mode: one of `MODES`. "resize_and_crop" does without the sizes that are None, the others
            need theirs.
        load_size: int or (height, width) to stretch to, or int, the width that "scale_width"
            and "scale_width_and_crop" bring an image to, its ratio kept.
        crop_size: int or (height, width) to cut out after that.
        random: bool, whether the cut lies anywhere, else in the centre.
        flip: bool, whether to mirror half of the images, left to right, if `random`.

    Raises:
        ValueError: if the mode is unknown, or a size is missing, superfluous or not positive.
    """

    def __init__(self, mode: str, load_size: AnySize, crop_size: AnySize, random: bool, flip: bool):
        one_of("preprocess", mode, MODES)
        for name, size in [("load_size", load_size), ("crop_size", crop_size)]:
            used = name in MODES[mode]
            if (size is not None and not used) or (
                size is None and used and mode != "resize_and_crop"
            ):
                raise ValueError(
                    f'preprocess="{mode}" {"needs" if used else "does not use"} {name}. '
                    f"Received: {name}={size!r}"
                )
        self.keeps_ratio = mode.startswith("scale_width")
        if self.keeps_ratio and not isinstance(load_size, numbers.Integral):
            raise ValueError(
                f'preprocess="{mode}" takes a width. Received: load_size={load_size!r}'
            )
        self.mode = mode
        self.load_size: Any = height_and_width("load_size", load_size)
        self.crop_size = height_and_width("crop_size", crop_size)
        self.fixed_size = None if self.keeps_ratio else self.load_size  # that all are loaded at
        self.random = random
        self.flip = flip and random

    def scaled_size(self, size: Size) -> Size:
        """Gives the (height, width) that an image of the (height, width) `size` is loaded at."""
        if self.keeps_ratio:
            width = self.load_size[1]
            return max(1, round(size[0] * width / size[1])), width
        return self.load_size or size

    def final_size(
        self, names: Sequence[str], sizes: Sequence[Size], batch_size: int
    ) -> tuple[int | None, int | None]:
        """Checks that the loaded images can be cut, and batched.

        Args:
            names: what an error calls the images.
            sizes: at which they are loaded.
            batch_size: how many are in a batch.

        Returns:
            Their (height, width) in a batch, or (None, None) where it may differ.

        Raises:
            ValueError: if an image is smaller than the crop or differs in size from the first.
        """
        if self.crop_size is not None:
            for name, size in zip(names, sizes, strict=True):
                if size[0] < self.crop_size[0] or size[1] < self.crop_size[1]:
                    raise ValueError(
                        f"An image is smaller than the crop: {name} is loaded at (height, width) "
                        f"{size}. Received: crop_size={self.crop_size}"
                    )
            return self.crop_size
        for name, size in zip(names, sizes, strict=True):
            if size != sizes[0]:
                if batch_size == 1 and self.mode in ("scale_width", "none"):
                    return None, None
                raise ValueError(
                    f"The images differ in (height, width): {names[0]} is loaded at {sizes[0]}, "
                    f"{name} at {size}. Pass load_size= to resize or crop_size= to cut them, or "
                    'keep them as they are by preprocess="none" and batch_size=1. '
                    f"Received: preprocess={self.mode!r}, batch_size={batch_size}"
                )
        return sizes[0]

    def cut(self, image: np.ndarray, draws: Sequence[float]) -> np.ndarray:
        """Crops and mirrors a loaded image.

        Args:
            image: array (height, width, channels).
            draws: three numbers in [0, 1) that decide how far down and how far right the cut
                lies, and whether to mirror it.

        Returns:
            A view of `image`.
        """
        height, width = self.crop_size or image.shape[:2]
        spare = image.shape[0] - height, image.shape[1] - width
        if self.random:
            top, left = (int(draw * (n + 1)) for draw, n in zip(draws[:2], spare, strict=True))
        else:
            top, left = spare[0] // 2, spare[1] // 2
        image = image[top : top + height, left : left + width]
        return image[:, ::-1] if self.flip and draws[2] < 0.5 else image
