"""Serve trained models over HTTP.

Requests that come at the same time are carried out together. Exported models, ONNX files and
SavedModels, run without Keras.
"""

import argparse
import dataclasses
import importlib.util

from kerasgan.cli import options
from kerasgan.cli.options import add

PACKAGES = ("fastapi", "uvicorn", "prometheus_client", "python_multipart")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "examples:\n"
        "  kerasgan serve dcgan_fashion_mnist\n"
        "  kerasgan serve faces=runs/dcgan openmoji.onnx --port 8080 --workers 2\n"
        "  curl -X POST -H 'Accept: image/png' localhost:8000/v1/models/faces:generate > face.png"
    )
    help = (
        f"{options.MODEL}, an .onnx file or the folder of a SavedModel, that `kerasgan export` "
        "wrote; NAME=MODEL gives it a name"
    )
    parser.add_argument("models", nargs="+", metavar="MODEL", help=help)
    options.add_trust(parser)
    add(parser, "--host", "the address to listen at; 0.0.0.0 for all", "127.0.0.1", metavar="HOST")
    add(parser, "--port", "0 takes a free one", 8000, metavar="N")
    add(parser, "--workers", "processes that share the port, each with all models", 1, metavar="N")
    help = "a web site whose pages may ask, or * for all"
    add(parser, "--origin", help, shown="none", action="append", metavar="URL")
    add(parser, "--max-batch", "samples in a request, and in a batch", 64, metavar="N")
    add(parser, "--max-pixels", "of all pictures of a request together", 2**22, metavar="N")
    add(parser, "--max-body", "bytes of a request", 2**23, metavar="N")
    add(parser, "--max-queue", "requests that a model has at the same time", 128, metavar="N")
    help = "milliseconds that a batch waits for requests that are on their way"
    add(parser, "--max-wait", help, 2.0, metavar="MS")


def run(args: argparse.Namespace) -> None:
    missing = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise ImportError(
            f'The service needs {", ".join(missing)}: pip install "kerasgan[serve]". '
            f"Received: models={args.models}"
        )
    from kerasgan.serve import Limits, named, serve

    limits = {
        field.name: getattr(args, f"max_{field.name}") for field in dataclasses.fields(Limits)
    }
    serve(
        named(args.models),
        host=args.host,
        port=args.port,
        workers=args.workers,
        limits=Limits(**limits),
        origins=args.origin or (),
        trust=args.trust,
    )
