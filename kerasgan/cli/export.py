"""Write a trained model for use without Keras.

Its networks become a TensorFlow SavedModel, ONNX, LiteRT or Keras weights, and how to call them is
said, too; or a page for any browser, which needs no network.
"""

import argparse
import json

import numpy as np

import kerasgan as kg
from kerasgan.cli import names, options
from kerasgan.cli.options import add

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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "examples:\n"
        "  kerasgan export runs/dcgan --as-uint8 --out serving/dcgan/1\n"
        "  kerasgan export pix2pix_openmoji --format onnx --out openmoji.onnx\n"
        "  kerasgan export conditional_gan_mnist --format web --out digits.html"
    )
    options.add_model(parser)
    formats = names.table("export", "SUFFIXES")
    add(parser, "--format", ", ".join(formats), "tf_saved_model", choices=formats)
    help = (
        "a new folder for tf_saved_model and web, else a new file that ends in .onnx, .tflite, "
        ".weights.h5 or, for web, .html; of two directions, two files, but one page"
    )
    parser.add_argument("--out", required=True, metavar="PATH", help=help)
    help = "give images as bytes (default: float32, [-1, 1])"
    parser.add_argument("--as-uint8", action="store_true", help=help)
    help = "for web, a folder in which npm's onnxruntime-web may lie, as `npm pack` makes it"
    add(parser, "--packages", help, shown="npm fetches it", metavar="FOLDER")


def run(args: argparse.Namespace) -> None:
    model = kg.load(args.model, epoch=args.epoch, safe_mode=not args.trust)
    settings = {"as_uint8": args.as_uint8, "packages": args.packages}
    files = model.export(args.out, args.format, verbose=True, **settings)
    path, signatures = next(iter(files.items()))
    if signatures:
        size = next(iter(model.data_spec.values()))[:2]
        _explain(args.format, path, signatures, size)


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
