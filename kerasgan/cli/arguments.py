"""The options of `kerasgan train MODEL` for the model and its training."""

import re

import kerasgan as kg
from kerasgan.cli import options
from kerasgan.models.image_to_image import ImageToImage
from kerasgan.runs.building import SCHEDULES

NOT_OPTIONS = {"data_shape", "shape_a", "shape_b", "condition_dim", "features", "seed"}
NETWORKS = ("generator", "discriminator")


def model_options(cls):
    """The constructor's parameters that are options: no shapes, and networks if by name.

    Args:
        cls: a class of `kerasgan.models`.

    Returns:
        Dict of name to (`inspect.Parameter`, its text), see `options.parameters`.
    """
    return {
        name: found
        for name, found in options.parameters(cls, "__init__").items()
        if name not in NOT_OPTIONS and (name not in NETWORKS or isinstance(found[0].default, str))
    }


def compile_options(cls):
    """The arguments of `compile` that have no option of their own kind, likewise."""
    own = ("loss", "optimizer", "penalty")
    found = options.parameters(cls, "compile")
    return {name: pair for name, pair in found.items() if name not in own}


def classes_needed(constructor):
    """Whether a model cannot do without labels, from the parameters of its constructor."""
    if "num_classes" not in constructor:
        return False
    parameter = constructor["num_classes"][0]
    return parameter.default is parameter.empty or "condition_dim" in constructor


def add_model_options(group, cls):
    """Adds what the constructor takes."""
    constructor = options.parameters(cls, "__init__")
    for name, (parameter, text) in model_options(cls).items():
        if name == "latent_dim":
            parameter = parameter.replace(default=100)
        if name in NETWORKS:
            names = re.findall(r'"(\w+)"', text)
            default = parameter.default
            group.add_argument(
                f"--{name}", choices=names, default=default, help=f"(default: {default})"
            )
        elif name == "num_classes":
            default = "auto" if classes_needed(constructor) else None
            group.add_argument(
                "--num-classes",
                type=options.classes,
                metavar="N",
                default=default,
                help="The number of classes; auto takes it from the labels of the data; none "
                f"trains without labels, where the model can (default: {default or 'none'})",
            )
        else:
            options.add_option(group, name, parameter, text)
    group.add_argument(
        "--dtype",
        metavar="POLICY",
        help="float32, mixed_float16 or mixed_bfloat16 (default: float32)",
    )
    if cls is kg.SRGAN:
        group.add_argument(
            "--generator-from",
            metavar="RUN",
            help="start from the generator of this run of srresnet, of its scale, filters and "
            "blocks (default: from nothing)",
        )


def add_training_options(group, cls):
    """Adds what the run and `compile` take."""
    group.add_argument("--out", metavar="RUN", help="folder for the run (default: runs/MODEL)")
    group.add_argument(
        "--overwrite", action="store_true", help="delete the run that the folder holds already"
    )
    translates = issubclass(cls, ImageToImage)
    length = group.add_mutually_exclusive_group()
    length.add_argument(
        *(("--epochs", "--n-epochs") if translates else ("--epochs",)),
        type=int,
        metavar="N",
        help="how often to go through the data (default: 20)",
    )
    length.add_argument("--steps", type=int, metavar="N", help="how many steps to make instead")
    if translates:
        group.add_argument(
            "--n-epochs-decay",
            type=int,
            default=0,
            metavar="N",
            help="epochs after these, in which the learning rate falls to zero (default: 0)",
        )
        group.add_argument(
            "--log-dir", metavar="FOLDER", help="where TensorBoard finds the pictures too"
        )
    group.add_argument(
        "--schedule",
        choices=SCHEDULES,
        help="the learning rate falls along half a cosine to zero, or after half of the steps to a "
        "tenth (default: it is constant, or the paper's)",
    )
    group.add_argument(
        "--samples-every",
        type=int,
        default=1,
        metavar="N",
        help="epochs from one sample picture to the next (default: 1)",
    )
    group.add_argument(
        "--health",
        action="store_true",
        help="look after each epoch for mode collapse, memorised images and the like, and say so",
    )
    group.add_argument(
        "--evaluate",
        type=options.words,
        metavar="NAMES",
        help="score the model while it trains, by one or more of "
        f"{', '.join(kg.metrics.METRICS)}, with commas between, and keep the best by the first of "
        "them in best.keras (default: none)",
    )
    group.add_argument(
        "--evaluate-every",
        type=int,
        default=1,
        metavar="N",
        help="epochs from one scoring to the next (default: 1)",
    )
    group.add_argument(
        "--evaluate-samples",
        type=int,
        default=1000,
        metavar="N",
        help="how many images are scored, against as many of the test split, or of the training "
        "data where there is none (default: 1000)",
    )
    group.add_argument(
        "--extractor",
        default="efficientnet_lite0",
        metavar="NAME",
        help=f"what scores see images by: {', '.join(kg.metrics.extractors.NAMES)} "
        "(default: efficientnet_lite0)",
    )
    group.add_argument(
        "--seed", type=int, default=0, metavar="N", help="repeats a run exactly (default: 0)"
    )
    if "loss" in options.parameters(cls, "compile"):
        _add_objective(group, cls)
    player = next(p for p in cls.log_names.values() if p.startswith("generator"))
    group.add_argument(
        "--optimizer",
        type=options.optimizer,
        metavar="NAME",
        help="Keras's name of one for all players, such as adam, or JSON: "
        f'\'{{"{player}": {{"class_name": "Adam", "config": {{"learning_rate": 1e-4}}}}}}\'; '
        "players left out keep the paper's (default: the paper's)",
    )
    group.add_argument(
        "--learning-rate",
        type=float,
        metavar="X",
        help="of all players; the optimizer stays as it is otherwise (default: the paper's)",
    )
    for name, (parameter, text) in compile_options(cls).items():
        options.add_option(group, name, parameter, text)


def _add_objective(group, cls):
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
        help=f"none, {', '.join(kg.losses.penalty_names())}, on the discriminator, with its weight "
        "or limit if it is not to be the paper's, as r1=0.5; several with "
        f"commas, or by several --penalty (default: {own})",
    )
