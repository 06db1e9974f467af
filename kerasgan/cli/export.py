"""`kerasgan export`: a trained model for use without Keras."""

import argparse
import json

import numpy as np

from kerasgan import presets
from kerasgan.cli import options
from kerasgan.export import SUFFIXES

SIDES = "n", "height", "width"
PYTHON = {
    "tf_saved_model": """\
{numpy}import tensorflow as tf

{arrays}model = tf.saved_model.load({path!r})
made = model.signatures[{name!r}]({arguments})[{output!r}].numpy()""",
    "onnx": """\
{numpy}import onnxruntime

{arrays}session = onnxruntime.InferenceSession({path!r})
(made,) = session.run(None, dict({arguments}))""",
    "litert": """\
{numpy}from ai_edge_litert.interpreter import Interpreter

{arrays}run = Interpreter({path!r}).get_signature_runner()
made = run({arguments})[{output!r}]""",
}


def add_command(commands):
    """Adds `export` to the subparsers `commands`."""
    command = commands.add_parser(
        "export",
        help="Write a trained model for use without Keras.",
        description="Write a trained model's networks as a TensorFlow SavedModel, ONNX, LiteRT or "
        "Keras weights, and say how to call them.",
        epilog="examples:\n"
        "  kerasgan export runs/dcgan --as-uint8 --out serving/dcgan/1\n"
        "  kerasgan export cyclegan_emoji --format onnx --out emoji.onnx",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("model", metavar="MODEL", help=options.MODEL)
    command.add_argument(
        "--format",
        default="tf_saved_model",
        choices=SUFFIXES,
        help="tf_saved_model, onnx, litert or weights (default: tf_saved_model)",
    )
    command.add_argument(
        "--out",
        required=True,
        metavar="PATH",
        help="a new folder for tf_saved_model, else a new file that ends in .onnx, .tflite or "
        ".weights.h5; of two directions, two files",
    )
    command.add_argument(
        "--as-uint8", action="store_true", help="give images as bytes (default: float32, [-1, 1])"
    )
    command.set_defaults(run=run)


def run(args):
    """Write a trained model for use without Keras."""
    model = presets.load(args.model)
    try:
        files = model.export(args.out, args.format, as_uint8=args.as_uint8)
    except ImportError as error:
        raise ValueError(str(error)) from error
    for path, signatures in files.items():
        print(path)
        for name, (inputs, outputs) in signatures.items():
            print(f"  {name}({_described(inputs)}) -> {_described(outputs)}")
    path, signatures = next(iter(files.items()))
    if signatures:
        size = next(iter(model.data_spec.values()))[:2]
        _explain(args.format, path, signatures, size)


def _described(tensors):
    """Names with dtypes and shapes."""
    return ", ".join(
        f"{name}: {dtype} ({', '.join(map(str, _shape(shape, SIDES)))})" if shape
        else f"{name}: {dtype}"
        for name, (shape, dtype) in tensors.items()
    )  # fmt: skip


def _shape(shape, free):
    """A shape with something in place of the sizes that are free."""
    return tuple(free[i] if size is None else size for i, size in enumerate(shape))


def _explain(format, path, signatures, size):
    """Print a request and a program that call the file."""
    name = "generate" if "generate" in signatures else "serving_default"
    inputs, outputs = signatures[name]
    (output,) = outputs
    if name == "generate":
        values = {"n": 4, "seed": 7, "truncation": 0.0}
        if "labels" in inputs:
            shape, dtype = inputs["labels"]
            values["labels"] = np.zeros(_shape(shape, [1]), dtype).tolist()
        numpy = arrays = ""
        arguments = ", ".join(f"{key}={value}" for key, value in values.items())
        body = json.dumps({"signature_name": name, "inputs": values})
    else:
        numpy = "import numpy as np\n"
        arrays = "".join(
            f"{key} = {_array(key, _shape(shape, (4, *size)), dtype)}\n"
            for key, (shape, dtype) in inputs.items()
        )
        arguments = ", ".join(f"{key}={key}" for key in inputs)
        body = '{"inputs": {"images": images.tolist()}}'
    if format == "tf_saved_model":
        print(f"\nTensorFlow Serving, POST http://localhost:8501/v1/models/NAME:predict\n{body}")
    parts = {"numpy": numpy, "arrays": arrays, "arguments": arguments}
    print("\nPython", PYTHON[format].format(path=path, name=name, output=output, **parts), sep="\n")


def _array(name, shape, dtype):
    if name == "latents":
        return f"np.random.default_rng(7).standard_normal({shape}, {dtype!r})"
    return f"np.zeros({shape}, {dtype!r})"
