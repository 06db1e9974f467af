"""Train a model on your images.

The options of one model: kerasgan train dcgan --help
A class of your own, derived from one of these: kerasgan train package.module:Class ...
"""

import argparse
import inspect
import shlex
from functools import partial
from typing import Any

import kerasgan as kg
from kerasgan.cli import names
from kerasgan.cli.options import devices
from kerasgan.utils.classes import NAMED, own_class
from kerasgan.utils.files import expanded


def add_arguments(parser: Any) -> None:
    parser.epilog = "example: kerasgan train dcgan --data photos/ --image-size 64 --out runs/photos"
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
    models = parser.add_subparsers(metavar="MODEL", dest="variant")
    for name, sentence in names.models().items():
        help = sentence.replace("%", "%%")
        models.add_parser(name.lower(), help=help, fill=partial(_add_model, name=name))
    for name in parser.given[:1]:
        if NAMED.fullmatch(name):
            models.add_parser(name, fill=partial(_add_model, name=name))
    parser.set_defaults(parser=parser)


def _add_model(parser, name):
    from kerasgan.cli.arguments import add_model_options, add_training_options
    from kerasgan.cli.data_options import add_data_options

    own = ":" in name
    cls, command = own_class(name) if own else getattr(kg, name), name if own else name.lower()
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
    parser.set_defaults(cls=cls)


def run(args: argparse.Namespace) -> None:
    if args.variant is None and args.resume is None:
        args.parser.error("name a model, or --resume RUN")
    again = {
        "source": args.moved,
        "accept_changed_data": args.accept_changed_data,
        "distribute": args.among,
    }
    if args.variant is None:
        out = expanded(args.resume)
        _finish(out, partial(kg.runs.resume, out, epochs=args.in_all, **again))
    elif any(given not in (None, False) for given in (args.resume, args.in_all, *again.values())):
        raise ValueError(
            "A run goes on with its own settings, so name nothing else: kerasgan train "
            f"--resume {shlex.quote(args.resume or 'RUN')}. Received: model={args.variant!r}"
        )
    else:
        out = expanded(args.out or f"runs/{args.cls.__name__.lower()}")
        config = _configuration(args)
        _finish(out, partial(kg.runs.start, config, out, overwrite=args.overwrite))


def _configuration(args):
    from kerasgan.cli.arguments import compile_options
    from kerasgan.cli.data_options import KINDS

    cls, given = args.cls, vars(args)
    settings = {name: given[name] for name in compile_options(cls)}
    if "loss" in given:
        settings |= {"loss": args.loss, "penalty": _penalty(args.penalty)}
    config = {
        "command": shlex.join(["kerasgan", *args.argv]),
        "variant": args.variant if ":" in args.variant else cls.__name__,
        "model": _model(cls, given),
        "compile": {"optimizer": args.optimizer, "learning_rate": args.learning_rate, **settings},
        "data": {"source": args.data, **{name: given[name] for name in KINDS[cls.data_kind]}},
        "epochs": None if args.steps else 20 if args.epochs is None else args.epochs,
        "max_steps": args.steps,
        "samples_every": args.samples_every,
        "keep": args.keep,
        "seed": args.seed,
    }
    for name in (
        "n_epochs_decay",
        "schedule",
        "health",
        "log_dir",
        "generator_from",
        "initial",
        "distribute",
        "profile",
    ):
        if given.get(name):
            config[name] = given[name]
    if args.evaluate or args.keep_best:
        first = [args.keep_best] if args.keep_best else []
        config["evaluation"] = {
            "metrics": [*dict.fromkeys([*first, *(args.evaluate or ())])],
            "extractor": args.extractor,
            "every": args.evaluate_every,
            "samples": args.evaluate_samples,
        }
    if config["epochs"] is not None:
        config["epochs"] += config.get("n_epochs_decay", 0)
    return config


def _penalty(texts):
    names = texts and [name for text in texts for name in text.split(",")]
    return "none" if names == ["none"] else names


def _model(cls, given):
    """The constructor's arguments; what another run's generator decides is left to it."""
    from kerasgan.cli.arguments import model_options
    from kerasgan.runs.building import SAME

    found = model_options(cls)
    taken = SAME if given.get("generator_from") else ()
    model = {
        name: given[name]
        for name in found
        if name not in taken or given[name] != found[name][0].default
    }
    return {**model, "dtype": given["dtype"]} if given["dtype"] else model


def _finish(out, train):
    from kerasgan import backend

    try:
        train()
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
                + f": kerasgan train --resume {shlex.quote(str(out))}"
            )
        raise
    pictures = "points/"
    if (out / "samples").exists():
        pictures = "index.html (open it in a browser), latest.png, timelapse.gif and samples/"
    print(
        f"\nIn {out}/: {pictures}, losses.png and history.csv, model.keras, config.json, "
        "log.txt.\n"
        f"{_use(kg.runs.read_config(out).cls, shlex.quote(str(out)))}"
    )


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
