"""Trained networks as files that run without kerasgan and without Keras.

TensorFlow converts, whichever backend trained: under JAX and PyTorch in a process of its own, to
which the networks go as `.keras` files.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import NamedTuple

import keras

SUFFIXES = {"tf_saved_model": "", "onnx": ".onnx", "litert": ".tflite", "weights": ".weights.h5"}
HALF = "float16", "bfloat16"
UNBOUNDED = 100.0  # in standard deviations, further than float32 normal numbers go


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
    inputs: dict
    outputs: dict
    drawn: int | None = None


def export(endpoints, path, format, verbose=None):
    """Write endpoints at inference.

    Args:
        endpoints: dict of name to `Endpoint`; the first one is the default of a SavedModel.
        path: str or path-like, a new file, or folder for a SavedModel. Several endpoints of a
            format that holds one network go into files of their own: `x.AtoB.onnx`, `x.BtoA.onnx`.
        format: str, one of `SUFFIXES`, with that end of the path.

    Returns:
        Dict of the paths written to a dict of their signatures: name to (inputs, outputs).

    Raises:
        ValueError: if the format is not known, the path has another ending or exists, or a network
            cannot be written so.
        ImportError: if the format needs a package that is not there.
    """
    path = Path(path).expanduser()
    dtypes = {dtype for endpoint in endpoints.values() for _, dtype in endpoint.outputs.values()}
    if format == "weights" and "uint8" in dtypes:
        raise ValueError(
            f"Weights make no images; leave `as_uint8` out. Received: as_uint8=True, {format=}"
        )
    files = _files(endpoints, path, format)
    packages = ("onnx", "tf2onnx") if format == "onnx" else ()
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        raise ImportError(
            f'This format needs {" and ".join(missing)}: pip install "kerasgan[export]". '
            f"Received: {format=}"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
        parts = {Path(folder, file.name): part for file, part in files.items()}
        if format == "weights":
            for file, part in parts.items():
                next(iter(part.values())).network.save_weights(file)
        elif keras.backend.backend() == "tensorflow":
            for file, part in parts.items():
                convert(part, file, format)
        else:
            _convert_apart(parts, format)
        for made, file in zip(parts, files, strict=True):
            os.replace(made, file)
    return {str(file): _signatures(part, format) for file, part in files.items()}


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
        if file.exists():
            raise ValueError(
                "Nothing that is there is written over: remove it, or choose another path. "
                f"Received: path={str(file)!r}"
            )
    return files


def _signatures(endpoints, format):
    if format == "weights":
        return {}
    first = {"serving_default": next(iter(endpoints.values()))}
    endpoints = {**first, **endpoints} if format == "tf_saved_model" else first
    return {name: (endpoint.inputs, endpoint.outputs) for name, endpoint in endpoints.items()}


# ---- under TensorFlow


def convert(endpoints, path, format):
    """Write one file; the backend must be TensorFlow."""
    import tensorflow as tf

    archive = keras.export.ExportArchive()
    networks = {endpoint.network for endpoint in endpoints.values()}
    portable = {network: _portable(network, format) for network in networks}
    for name, endpoint in endpoints.items():
        specs = [tf.TensorSpec(*spec, name=key) for key, spec in endpoint.inputs.items()]
        run = _function(endpoint._replace(network=portable[endpoint.network]))
        function = archive.add_endpoint(name, run, specs)
    if format == "tf_saved_model":
        archive.write_out(path, verbose=False)
        return
    try:
        if format == "onnx":
            _convert_to_onnx(function, specs, path)
        else:
            _convert_to_litert(archive, path)
    except Exception as error:  # each converter has its own
        raise ValueError(
            "The network cannot be written in this format, which knows neither random numbers, as "
            "`NoiseDropout` draws, nor every operation; a SavedModel does: "
            f"{textwrap.shorten(str(error), 300)} Received: {format=}"
        ) from error


def _convert_to_onnx(function, specs, path):
    import onnx
    import tf2onnx

    model, _ = tf2onnx.convert.from_function(function, specs)
    onnx.checker.check_model(model)  # the converter leaves what it does not know as it is
    onnx.save(model, path)


def _convert_to_litert(archive, path):
    import tensorflow as tf

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        archive.write_out(folder, verbose=False)
        keys = ["serving_default"]
        path.write_bytes(tf.lite.TFLiteConverter.from_saved_model(folder, keys).convert())


def _function(endpoint):
    """The endpoint as a function of TensorFlow's tensors."""
    import tensorflow as tf

    ((name, (_, dtype)),) = endpoint.outputs.items()

    def run(*inputs):
        made = endpoint.network(inputs[0] if len(inputs) == 1 else list(inputs), training=False)
        made = tf.cast(made, "float32")
        if dtype == "uint8":
            made = tf.cast(tf.clip_by_value(tf.round((made + 1) * 127.5), 0, 255), dtype)
        return {name: made}

    def generate(n, seed, *rest):
        *labels, truncation = rest
        bound = tf.where(truncation > 0, truncation, UNBOUNDED)
        latents = tf.random.stateless_parameterized_truncated_normal(
            (n, endpoint.drawn), (seed, 0), minvals=-bound, maxvals=bound
        )
        return run(latents, *(tf.broadcast_to(x, (n, *x.shape[1:])) for x in labels))

    return run if endpoint.drawn is None else generate


class _UpSampling2D(keras.layers.UpSampling2D):
    """A layer whose output has a static size, which LiteRT's converter needs after it."""

    def call(self, inputs):
        shape = self.compute_output_shape(inputs.shape)[1:]
        outputs = super().call(inputs)
        return outputs if None in shape else keras.ops.reshape(outputs, (-1, *shape))


def _portable(network, format):
    """The network, or a copy of it in float32 and of what the converter understands."""
    layers = network._flatten_layers()
    half = any(layer.compute_dtype in HALF for layer in layers)
    sized = format == "litert" and any(type(layer) is keras.layers.UpSampling2D for layer in layers)
    if not (half or sized) or not hasattr(network, "inputs"):  # a subclassed one has no copies
        return network

    def clone(layer):
        cls = type(layer)
        cls = _UpSampling2D if sized and cls is keras.layers.UpSampling2D else cls
        return cls.from_config(layer.get_config())

    copy = keras.models.clone_model(network, clone_function=clone, recursive=True)
    copy.set_weights(network.get_weights())
    for layer in copy._flatten_layers():
        if layer.compute_dtype in HALF:
            layer.dtype_policy = "float32"
    return copy


# ---- from another backend to TensorFlow


def _convert_apart(parts, format):
    """Write files by a process whose backend is TensorFlow."""
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
