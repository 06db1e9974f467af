"""Where the images of A and those of B lie, and how each is read."""

import os
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kerasgan.datasets.arrays import read_arrays
from kerasgan.datasets.folder import (
    existing_folder,
    folder_contents,
    in_threads,
    listed,
    open_image,
)
from kerasgan.datasets.tfds import read_encoded
from kerasgan.datasets.walking import EXTENSIONS
from kerasgan.utils.conversion import fits_in_memory, from_array, header, stretch, upright
from kerasgan.utils.types import PathLike, Size


class Side(NamedTuple):
    """The images of one side, not yet read."""

    names: list[str]  # what an error calls them
    sizes: list[Size]
    channels: int
    dtype: str  # "uint8", or "float32" for arrays in [-1, 1]
    read: Callable[[int, Size], np.ndarray]  # the image of an index, stretched to a size


def read_sides(
    source: PathLike | tuple,
    split: str,
    channels: tuple[int | None, int | None],
    paired: bool,
    data_dir: PathLike | None = None,
    files: Sequence[str] | None = None,
    size: Size | None = None,
) -> tuple[Side, Side]:
    """Finds the images of A and of B, with the arguments of `load_unpaired` or `load_paired`.

    Args:
        size: the (height, width) that all will be stretched to, if so: then no file's is asked for.
    """
    if isinstance(source, str) and source.startswith("tfds:"):
        if paired:
            raise ValueError(
                "The data sets of TensorFlow Datasets are read without pairs, by load_unpaired. "
                f"Received: source={source!r}"
            )
        names = [f"{source} {split}{side}" for side in "AB"]
        images = [read_encoded(source[5:], split + side, data_dir) for side in "AB"]
        return tuple(
            _encoded_side(*side, size) for side in zip(names, images, channels, strict=True)
        )
    if data_dir is not None:
        raise ValueError(f"data_dir is for tfds:NAME. Received: data_dir={data_dir!r}")
    if isinstance(source, tuple) and [isinstance(x, np.ndarray) for x in source] == [True, True]:
        return _array_sides(source, channels, paired)
    folders, found = find_files(source, split, paired, files)
    halves = (0, 1) if len(folders) == 1 else (None, None)
    return tuple(
        _file_side(
            folders[side % len(folders)], found[side % len(folders)], channels[side], size, half
        )
        for side, half in enumerate(halves)
    )


def find_files(
    source: PathLike | tuple, split: str, paired: bool, files: Sequence[str] | None = None
) -> tuple[list[Path], list[Sequence[str]]]:
    """Finds the image files of A and those of B in folders, with the arguments of `read_sides`.

    Returns:
        The two folders, and the files of each as seen from it, in which pairs have the same index;
        or one folder and its files, of which each holds both.
    """
    if isinstance(source, tuple):
        if len(source) != 2 or not all(isinstance(part, str | os.PathLike) for part in source):
            raise TypeError(
                "A tuple must be two folders or two numpy arrays. "
                f"Received: types={[type(part).__name__ for part in source]}"
            )
        folders = [existing_folder(part) for part in source]
    elif isinstance(source, str | os.PathLike):
        root = existing_folder(source)
        folders = _two_folders(root, split) or (_side_by_side(root, split) if paired else [])
        if not folders:
            raise ValueError(
                f"The folder holds neither {split}A and {split}B nor {split}/A and {split}/B"
                f"{' nor images side by side' if paired else ''}, but {folder_contents(root)}; "
                "in a program, two folders of other names are a tuple. "
                f"Received: source={str(source)!r}, split={split!r}"
            )
    else:
        raise TypeError(
            "A source is a folder or a tuple of two folders or two numpy arrays"
            f"{'' if paired else ', or tfds:NAME'}. Received: type(source)={type(source).__name__}"
        )
    beginnings = [""] if len(folders) == 1 else ["A/", "B/"]
    found = [
        listed(
            folder,
            files and [file.removeprefix(side) for file in files if file.startswith(side)],
        )
        for folder, side in zip(folders, beginnings, strict=True)
    ]
    return folders, _match(folders, found) if paired and len(found) == 2 else found


def check_pairs(sides: tuple[Side, Side], sizes: list[list[Size]]) -> None:
    """Raises if the two of a pair are not loaded at the same (height, width)."""
    for *names, a, b in zip(sides[0].names, sides[1].names, *sizes, strict=True):
        if a != b:
            raise ValueError(
                "The images of a pair differ in (height, width). Pass load_size= to resize both. "
                f"Received: {names[0]} is loaded at {a}, {names[1]} at {b}"
            )


def make_readers(
    sides: tuple[Side, Side], sizes: list[list[Size]], cache: bool | None
) -> Sequence[Callable]:
    """Gives what reads one image, by its index, for each side.

    Args:
        sides: the images.
        sizes: for each side those that its images are stretched to.
        cache: True for images read at once, False for each when its turn comes, None to let the
            memory decide.
    """
    readers = [
        lambda index, side=side, scaled=scaled: side.read(index, scaled[index])
        for side, scaled in zip(sides, sizes, strict=True)
    ]
    if cache is None:
        pixels = (
            height * width * side.channels
            for side, scaled in zip(sides, sizes, strict=True)
            for height, width in scaled
        )
        cache = fits_in_memory(sum(pixels))
    if not cache:
        return readers
    return [
        list(in_threads(reader, range(len(side.names)))).__getitem__
        for reader, side in zip(readers, sides, strict=True)
    ]


def _two_folders(root, split):
    for names in ((f"{split}A", f"{split}B"), (f"{split}/A", f"{split}/B")):
        folders = [root / name for name in names]
        if all(folder.is_dir() for folder in folders):
            return folders
    return []


def _side_by_side(root, split):
    if (root / split).is_dir():
        return [root / split]
    return [root] if any(path.suffix.lower() in EXTENSIONS for path in root.iterdir()) else []


def _match(folders, files):
    sides = []
    for folder, side in zip(folders, files, strict=True):
        named = {}
        for file in side:
            other = named.setdefault(os.path.splitext(file)[0], file)
            if other != file:
                raise ValueError(
                    f"Two files have one name: {folder / other} and {folder / file}. "
                    f"Received: source={str(folder)!r}"
                )
        sides.append(named)
    alone = [
        [str(folder / a[name]) for name in a if name not in b]
        for folder, a, b in zip(folders, sides, sides[::-1], strict=True)
    ]
    if any(alone):
        raise ValueError(
            "Each file of A needs one of B with the same name, whatever its extension. Alone: "
            f"{len(alone[0])} of A {alone[0][:3]}, {len(alone[1])} of B {alone[1][:3]}. "
            f"Received: folders={[str(folder) for folder in folders]}"
        )
    return [list(sides[0].values()), [sides[1][name] for name in sides[0]]]


def _file_side(folder, files, channels, size, half):
    names = [f"{folder}/{file}" for file in files]
    return _picture_side(names, lambda index: open_image(names[index]), channels, size, half)


def _encoded_side(name, images, channels, size):
    names = [f"{name}[{index}]" for index in range(len(images))]
    return _picture_side(
        names, lambda index: open_image(BytesIO(images[index]), names[index]), channels, size
    )


def _picture_side(names, open_picture, channels, size, half=None):
    def width_of_one(width, name):
        if half is not None and width % 2:
            raise ValueError(
                "Two images side by side must be equally wide, so their file an even number "
                f"of pixels; it is {width} wide. Received: file={name!r}"
            )
        return width if half is None else width // 2

    def look(index):
        with open_picture(index) as image:
            (height, width), grey = header(image)
        return (height, width_of_one(width, names[index])), grey

    sizes = [size] * len(names)
    if channels is None or size is None:
        found = list(in_threads(look, range(len(names))))
        sizes = [size for size, _ in found]
        channels = channels or (1 if all(grey for _, grey in found) else 3)

    def read(index, size):
        with open_picture(index) as image:
            if half is not None:
                image = upright(image)
                width = width_of_one(image.width, names[index])
                image = image.crop((half * width, 0, (half + 1) * width, image.height))
            return stretch(image, size, channels)

    return Side(names, sizes, channels, "uint8", read)


def _array_sides(source, channels, paired):
    arrays = [read_arrays(part, None, n)[0] for part, n in zip(source, channels, strict=True)]
    if any(array.ndim != 4 for array in arrays):
        raise ValueError(
            "Only images are translated, these are points. "
            f"Received: shapes={[array.shape for array in source]}"
        )
    if paired and len(arrays[0]) != len(arrays[1]):
        raise ValueError(
            f"Each image of A needs one of B. Received: lengths={[len(array) for array in arrays]}"
        )
    return tuple(map(_array_side, "AB", arrays))


def _array_side(side, array):
    count, *size, channels = array.shape

    def read(index, size):
        image = array[index]
        if image.shape[:2] == size:
            return image.copy()  # so that the user's array may change afterwards
        if image.dtype != np.uint8 or channels not in (1, 3):
            raise ValueError(
                "Only uint8 images of 1 or 3 channels can be resized. Received: "
                f"images.shape={array.shape}, images.dtype={array.dtype}"
            )
        return stretch(from_array(image), size, channels)

    names = [f"{side}[{index}]" for index in range(count)]
    return Side(names, [tuple(size)] * count, channels, str(array.dtype), read)
