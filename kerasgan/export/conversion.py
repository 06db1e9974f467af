"""Conversion of networks by TensorFlow, which must be the backend."""

import tempfile
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from kerasgan.utils.private import layers_of

HALF = "float16", "bfloat16"
UNBOUNDED = 100.0  # in standard deviations, further than float32 normal numbers go


def convert(endpoints: Mapping[str, Any], path: Path, format: str) -> None:
    """Write one file.

    Args:
        endpoints: dict of name to `kerasgan.export.Endpoint`.
        path: `pathlib.Path`, which is new.
        format: str, "tf_saved_model", "onnx" or "litert".

    Raises:
        ValueError: if a network cannot be written so.
    """
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

    def call(self, inputs: Any) -> Any:
        shape = self.compute_output_shape(inputs.shape)[1:]
        outputs = super().call(inputs)
        return outputs if None in shape else keras.ops.reshape(outputs, (-1, *shape))


def _portable(network, format):
    """The network, or a copy of it in float32 and of what the converter understands."""
    layers = layers_of(network)
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
    for layer in layers_of(copy):
        if layer.compute_dtype in HALF:
            layer.dtype_policy = "float32"
    return copy
