"""One reading: `python -m benchmarks.speed.reading SOURCE READER FOLDER` prints a line of JSON."""

import argparse
import json
import statistics
import time
from pathlib import Path

import numpy as np
from PIL import Image

BATCH, LATER_EPOCHS = 64, 3
READERS = {
    "folder": ("kerasgan", "kerasgan_uncached", "image_folder", "image_folder_2_workers"),
    "tfds": ("kerasgan",),
    "idx": ("kerasgan",),
}


class ImageFolder:
    """The data set of torchvision's ImageFolder, ToTensor and Normalize to [-1, 1]."""

    def __init__(self, folder):
        classes = sorted(path for path in Path(folder).iterdir() if path.is_dir())
        self.samples = [(f, i) for i, c in enumerate(classes) for f in sorted(c.iterdir())]

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        import torch

        path, label = self.samples[index]
        with path.open("rb") as file:
            image = Image.open(file).convert("RGB")
        x = torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous().float().div(255)
        mean = deviation = torch.tensor([0.5, 0.5, 0.5]).view(3, 1, 1)
        return x.sub_(mean).div_(deviation), label


def open_source(source, reader, folder):
    """What gives the batches of an epoch each time it is iterated.

    Args:
        source: str, a key of `READERS`.
        reader: str, one of those that read it.
        folder: path-like, with `pictures/` and `tfds/`.
    """
    folder = Path(folder)
    if reader.startswith("image_folder"):
        from torch.utils.data import DataLoader

        workers = 2 if reader.endswith("2_workers") else 0
        kept = {"num_workers": workers, "persistent_workers": workers > 0}
        data = ImageFolder(folder / "pictures")
        return DataLoader(data, BATCH, shuffle=True, drop_last=True, **kept)
    from kerasgan import datasets

    if source == "idx":
        return datasets.load("fashion_mnist_10k", BATCH)
    cache = False if reader.endswith("uncached") else None
    if source == "folder":
        return datasets.load(folder / "pictures", BATCH, cache=cache)
    return datasets.load("tfds:speed_pictures", BATCH, data_dir=folder / "tfds", cache=cache)


def measure(source, reader, folder):
    """Images per second in the first epoch and in later ones, a dict."""
    if reader.startswith("image_folder"):
        import torch.utils.data  # noqa: F401
    else:
        import tensorflow_datasets  # noqa: F401

        import kerasgan  # noqa: F401
    rates = []
    began = time.perf_counter()
    data = open_source(source, reader, folder)
    for _ in range(1 + LATER_EPOCHS):
        images = BATCH * sum(1 for _ in data)
        ended = time.perf_counter()
        rates.append(round(images / (ended - began), 1))
        began = ended
    return {"first": rates[0], "later": statistics.median(rates[1:])}


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", choices=READERS)
    parser.add_argument("reader")
    parser.add_argument("folder")
    args = parser.parse_args(argv)
    print(json.dumps(measure(args.source, args.reader, args.folder)))


if __name__ == "__main__":
    main()
