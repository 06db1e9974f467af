"""What a folder of very many pictures costs before and while it is read.

    python -m benchmarks.input_scale --pictures 200000

Half png, half jpeg of 64 px and 1 to 3 kB, each a file of its own, in 100 folders made for the
purpose, or in those that `--folder` names. A process that has read one small data set lists them,
loads them by `load(folder, image_size=64, channels=3, cache=False, batch_size=64)` and reads on for
some seconds; then it takes their fingerprint. The memory is what is resident above that of the
process before. Last come the orders of an epoch: what `tf.data` takes to shuffle so many numbers.
"""

import argparse
import json
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from benchmarks.results import write
from benchmarks.runner import child

PATH = Path(__file__).parent / "results" / "input_scale.json"
FOLDERS, KINDS, SIZE = 100, 200, 64
SECONDS = 10  # for which the epoch is read on


def make_pictures(folder, count):
    """Write `count` small pictures into subfolders; what comes after a picture's end tells them
    apart."""
    kinds = []
    for seed in range(KINDS):
        coarse = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), "uint8")
        image = Image.fromarray(coarse).resize((SIZE, SIZE), Image.Resampling.BICUBIC)
        ending, data = ("png", "jpeg")[seed % 2], BytesIO()
        (image.quantize(16) if ending == "png" else image).save(data, ending)
        kinds.append((ending, data.getvalue()))
    for index in range(count):
        ending, data = kinds[index % KINDS]
        path = Path(folder, f"class{index % FOLDERS:02}", f"{index:08}.{ending}")
        if index < FOLDERS:
            path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data + index.to_bytes(8))


def resident():
    """The memory of this process in MB."""
    return psutil.Process().memory_info().rss / 1e6


def measure(folder, seconds=SECONDS):
    """Measure a folder in this process.

    Returns:
        dict of str to the figures.
    """
    from kerasgan import datasets
    from kerasgan.datasets.contents import contents
    from kerasgan.datasets.walking import image_files

    next(iter(datasets.load(np.zeros((9, 8, 8), "uint8"), 3)))
    before, begun = resident(), time.perf_counter()
    batches = iter(datasets.load(folder, image_size=SIZE, channels=3, cache=False, batch_size=64))
    next(batches)
    figures = {"first_batch_s": time.perf_counter() - begun, "first_batch_mb": resident() - before}
    begun, images = time.perf_counter(), 0
    for batch in batches:
        images += len(batch)
        if time.perf_counter() - begun > seconds:
            break
    figures["images_per_s"] = images / (time.perf_counter() - begun)
    figures["reading_mb"] = resident() - before
    del batches
    begun = time.perf_counter()
    figures["pictures"] = len(image_files(Path(folder)))
    figures["listing_s"] = time.perf_counter() - begun
    begun = time.perf_counter()
    contents("images", folder, labels=True)
    figures["fingerprint_s"] = time.perf_counter() - begun
    return figures


def measure_order(count):
    """Measure what the order of an epoch of `count` images takes, in this process."""
    import tensorflow as tf

    next(iter(tf.data.Dataset.range(9).shuffle(9)))
    before, begun = resident(), time.perf_counter()
    numbers = iter(tf.data.Dataset.range(count).shuffle(count))
    next(numbers)
    return {"order_s": time.perf_counter() - begun, "order_mb": resident() - before}


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.input_scale",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--pictures", type=int, default=200_000)
    parser.add_argument("--folder", help="of pictures that are there, instead of new ones")
    parser.add_argument("--orders", type=int, nargs="*", default=[200_000, 1_000_000, 10_000_000])
    parser.add_argument("--results", type=Path, default=PATH)
    parser.add_argument("--here", choices=["folder", "order"], help="in this process, print alone")
    args = parser.parse_args(argv)
    if args.here:
        found = measure(args.folder) if args.here == "folder" else measure_order(args.orders[0])
        print(json.dumps({name: round(value, 2) for name, value in found.items()}))
        return
    with tempfile.TemporaryDirectory() as folder:
        if args.folder is None:
            make_pictures(folder, args.pictures)
        words = "--here", "folder", "--folder", args.folder or folder
        found = child("benchmarks.input_scale", *words)
    found["orders"] = {
        count: child("benchmarks.input_scale", "--here", "order", "--orders", count)
        for count in args.orders
    }
    write(json.dumps(found, indent=1) + "\n", args.results)
    print(json.dumps(found))


if __name__ == "__main__":
    sys.exit(main())
