"""Converts networks of another backend, in a process whose backend is TensorFlow."""

import importlib
import json
import sys
import textwrap
from pathlib import Path

import keras

from kerasgan.export.conversion import convert
from kerasgan.export.files import Endpoint


def _main(folder, *modules):
    for module in modules:
        importlib.import_module(module)
    format, names, job = json.loads(Path(folder, "job.json").read_text())
    networks = {name: _load(Path(folder, f"{name}.keras")) for name in names}
    for file, endpoints in job.items():
        made = {
            name: Endpoint(networks[network], *specs)
            for name, (network, *specs) in endpoints.items()
        }
        convert(made, Path(file), format)


def _load(path):
    try:
        return keras.models.load_model(path, compile=False)
    except Exception as error:  # Keras has many, and names the class in the first of them
        first = error
        while first.__context__ is not None:
            first = first.__context__
        raise ValueError(
            "TensorFlow, which converts in a process of its own, cannot load a network: "
            f"{textwrap.shorten(str(first), 300)} Put classes and functions of your own into a "
            "module, registered by `keras.saving.register_keras_serializable`, or export under "
            f"KERAS_BACKEND=tensorflow. Received: network={path.stem!r}"
        ) from error


_main(*sys.argv[1:])
