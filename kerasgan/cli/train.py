"""`kerasgan train`: any model of the zoo on any images, from the command line."""

import argparse
import inspect
import shlex
from pathlib import Path

import kerasgan as kg
from kerasgan import runs
from kerasgan.cli import options

NOT_OPTIONS = {"data_shape", "generator", "discriminator", "condition_dim", "seed"}


def variants():
    """The models that `train` knows: dict of lower-case name to class."""
    classes = [getattr(kg.models, name) for name in kg.models.__all__]
    base = kg.models.NoiseToData
    found = [c for c in classes if inspect.isclass(c) and issubclass(c, base) and c is not base]
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
        "--resume", metavar="RUN", help="go on with the run in this folder that was interrupted"
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
        epilog=f"example: kerasgan train {name} --data fashion_mnist_10k --epochs 10 "
        f"--out runs/{name}\nDraw from the result: kerasgan generate runs/{name}\n"
        f"The backend is an environment variable: KERAS_BACKEND=jax kerasgan train {name} ...",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    constructor = options.parameters(cls, "__init__")
    _add_data_options(command.add_argument_group("data"), constructor)
    group = command.add_argument_group("model")
    for option, (parameter, text) in constructor.items():
        if option == "latent_dim":
            parameter = parameter.replace(default=100)
        if option == "num_classes":
            default = "auto" if classes_needed(constructor) else None
            group.add_argument(
                "--num-classes",
                type=options.classes,
                metavar="N",
                default=default,
                help="The number of classes; auto takes it from the labels of the data; none "
                f"trains without labels, where the model can (default: {default or 'none'})",
            )
        elif option not in NOT_OPTIONS:
            options.add_option(group, option, parameter, text)
    group.add_argument(
        "--dtype",
        metavar="POLICY",
        help="float32, mixed_float16 or mixed_bfloat16 (default: float32)",
    )
    _add_training_options(command.add_argument_group("training"), cls)
    command.set_defaults(run=_train)


def classes_needed(constructor):
    """Whether a model cannot do without labels, from the parameters of its constructor."""
    if "num_classes" not in constructor:
        return False
    parameter = constructor["num_classes"][0]
    return parameter.default is parameter.empty or "condition_dim" in constructor


def _add_data_options(group, constructor):
    group.add_argument(
        "--data",
        required=True,
        metavar="SOURCE",
        help=f"{', '.join(kg.datasets.SPLITS)}, tfds:NAME of TensorFlow Datasets, a folder of "
        "image files, or an .npz file of images (and labels)",
    )
    if "num_classes" in constructor:
        group.description = (
            "Labels: those of the data set, or of the .npz file; in a folder of "
            "images, each subfolder is a class."
        )
    group.add_argument(
        "--image-size",
        type=options.size,
        metavar="N",
        help="resize and crop images to N x N pixels, or H,W (default: as they are)",
    )
    group.add_argument(
        "--channels", type=int, choices=(1, 3), help="1: grey, 3: RGB (default: as they are)"
    )
    each = constructor["critic_steps"][0].default
    group.add_argument(
        "--batch-size",
        type=int,
        default=64,
        metavar="N",
        help="images for one step of the discriminator; with --critic-steps K, K times as many "
        f"are loaded at once{f', here {each}' if each > 1 else ''} (default: 64)",
    )
    group.add_argument(
        "--split", default="train", help='"train", "test"; for tfds, any (default: train)'
    )
    group.add_argument(
        "--data-dir",
        metavar="FOLDER",
        help="where the named data set lies (default: the variable KERASGAN_DATA, else download)",
    )


def _add_training_options(group, cls):
    group.add_argument("--out", metavar="RUN", help="folder for the run (default: runs/MODEL)")
    group.add_argument(
        "--overwrite", action="store_true", help="delete the run that the folder holds already"
    )
    length = group.add_mutually_exclusive_group()
    length.add_argument(
        "--epochs",
        type=int,
        metavar="N",
        help="how often to go through the data (default: 20)",
    )
    length.add_argument("--steps", type=int, metavar="N", help="how many steps to make instead")
    group.add_argument(
        "--samples-every",
        type=int,
        default=1,
        metavar="N",
        help="epochs from one sample picture to the next (default: 1)",
    )
    group.add_argument(
        "--seed", type=int, default=0, metavar="N", help="repeats a run exactly (default: 0)"
    )
    group.add_argument(
        "--loss",
        metavar="NAME",
        help=f"{', '.join(kg.losses.names())} (default: {cls.default_loss})",
    )
    own = cls.default_penalty if isinstance(cls.default_penalty, str) else "the paper's"
    group.add_argument(
        "--penalty",
        action="append",
        metavar="NAME",
        help=f"none, {', '.join(kg.losses.penalty_names())}, on the discriminator; several with "
        f"commas, or by several --penalty (default: {own})",
    )
    group.add_argument(
        "--optimizer",
        type=options.optimizer,
        metavar="NAME",
        help="Keras's name of one for both players, such as adam, or JSON: "
        '\'{"generator": {"class_name": "Adam", "config": {"learning_rate": 1e-4}}}\'; players '
        "left out keep the paper's (default: the paper's)",
    )
    group.add_argument(
        "--learning-rate",
        type=float,
        metavar="X",
        help="of both players; the optimizer stays as it is otherwise (default: the paper's)",
    )
    for name in compile_names(cls):
        parameter, text = options.parameters(cls, "compile")[name]
        options.add_option(group, name, parameter, text)


def compile_names(cls):
    """The arguments of `compile` that have no option of their own kind."""
    return [
        name
        for name in options.parameters(cls, "compile")
        if name not in ("loss", "optimizer", "penalty")
    ]


def _train(args):
    if args.resume:
        raise ValueError(
            "A run goes on with its own settings, so name nothing else: kerasgan train "
            f"--resume {shlex.quote(args.resume)}. Received: model={args.variant!r}"
        )
    cls = variants()[args.variant]
    constructor = options.parameters(cls, "__init__")
    given = vars(args)
    model = {name: given[name] for name in constructor if name not in NOT_OPTIONS}
    if args.dtype:
        model["dtype"] = args.dtype
    penalty = args.penalty and [name for text in args.penalty for name in text.split(",")]
    if penalty == ["none"]:
        penalty = "none"
    names = ("image_size", "channels", "batch_size", "split", "data_dir")
    config = {
        "command": shlex.join(["kerasgan", *args.argv]),
        "variant": cls.__name__,
        "model": model,
        "compile": {
            "loss": args.loss,
            "penalty": penalty,
            "optimizer": args.optimizer,
            "learning_rate": args.learning_rate,
            **{name: given[name] for name in compile_names(cls)},
        },
        "data": {"source": args.data, **{name: given[name] for name in names}},
        "epochs": None if args.steps else 20 if args.epochs is None else args.epochs,
        "max_steps": args.steps,
        "samples_every": args.samples_every,
        "seed": args.seed,
    }
    for name in ("epochs", "steps"):
        if given[name] is not None and given[name] < 1:
            raise ValueError(f"--{name} must be at least 1. Received: {name}={given[name]}")
    out = Path(args.out or f"runs/{args.variant}")
    _finish(out, lambda: runs.start(config, out, overwrite=args.overwrite))


def _resume(args, command):
    if args.resume is None:
        command.error("name a model, or --resume RUN")
    out = Path(args.resume)
    _finish(out, lambda: runs.resume(out))


def _finish(out, run):
    try:
        run()
    except KeyboardInterrupt:
        if (out / "model.keras").exists():
            print(f"\nThe model as it is now: {out / 'model.keras'}")
        if (out / "config.json").exists():
            whole = (out / "backup").exists()
            print(
                ("Go on from the last whole epoch" if whole else "No epoch was whole; start again")
                + f": kerasgan train --resume {shlex.quote(str(out))}"
            )
        raise
    pictures = "latest.png, timelapse.gif and samples/" if (out / "samples").exists() else "points/"
    print(
        f"\nIn {out}/: {pictures}, losses.png and history.csv, model.keras, config.json.\n"
        f"Draw from it: kerasgan generate {shlex.quote(str(out))}"
    )
