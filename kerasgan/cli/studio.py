"""Open trained models and watch runs in the browser.

The page draws, walks, inverts, translates, finds anomalies and compares, as far as the model can,
and shows a run while it trains. It reads nothing but the presets and what is named here, and
writes nothing but the model of a run when it is told to. This takes Gradio:
pip install kerasgan[studio].
"""

import argparse
from pathlib import Path

from kerasgan.cli import options
from kerasgan.cli.options import add


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "examples:\n"
        "  kerasgan studio sngan_fashion_mnist --data fashion_mnist_10k\n"
        "  kerasgan studio runs"
    )
    help = (
        f"{options.MODEL}, or a folder in which such are looked for (default: runs, where there "
        "is such a folder, and the presets)"
    )
    parser.add_argument("models", nargs="*", metavar="MODEL", help=help)
    add(parser, "--host", "the address to listen at", "127.0.0.1", metavar="ADDRESS")
    add(parser, "--port", "the port; 0 takes a free one", 7860, metavar="N")
    help = "a data set, folder or .npz file of the pictures to look for the nearest in"
    add(parser, "--data", help, shown="none", metavar="DATA")
    options.add_trust(parser)


def run(args: argparse.Namespace) -> None:
    from kerasgan.studio.server import serve

    default = ["runs"] if Path("runs").is_dir() else []
    serve(args.models or default, host=args.host, port=args.port, data=args.data, trust=args.trust)
