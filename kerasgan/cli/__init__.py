"""The `kerasgan` command.

Each of its commands is a module, which is imported when it is named: `add_arguments` tells the
parser what it takes, `run` carries it out.
"""

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from typing import Any, NoReturn

from kerasgan import __version__
from kerasgan.cli import names

FORESEEN = (ValueError, TypeError, OSError, ImportError, FloatingPointError)
COMMANDS = (
    *("demo", "data", "train", "generate", "translate", "walk", "directions", "anomalies"),
    *("evaluate", "export", "import", "serve", "studio", "list"),
)


class Command(argparse.ArgumentParser):
    """A parser that gets its arguments when it is the one to parse.

    Args:
        *args, **kwargs: as in `argparse.ArgumentParser`.
        fill: function of this parser, which adds its arguments.
    """

    def __init__(
        self, *args: Any, fill: Callable[["Command"], None] | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **kwargs)
        self._fill = fill
        self.given: list[str] = []  # what it parses

    @property
    def options(self) -> list[argparse.Action]:
        """What it takes."""
        return self._actions

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """See `argparse.ArgumentParser`."""
        self.given = sys.argv[1:] if args is None else [*args]
        if self._fill:
            self._fill(self)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """See `argparse.ArgumentParser`; a name that is none is told the nearest that is one."""
        wrong = re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message)
        if wrong and (near := get_close_matches(wrong[1], re.findall(r"[\w-]+", wrong[2]), 1)):
            message = f"{message[: wrong.end(1) + 1]}: did you mean {near[0]}?"
        super().error(message)


def _fill(name: str, parser: Command) -> None:
    module = import_module(f"kerasgan.cli.{name}")
    parser.description = module.__doc__
    parser.set_defaults(run=module.run)
    module.add_arguments(parser)


def main(argv: Sequence[str] | None = None) -> None:
    """Run a command line.

    Args:
        argv: list of str, or None for the process's own.

    Raises:
        SystemExit: 1 if training diverged, 2 after any other error, said in a sentence, 130 after
            Ctrl-C. In Python's development mode (PYTHONDEVMODE=1) errors are raised as they are.
    """
    parser = Command(prog="kerasgan", description="Generative adversarial networks for Keras 3.")
    parser.add_argument("--version", action="version", version=f"kerasgan {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in COMMANDS:
        commands.add_parser(name, help=names.command(name), fill=partial(_fill, name))
    argv = sys.argv[1:] if argv is None else [*argv]  # `list` is one of the modules here
    try:
        prepare_backends()  # before the arguments, for which `train` imports its model
        args = parser.parse_args(argv)
        args.argv = argv
        from kerasgan.utils.errors import unwrapped  # not for --help, which needs no numpy

        with unwrapped():
            args.run(args)
    except KeyboardInterrupt:
        _end(130)
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        said = " ".join(str(error).split())
        if not isinstance(error, FORESEEN):
            said = f"{type(error).__name__}: {said} (PYTHONDEVMODE=1 shows where)"
        print(f"kerasgan: error: {said}", file=sys.stderr)
        _end(1 if isinstance(error, FloatingPointError) else 2)


def prepare_backends() -> None:
    """Set up backends that have not started, where the environment does not say otherwise.

    JAX keeps what it compiles in Keras's folder. TensorFlow computes by oneDNN on every processor:
    by itself it does so where AVX-512 is, though convolutions are faster by it elsewhere, too.
    """
    if "jax" not in sys.modules:
        from kerasgan.utils.files import keras_home

        os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(keras_home() / "kerasgan" / "jax"))
    if "tensorflow" not in sys.modules:
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


def _end(code: int) -> NoReturn:
    if "kerasgan.runs" in sys.modules:
        from kerasgan.runs.processes import leave

        leave(code)
    raise SystemExit(code) from None
