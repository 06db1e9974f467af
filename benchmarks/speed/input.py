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

import argparse
import functools
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
import tensorflow_datasets as tfds
from PIL import Image

from benchmarks.runner import child, run_all
from benchmarks.speed import medians, table
from benchmarks.speed.reading import READERS

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


def measure_all(repeats, path=medians.PATH):
    """Make the pictures, and let all readers read them in turns.

    Returns:
        The exit code.
    """
    readings = [(source, reader) for source, readers in READERS.items() for reader in readers]
    figures, rates = medians.stored(path), {reading: [] for reading in readings}

    def measure(reading):
        rates[reading].append(child("benchmarks.speed.reading", *reading, folder))
        found = rates[reading]
        source, reader = reading
        middle = {k: statistics.median(each[k] for each in found) for k in ("first", "later")}
        place = {"case": source, "contender": reader, "repeats": len(found)}
        figures.add({**place, **middle})
        return found[-1]

    with tempfile.TemporaryDirectory() as folder:
        make_pictures(folder)
        turns = [readings[:: -1 if repeat % 2 else 1] for repeat in range(repeats)]
        return run_all(
            (", ".join(reading), functools.partial(measure, reading))
            for turn in turns
            for reading in turn
        )


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed.input",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--results", type=Path, default=medians.PATH)
    parser.add_argument("--out", type=Path, default=table.TABLE, help="the table's file")
    parser.add_argument("--chart", type=Path, default=table.CHART, help="the chart's file")
    args = parser.parse_args(argv)
    code = measure_all(args.repeats, args.results)
    print(table.write(args.results, args.out, args.chart))
    return code


if __name__ == "__main__":
    sys.exit(main())
