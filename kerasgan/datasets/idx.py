"""MNIST and Fashion-MNIST in the idx form they are published in."""

import gzip
import math
import os
import struct
from pathlib import Path

import keras
import numpy as np

from kerasgan.utils.archives import check_unpacked
from kerasgan.utils.files import expanded
from kerasgan.utils.types import PathLike

SPLITS = {
    "fashion_mnist_10k": ("train",),
    "fashion_mnist": ("train", "test"),
    "mnist": ("train", "test"),
}
CLOTHES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
CLASSES = {name: [*(map(str, range(10)) if name == "mnist" else CLOTHES)] for name in SPLITS}
BUNDLED = Path(__file__).parent / "data" / "fashion_mnist"


def read_named(name: str, split: str, data_dir: PathLike | None) -> tuple[np.ndarray, np.ndarray]:
    """Reads a named data set from a folder, from the package, or else lets Keras download it.

    Args:
        name: a key of `SPLITS`. "fashion_mnist_10k" is the test half of Fashion-MNIST (Xiao, Rasul
            and Vollgraf, 2017, arXiv:1708.07747), which comes with this package.
        split: "train" or "test".
        data_dir: a folder of idx files, one that holds a folder of this `name`, or None to look
            into the folder that the environment variable KERASGAN_DATA names.

    Returns:
        uint8 images (n, 28, 28) and uint8 labels (n,).
    """
    if files := named_files(name, split, data_dir):
        return _read_pair(*files)
    stems = _stems(name, split)
    remedy = (
        f"put {stems[0]}.gz and {stems[1]}.gz into a folder and name it by data_dir= or the "
        f"environment variable KERASGAN_DATA. Received: source={name!r}, data_dir={data_dir!r}"
    )
    if data_dir is not None:
        raise ValueError(f"No idx files of {name} there: {remedy}")
    try:
        return getattr(keras.datasets, name).load_data()[split == "test"]
    except Exception as error:  # Keras raises whatever the network gave it
        raise ValueError(f"{name} could not be downloaded ({error}): {remedy}") from error


def named_files(name: str, split: str, data_dir: PathLike | None) -> list[Path]:
    """The files that `read_named` reads, images and labels; none if Keras has to download them."""
    if split not in SPLITS[name]:
        raise ValueError(f"{name} has the splits {list(SPLITS[name])}. Received: split={split!r}")
    stems = _stems(name, split)
    for folder in _folders(name, stems[0].startswith("t10k"), data_dir):
        files = [_find(folder, stem) for stem in stems]
        if all(files):
            return files
    return []


def _stems(name, split):
    half = "train" if name != "fashion_mnist_10k" and split == "train" else "t10k"
    return f"{half}-images-idx3-ubyte", f"{half}-labels-idx1-ubyte"


def _folders(name, test, data_dir):
    folders = []
    if root := data_dir or os.environ.get("KERASGAN_DATA"):
        root = expanded(root)
        folders.append(root / name)
        if root.name not in SPLITS.keys() - {name}:  # all these sets use the same file names
            folders.append(root)
    if data_dir is None and test and name != "mnist":
        folders.append(BUNDLED)
    return folders


def _find(folder, stem):
    return next((file for file in (folder / f"{stem}.gz", folder / stem) if file.is_file()), None)


def _read_pair(*files):
    images, labels = (_read_idx(file) for file in files)
    if images.shape[:1] != labels.shape:
        raise ValueError(
            f"{files[1]} must hold one label for each image of {files[0]}. "
            f"Received: images.shape={images.shape}, labels.shape={labels.shape}"
        )
    return images, labels


def _read_idx(file):
    try:
        with (gzip.open if file.suffix == ".gz" else open)(file, "rb") as content:
            zeros, dtype, rank = struct.unpack(">HBB", content.read(4))
            if (zeros, dtype) != (0, 8):
                raise ValueError("it does not begin as an idx file of bytes does")
            shape = struct.unpack(f">{rank}I", content.read(4 * rank))
            size = math.prod(shape)
            check_unpacked(file, size)
            values = content.read(size + 1)  # which also checks the sum at the end
        return np.frombuffer(values, np.uint8).reshape(shape)
    except Exception as error:
        raise ValueError(f"Not a whole idx file: {error}. Received: file={str(file)!r}") from error
