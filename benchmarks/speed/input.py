"""How fast images are read, beside the way of torchvision's ImageFolder with a DataLoader.

    python -m benchmarks.speed.input

Sources: a folder of 2,000 PNG files of 64 px with smooth random pictures, made for the purpose; a
data set of TensorFlow Datasets of the same pictures; the idx files that come with the package. Each
reading is a process of its own and the readers take turns, in batches of 64, shuffled: a first
epoch, which counts from the call of `load`, and three more, of which the median is taken. `load`
keeps in memory what fits there; "uncached" is with `cache=False`, which is not there for TensorFlow
Datasets, as that caches a small data set by itself.

torchvision has no build for the PyTorch without CUDA that is tested here, so what its ImageFolder,
ToTensor and Normalize do is written out, with Pillow and PyTorch.

Results go to where `benchmarks.speed`'s go, the readings of a repeat in place of older ones.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import tensorflow_datasets as tfds
from PIL import Image

from benchmarks.speed.reading import READERS
from benchmarks.speed.turns import program

PICTURES, SIZE = 2000, 64


def picture(seed):
    """A smooth random picture, uint8 (64, 64, 3)."""
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), "uint8")
    return np.asarray(Image.fromarray(coarse).resize((SIZE, SIZE), Image.Resampling.BICUBIC))


def make_pictures(folder):
    """Write `pictures/`, a folder of two folders of PNG files, and `tfds/`."""
    for i in range(PICTURES):
        path = Path(folder) / "pictures" / "ab"[i % 2] / f"{i}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture(i)).save(path)
    tfds.dataset_builders.store_as_tfds_dataset(
        name="speed_pictures",
        version="1.0.0",
        features=tfds.features.FeaturesDict({"image": tfds.features.Image(shape=(SIZE, SIZE, 3))}),
        split_datasets={"train": [(i, {"image": picture(i)}) for i in range(PICTURES)]},
        data_dir=Path(folder) / "tfds",
    )


def main(argv=None):
    pairs = [(source, reader) for source, readers in READERS.items() for reader in readers]
    with tempfile.TemporaryDirectory() as folder:
        make_pictures(folder)
        given = "benchmarks.speed.input", __doc__, "benchmarks.speed.reading", pairs, argv
        return program(*given, more=[folder])


if __name__ == "__main__":
    sys.exit(main())
