"""Whole files of each kind that kerasgan reads, and damage to them; `tools/fuzz.py` does both."""

import copy
import gzip
import json
import os
import random
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import kerasgan as kg
from kerasgan import datasets, runs
from kerasgan.callbacks import Checkpoints
from kerasgan.utils.torch_file import read_weights

VALUES = [
    None,
    True,
    -1,
    0,
    0.5,
    10**30,
    1e308,
    "",
    "x",
    "os>system",
    [],
    {},
    [[]],
    "\0",
    "~nouser",
]
VALUES += [float("nan"), "nested"]


def make(folder: Path) -> dict[str, Callable[[Path], Any]]:
    """Writes a folder of whole files for each kind of input.

    Returns:
        Dict of their names to functions that read such a folder.
    """
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (6, 8, 8, 3), dtype="uint8")
    small = {"generator_units": (4,), "discriminator_units": (4,)}
    gan = kg.GAN((8, 8, 1), 2, **small)
    gan.compile()

    def new(name):
        (folder / name).mkdir(parents=True)
        return folder / name

    for name, zipped in (("idx", False), ("idx.gz", True)):
        _write_idx(new(name), pictures[..., 0], zipped)
    np.savez(new("npz") / "a.npz", images=pictures, labels=np.arange(6))
    np.savez_compressed(new("npz compressed") / "a.npz", images=pictures, labels=np.arange(6))
    for name in ("pictures", "classes/a", "classes/b", "unpaired/trainA", "unpaired/trainB"):
        new(name)
        for i, ending in enumerate(("png", "jpg", "tiff", "gif", "bmp", "webp")):
            Image.fromarray(pictures[i]).save(folder / name / f"{i}.{ending}")
    for i in range(3):
        path = (new("paired") if i == 0 else folder / "paired") / f"{i}.png"
        Image.fromarray(np.concatenate([pictures[i], pictures[i + 1]], axis=1)).save(path)
    gan.save(new("keras") / "gan.keras")
    gan.save(new("checkpoints") / "epoch_0001.keras")
    shutil.copy(folder / "checkpoints/epoch_0001.keras", folder / "checkpoints/epoch_0002.keras")
    gan.save_to_preset(folder / "preset")
    runs.Configuration("GAN", {"source": "x", "batch_size": 4}, epochs=1).write(new("run"))
    gan.save(folder / "run/model.keras")
    _write_torch(new("pth") / "w.pth", True)
    _write_torch(new("pth of old") / "w.pth", False)

    def restored(path):
        model = kg.GAN((8, 8, 1), 2, **small)
        model.compile()
        return Checkpoints(path).restore(model)

    def images(load, *arguments, **settings):
        return lambda path: _sound(load(*arguments or (path,), 1, **settings))

    def pictures_of(path):
        return [*datasets.read_pictures(path)], _sound(datasets.load(path, 1))

    return {
        "idx": lambda path: _sound(datasets.load("mnist", 1, data_dir=path)),
        "idx.gz": lambda path: _sound(datasets.load("mnist", 1, data_dir=path)),
        "npz": lambda path: _sound(datasets.load(path / "a.npz", 1, labels=True)),
        "npz compressed": lambda path: _sound(datasets.load(path / "a.npz", 1, labels=True)),
        "pictures": pictures_of,
        "classes": images(datasets.load, labels=True),
        "unpaired": images(datasets.load_unpaired),
        "paired": images(datasets.load_paired),
        "keras": lambda path: kg.load(path / "gan.keras").generate(1),
        "checkpoints": restored,
        "preset": lambda path: kg.load(path).generate(1),
        "run": lambda path: (runs.read_config(path), kg.load(path).generate(1)),
        "pth": lambda path: read_weights(path / "w.pth"),
        "pth of old": lambda path: read_weights(path / "w.pth"),
    }


def _write_idx(folder, images, zipped):
    for name, array in (("images-idx3", images), ("labels-idx1", np.arange(6, dtype="uint8"))):
        content = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
        content += array.tobytes()
        path = folder / f"train-{name}-ubyte{'.gz' if zipped else ''}"
        path.write_bytes(gzip.compress(content) if zipped else content)


def _write_torch(path, as_zip):
    import torch

    state = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 1)).state_dict()
    torch.save(state, path, _use_new_zipfile_serialization=as_zip)


def _sound(data):
    """Reads a data set to its end; its images must be finite and in [-1, 1]."""
    for batch in data:
        parts = batch if isinstance(batch, tuple) else (batch,)
        for images in (part for part in parts if len(part.shape) == 4):
            assert np.abs(images).max() <= 1.01, "images beyond [-1, 1]"


def damage(path: Path, rng: random.Random) -> None:
    """Damages a file in one of the ways above."""
    kind = rng.random()
    if kind < 0.04:
        path.unlink()
        rng.choice([path.mkdir, lambda: os.mkfifo(path), lambda: path.symlink_to("x"),
                    lambda: path.symlink_to(path), path.touch, lambda: None])()  # fmt: skip
    elif zipfile.is_zipfile(path) and kind < 0.6:
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = rng.choice(sorted(parts))
        parts[name] = _changed(name, parts[name], rng)
        with zipfile.ZipFile(path, "w", rng.choice([0, zipfile.ZIP_DEFLATED])) as archive:
            for name, content in parts.items():
                if rng.random() < 0.98:
                    archive.writestr(name, content)
    else:
        path.write_bytes(_changed(path.name, path.read_bytes(), rng))


def _changed(name, content, rng):
    if name.endswith(".json") and rng.random() < 0.8:
        return _changed_json(content, rng)
    content = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 5, 20])):
        at = rng.randrange(min(len(content), rng.choice([64, 10**9])) or 1)
        length = rng.choice([1, 4, 8, 100])
        some = rng.choice([rng.randbytes(length), b"\xff" * length, bytes(length)])
        content[at : at + rng.choice([0, length, length])] = rng.choice([some, some, b""])
    return bytes(content[: rng.randrange(len(content) + 1)] if rng.random() < 0.1 else content)


def _changed_json(content, rng):
    settings = json.loads(content)
    nodes = [({"": settings}, "")]
    for place, key in nodes:  # which grows
        node = place[key]
        keys = (
            node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
        )
        nodes += [(node, key) for key in keys]
    for _ in range(rng.choice([1, 1, 2])):
        place, key = rng.choice(nodes)
        if rng.random() < 0.2 and isinstance(place, dict):
            place.pop(key, None)
        else:
            place[key] = copy.deepcopy(rng.choice(VALUES))
    root = nodes[0][0].get("")
    text = json.dumps(root)
    return text.replace('"nested"', "[" * 10_000 + "]" * 10_000).encode()
