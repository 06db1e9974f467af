"""What is exported, and the files that it goes to.

TensorFlow converts, whichever backend trained: under JAX and PyTorch in a process of its own, to
which the networks go as `.keras` files.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import keras

from kerasgan.export.conversion import convert
from kerasgan.utils.files import expanded
from kerasgan.utils.progress import waiting
from kerasgan.utils.types import PathLike, Shape

SUFFIXES = {
    "tf_saved_model": "",
    "onnx": ".onnx",
    "litert": ".tflite",
    "weights": ".weights.h5",
    "web": "",
}
Tensors = dict[str, tuple[Shape, str]]  # names to shapes and dtypes


class Endpoint(NamedTuple):
    """A function that an exported file offers: its network, and what goes in and comes out.

    Attributes:
        network: Keras model.
        inputs: dict of name to (shape, dtype), in the network's order; None is any size.
        outputs: dict of the only output's name to (shape, dtype), float32 or, for images, uint8.
        drawn: int or None. The length of latents that the function draws itself; its inputs then
            are `n`, `seed`, the network's other inputs, one for all or `n` of them, and
            `truncation`.
    """

    network: keras.Model
    inputs: Tensors
    outputs: Tensors
    drawn: int | None = None


def export(
    endpoints: dict[str, Endpoint],
    filepath: PathLike,
    format: str = "tf_saved_model",
    verbose: bool | None = None,
) -> dict[str, dict[str, tuple[Tensors, Tensors]]]:
    """Write endpoints at inference.

    Args:
        endpoints: dict of name to `Endpoint`; the first one is the default of a SavedModel.
        filepath: str or path-like, a new file, or folder for a SavedModel. Several endpoints of a
            format that holds one network go into files of their own: `x.AtoB.onnx`, `x.BtoA.onnx`.
        format: str, one of `SUFFIXES`, with that end of the path, but "web", which is
            `kerasgan.export.export_page`'s.
        verbose: bool. True prints the paths and signatures.

    Returns:
        Dict of the paths written to a dict of their signatures: name to (inputs, outputs).

    Raises:
        ValueError: if the format is not known, the path has another ending or exists, or a network
            cannot be written so.
        ImportError: if the format needs a package that is not there.
    """
    path = expanded(filepath)
    dtypes = {dtype for endpoint in endpoints.values() for _, dtype in endpoint.outputs.values()}
    if format == "weights" and "uint8" in dtypes:
        raise ValueError(
            f"Weights make no images; leave `as_uint8` out. Received: as_uint8=True, {format=}"
        )
    files = _files(endpoints, path, format)
    if format == "onnx":
        check_converter(format)
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder,
        waiting("export"),
    ):
        parts = {Path(folder, file.name): part for file, part in files.items()}
        if format == "weights":
            for file, part in parts.items():
                next(iter(part.values())).network.save_weights(file)
        elif keras.backend.backend() == "tensorflow":  # noqa: TID251  it converts
            for file, part in parts.items():
                convert(part, file, format)
        else:
            _convert_apart(parts, format)
        for made, file in zip(parts, files, strict=True):
            os.replace(made, file)
    written = {str(file): _signatures(part, format) for file, part in files.items()}
    if verbose:
        _tell(written)
    return written


def _files(endpoints, path, format):
    """The endpoints that each file will hold."""
    if format not in SUFFIXES:
        raise ValueError(f"Unknown format; known are {list(SUFFIXES)}. Received: {format=}")
    suffix = SUFFIXES[format]
    if not path.name.endswith(suffix):
        raise ValueError(f"The path must end in {suffix}. Received: path={str(path)!r}, {format=}")
    if format == "tf_saved_model" or len(endpoints) == 1:
        files = {path: endpoints}
    else:
        stem = path.name.removesuffix(suffix)
        files = {
            path.with_name(f"{stem}.{name}{suffix}"): {name: endpoint}
            for name, endpoint in endpoints.items()
        }
    for file in files:
        refuse_existing(file)
    return files


def refuse_existing(path: Path) -> None:
    """Raise if there is something at a path."""
    if path.exists():
        raise ValueError(
            "Nothing that is there is written over: remove it, or choose another path. "
            f"Received: path={str(path)!r}"
        )


def check_converter(format: str) -> None:
    """Raise if a package is missing that makes ONNX, which `format` is or is made of."""
    missing = [name for name in ("onnx", "tf2onnx") if importlib.util.find_spec(name) is None]
    if missing:
        raise ImportError(
            f'This format needs {" and ".join(missing)}: pip install "kerasgan[export]". '
            f"Received: {format=}"
        )


def _signatures(endpoints, format):
    if format == "weights":
        return {}
    first = {"serving_default": next(iter(endpoints.values()))}
    endpoints = {**first, **endpoints} if format == "tf_saved_model" else first
    return {name: (endpoint.inputs, endpoint.outputs) for name, endpoint in endpoints.items()}


def _tell(written):
    """Prints paths, and signatures as `f(x: float32 (n, 4)) -> y: uint8 (n, height, width, 3)`."""

    def listed(tensors):
        free = ("n", "height", "width")
        shown = []
        for name, (shape, dtype) in tensors.items():
            sizes = [free[i] if size is None else str(size) for i, size in enumerate(shape)]
            shown.append(f"{name}: {dtype}" + (f" ({', '.join(sizes)})" if shape else ""))
        return ", ".join(shown)

    for path, signatures in written.items():
        print(path)
        for name, (inputs, outputs) in signatures.items():
            print(f"  {name}({listed(inputs)}) -> {listed(outputs)}")


def _convert_apart(parts, format):
    """Write files by a process whose backend is TensorFlow, see `__main__.py`."""
    names = {}  # of networks; several endpoints may share one
    job = {}
    for file, endpoints in parts.items():
        job[str(file)] = {}
        for name, (network, *specs) in endpoints.items():
            names.setdefault(network, name)
            job[str(file)][name] = [names[network], *specs]
    with tempfile.TemporaryDirectory() as folder:
        for network, name in names.items():
            network.save(Path(folder, f"{name}.keras"))
        Path(folder, "job.json").write_text(json.dumps([format, list(names.values()), job]))
        done = subprocess.run(
            [sys.executable, "-m", "kerasgan.export", folder, *_modules(names)],
            env={
                **os.environ,
                "KERAS_BACKEND": "tensorflow",
                "CUDA_VISIBLE_DEVICES": "-1",  # this process may hold all of their memory
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            },
            capture_output=True,
            text=True,
        )
    if done.returncode:
        raise ValueError(done.stderr.strip().split("\n")[-1].removeprefix("ValueError: "))


def _modules(networks):
    """The modules of the registered classes and functions that networks are made of."""
    config = "".join(network.to_json() for network in networks)
    registered = keras.saving.get_custom_objects().items()
    return {obj.__module__ for name, obj in registered if f'"{name}"' in config} - {"__main__"}
