"""`kerasgan train`: any model of the zoo on any images, from the command line."""

import argparse
import inspect
import shlex
from pathlib import Path

import kerasgan as kg
from kerasgan import runs
from kerasgan.cli import options
from kerasgan.cli.arguments import (
    add_model_options,
    add_training_options,
    compile_options,
    model_options,
)
from kerasgan.cli.data import add_data_options, data_options
from kerasgan.models.image_to_image import ImageToImage
from kerasgan.models.pretrained import Pretrained
from kerasgan.runs.building import SAME
from kerasgan.runs.data import SIDES
from kerasgan.runs.fitting import CHECKPOINTS


def variants():
    """The models that `train` knows: dict of lower-case name to class."""
    classes = [getattr(kg.models, name) for name in kg.models.__all__]
    found = [cls for cls in classes if issubclass(cls, Pretrained)]
    found.remove(kg.models.NoiseToData)
    return {cls.__name__.lower(): cls for cls in sorted(found, key=lambda c: c.__name__.lower())}


def first_sentence(cls):
    """The first sentence of a class's docstring, on one line."""
    return " ".join(inspect.cleandoc(cls.__doc__).split("\n\n")[0].split())


def add_command(commands):
    """Adds `train` to the subparsers `commands`."""
    command = commands.add_parser(
        "train",
        help="Train a model on your images.",
        description="Train a model on your images. The options of one model: "
        "kerasgan train dcgan --help",
        epilog="example: kerasgan train dcgan --data photos/ --image-size 64 --out runs/photos",
    )
    command.add_argument(
        "--resume",
        metavar="RUN",
        help="go on with the run in this folder that was interrupted or killed",
    )
    command.add_argument(
        "--epochs",
        type=options.whole,
        dest="in_all",
        metavar="N",
        help="with --resume: train until there are so many epochs in all, even if it was complete",
    )
    command.set_defaults(run=lambda args: _resume(args, command))
    models = command.add_subparsers(metavar="MODEL", dest="variant")
    for name, cls in variants().items():
        _add_variant(models, name, cls)


def _add_variant(models, name, cls):
    command = models.add_parser(
        name,
        help=first_sentence(cls).replace("%", "%%"),
        description=inspect.cleandoc(cls.__doc__).split("\nArgs:")[0].replace("%", "%%"),
        epilog=f"example: kerasgan train {name} {_example(cls)} --out runs/{name}\n"
        f"{_use(issubclass(cls, ImageToImage), f'runs/{name}')}\n"
        f"The backend is an environment variable: KERAS_BACKEND=jax kerasgan train {name} ...",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_data_options(command.add_argument_group("data"), cls)
    add_model_options(command.add_argument_group("model"), cls)
    add_training_options(command.add_argument_group("training"), cls)
    command.set_defaults(run=_train)


def _train(args):
    if args.resume or args.in_all is not None:
        raise ValueError(
            "A run goes on with its own settings, so name nothing else: kerasgan train "
            f"--resume {shlex.quote(args.resume or 'RUN')}. Received: model={args.variant!r}"
        )
    cls = variants()[args.variant]
    given = vars(args)
    for name, least in (("epochs", 1), ("steps", 1), ("n_epochs_decay", 0)):
        if given.get(name) is not None and given[name] < least:
            raise ValueError(
                f"--{name.replace('_', '-')} must be at least {least}. "
                f"Received: {name}={given[name]}"
            )
    found = {name: given[name] for name in compile_options(cls)}
    if "loss" in given:
        found |= {"loss": args.loss, "penalty": _penalty(args.penalty)}
    config = {
        "command": shlex.join(["kerasgan", *args.argv]),
        "variant": cls.__name__,
        "model": _model(cls, given),
        "compile": {"optimizer": args.optimizer, "learning_rate": args.learning_rate, **found},
        "data": {"source": args.data, **{name: given[name] for name in data_options(cls)}},
        "epochs": None if args.steps else 20 if args.epochs is None else args.epochs,
        "max_steps": args.steps,
        "samples_every": args.samples_every,
        "seed": args.seed,
    }
    for name in ("n_epochs_decay", "schedule", "health", "log_dir", "generator_from"):
        if given.get(name):
            config[name] = given[name]
    if args.evaluate:
        config["evaluation"] = {
            "metrics": args.evaluate,
            "extractor": args.extractor,
            "every": args.evaluate_every,
            "samples": args.evaluate_samples,
        }
    if config["epochs"] is not None:
        config["epochs"] += config.get("n_epochs_decay", 0)
    out = Path(args.out or f"runs/{args.variant}")
    _finish(out, lambda: runs.start(config, out, overwrite=args.overwrite))


def _penalty(texts):
    names = texts and [name for text in texts for name in text.split(",")]
    return "none" if names == ["none"] else names


def _model(cls, given):
    """The constructor's arguments; what another run's generator decides is left to it."""
    model = {name: given[name] for name in model_options(cls)}
    if given.get("generator_from"):
        found = model_options(cls)
        for name in SAME:
            if model[name] == found[name][0].default:
                del model[name]
    return {**model, "dtype": given["dtype"]} if given["dtype"] else model


def _resume(args, command):
    if args.resume is None:
        command.error("name a model, or --resume RUN")
    out = Path(args.resume)
    _finish(out, lambda: runs.resume(out, epochs=args.in_all))


def _finish(out, run):
    try:
        run()
    except KeyboardInterrupt:
        if (out / "model.keras").exists():
            print(f"\nThe model as it is now: {out / 'model.keras'}")
        if (out / "config.json").exists():
            whole = any((out / CHECKPOINTS).glob("epoch_*.keras"))
            print(
                ("Go on from the last whole epoch" if whole else "No epoch was whole; start again")
                + f": kerasgan train --resume {shlex.quote(str(out))}"
            )
        raise
    pictures = "points/"
    if (out / "samples").exists():
        pictures = "index.html (open it in a browser), latest.png, timelapse.gif and samples/"
    translates = issubclass(getattr(kg.models, runs.read_config(out)["variant"]), ImageToImage)
    print(
        f"\nIn {out}/: {pictures}, losses.png and history.csv, model.keras, config.json, "
        "log.txt.\n"
        f"{_use(translates, shlex.quote(str(out)))}"
    )


def _use(translates, run):
    """How to use a run's model."""
    if translates:
        return f"Translate by it: kerasgan translate --model {run} --data PICTURES --out FOLDER"
    return f"Draw from it: kerasgan generate {run}"


def _example(cls):
    """Data and a length for the example of a model's help."""
    if cls.__name__ in SIDES:
        size = "--data horse2zebra --load-size 286 --crop-size 256"
        return f"{size} --n-epochs 100 --n-epochs-decay 100"
    if issubclass(cls, ImageToImage):
        return "--data photos --image-size 96 --epochs 10"
    return "--data fashion_mnist_10k --epochs 10"
