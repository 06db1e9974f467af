"""Train a model on your images.

The options of one model: kerasgan train dcgan --help
The settings of a file: kerasgan train --config run.yaml, and options that replace some of them
A class of your own, derived from one of these: kerasgan train package.module:Class ...
Its runs open by --trust, for that runs the code of the module which they name.
"""

import argparse
import contextlib
import inspect
import shlex
import sys
from functools import partial
from typing import Any

import kerasgan as kg
from kerasgan.cli import names
from kerasgan.cli.options import add_trust, devices, keep
from kerasgan.utils.classes import NAMED, class_of_run, own_class
from kerasgan.utils.files import expanded
from kerasgan.utils.settings import dumped


def add_arguments(parser: Any) -> None:
    parser.epilog = "example: kerasgan train dcgan --data photos/ --image-size 64 --out runs/photos"
    help = (
        "train by the settings of this file, YAML or a run's config.json; options of its model "
        "may follow, and go before the file's"
    )
    parser.add_argument("--config", metavar="FILE", help=help)
    config = _config(parser.given)
    if config:
        _add_configured(parser, config)
        return
    help = "go on with the run in this folder that was interrupted or killed"
    parser.add_argument("--resume", metavar="RUN", help=help)
    help = "with --resume: train until there are so many epochs in all, even if it was complete"
    parser.add_argument("--epochs", type=int, dest="in_all", metavar="N", help=help)
    help = "with --resume: where the data were moved to"
    parser.add_argument("--data", dest="moved", metavar="SOURCE", help=help)
    help = "with --resume: the devices that share each step from now on"
    parser.add_argument("--distribute", type=devices, dest="among", metavar="N", help=help)
    help = "with --resume: go on though files of the data were added, removed or changed"
    parser.add_argument("--accept-changed-data", action="store_true", help=help)
    help = "with --resume: how many epochs stay in checkpoints/ from now on, or all"
    parser.add_argument("--keep", type=keep, dest="kept", metavar="N", help=help)
    add_trust(parser, "with --resume: ")
    parser.set_defaults(parser=parser, file=None, variant=None)
    if any(word.partition("=")[0] == "--resume" for word in parser.given):
        return  # a run goes on with its own settings
    models = parser.add_subparsers(metavar="MODEL", dest="variant")
    for name, sentence in names.models().items():
        help = sentence.replace("%", "%%")
        models.add_parser(name.lower(), help=help, fill=partial(_add_model, name=name))
    for name in parser.given[:1]:
        if NAMED.fullmatch(name):
            models.add_parser(name, fill=partial(_add_model, name=name))


def _config(given):
    """The file that --config names."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--config")
    with contextlib.suppress(argparse.ArgumentError):  # which the whole parser tells of
        return parser.parse_known_args(given)[0].config
    return None


def _add_configured(parser, path):
    """Adds the options of the model that a file names, with its settings for those not given."""
    from kerasgan.cli import configured

    file = configured.read(expanded(path))
    name = file.settings["variant"]
    _add_model(parser, name, safe_mode="--trust" not in parser.given)
    cls = parser.get_default("cls")
    configured.check(file, cls)
    configured.set_defaults(parser, file, cls)
    parser.set_defaults(variant=name, resume=None, file=file, parser=parser)


def _add_model(parser, name, safe_mode=False):
    from kerasgan.cli.arguments import add_model_options, add_training_options
    from kerasgan.cli.data_options import add_data_options

    own = ":" in name
    cls = own_class(name, safe_mode) if own else getattr(kg, name)
    command = name if own else name.lower()
    folder = f"runs/{cls.__name__.lower()}"
    parser.description = inspect.cleandoc(cls.__doc__ or "").split("\nArgs:")[0]
    parser.epilog = (
        f"example: kerasgan train {command} {_example(cls)} --out {folder}\n"
        f"{_use(cls, folder)}\n"
        f"The backend is an environment variable: KERAS_BACKEND=jax kerasgan train {command} ..."
    )
    parser.allow_abbrev = False
    add_data_options(parser.add_argument_group("data"), cls)
    add_model_options(parser.add_argument_group("model"), cls)
    add_training_options(parser.add_argument_group("training"), cls)
    parser.set_defaults(cls=cls, file=None, length=(20, None))


def run(args: argparse.Namespace) -> None:
    if args.variant is None and args.resume is None:
        args.parser.error("name a model, --config FILE or --resume RUN")
    for name in ("resume", "initial", "gan"):
        if args.trust and getattr(args, name, None):
            class_of_run(expanded(getattr(args, name)), safe_mode=False)
    if args.file:
        _start(args)
        return
    again = {
        "source": args.moved,
        "accept_changed_data": args.accept_changed_data,
        "distribute": args.among,
        "keep": args.kept,
    }
    if args.resume is not None:
        out = expanded(args.resume)
        _finish(out, partial(kg.runs.resume, out, epochs=args.in_all, **again))
    elif any(given not in (None, False) for given in (args.in_all, *again.values())):
        raise ValueError(
            f"Such options follow the model, or go with --resume. Received: model={args.variant!r}"
        )
    else:
        _start(args)


def _start(args):
    from kerasgan.cli.settings import configuration

    out = expanded(args.out or f"runs/{args.cls.__name__.lower()}")
    with args.file.told() if args.file else contextlib.nullcontext():
        config = kg.runs.Configuration.of(configuration(args))
        if args.print_config:
            settings = config.to_dict()
            del settings["command"]
            print(dumped(settings), end="")
        else:
            _finish(out, partial(kg.runs.start, config, out, overwrite=args.overwrite))


def _finish(out, train):
    from kerasgan import backend

    try:
        train(verbose="auto" if sys.stdout.isatty() else 2)  # in a file, a line for each epoch
        if not backend.first():
            return
    except KeyboardInterrupt:
        if not backend.first():
            raise
        if (out / "model.keras").exists():
            print(f"\nThe model as it is now: {out / 'model.keras'}")
        if (out / "config.json").exists():
            whole = any((out / "checkpoints").glob("epoch_*.keras"))
            print(
                ("Go on from the last whole epoch" if whole else "No epoch was whole; start again")
                + f": kerasgan train --resume {_named(out)}"
            )
        raise
    pictures = "points/"
    if (out / "samples").exists():
        pictures = "index.html (open it in a browser), latest.png, timelapse.gif and samples/"
    print(
        f"\nIn {out}/: {pictures}, losses.png and history.csv, model.keras, config.json, "
        "log.txt.\n"
        f"{_use(kg.runs.read_config(out).cls, _named(out))}"
    )


def _named(out):
    """A run on a command line."""
    own = ":" in kg.runs.read_config(out).variant
    return shlex.quote(str(out)) + (" --trust" if own else "")


def _use(cls, run):
    """How to use a run's model."""
    if hasattr(cls, "anomaly_scores"):
        return f"Find anomalies by it: kerasgan anomalies {run} DIR --out FOLDER"
    if cls.task == "translate":
        return f"Translate by it: kerasgan translate {run} --data PICTURES --out FOLDER"
    return f"Draw from it: kerasgan generate {run}"


def _example(cls):
    """Data and a length for the example of a model's help."""
    if cls.data_kind != "images":
        size = "--data horse2zebra --load-size 286 --crop-size 256"
        return f"{size} --n-epochs 100 --n-epochs-decay 100"
    if hasattr(cls, "anomaly_scores"):
        return "--gan runs/wgangp --data normal --image-size 64 --batch-size 64 --epochs 100"
    if cls.task == "translate":
        return "--data photos --image-size 96 --epochs 10"
    return "--data fashion_mnist_10k --epochs 10"
