"""The options of `kerasgan train MODEL` for the model and its training."""

import inspect
import re
from typing import Any

import kerasgan as kg
from kerasgan.callbacks.trackers import TRACKERS
from kerasgan.cli import options
from kerasgan.cli.options import add
from kerasgan.runs.building import SCHEDULES

NOT_OPTIONS = {"data_shape", "shape_a", "shape_b", "condition_dim", "seed"}
NETWORKS = ("generator", "discriminator", "encoder", "features")


def model_options(cls: type[Any]) -> dict[str, tuple[inspect.Parameter, str]]:
    """The constructor's parameters that are options: no shapes, and networks if there are others to
    name than what they are by default."""
    return {
        name: (parameter, text)
        for name, (parameter, text) in options.parameters(cls, "__init__").items()
        if name not in NOT_OPTIONS
        and (name not in NETWORKS or set(_named(text)) - {parameter.default})
    }


def _named(text):
    """The names of networks in a text of arguments."""
    return re.findall(r'"(\w+)"', text)


def compile_options(cls: type[Any]) -> dict[str, tuple[inspect.Parameter, str]]:
    """The arguments of `compile` that have no option of their own kind, likewise."""
    own = ("loss", "optimizer", "penalty")
    found = options.parameters(cls, "compile")
    return {name: pair for name, pair in found.items() if name not in own}


def needs_classes(cls: type[Any]) -> bool:
    """Whether a model cannot do without labels."""
    constructor = options.parameters(cls, "__init__")
    if "num_classes" not in constructor:
        return False
    parameter = constructor["num_classes"][0]
    return parameter.default is parameter.empty or "condition_dim" in constructor


def add_model_options(group: Any, cls: type[Any]) -> None:
    """Adds what the constructor takes."""
    for name, (parameter, text) in model_options(cls).items():
        if name == "latent_dim":
            parameter = parameter.replace(default=100)
        if name in NETWORKS:
            about = "whose maps are compared, too" if name == "features" else "by name"
            shown = parameter.default or "none"
            add(group, f"--{name}", about, parameter.default, shown, choices=_named(text))
        elif name == "gan":
            help = f"the GAN that was trained on such images: {options.MODEL}"
            group.add_argument("--gan", required=True, metavar="MODEL", help=help)
        elif name == "num_classes":
            help = (
                "The number of classes; auto takes it from the labels of the data; none trains "
                "without labels, where the model can"
            )
            default = "auto" if needs_classes(cls) else None
            shown = default or "none"
            add(group, "--num-classes", help, default, shown, type=options.classes, metavar="N")
        else:
            options.add_parameter(group, name, parameter, text)
    help = "float32, mixed_float16, mixed_bfloat16, or auto: the faster here of the first and last"
    add(group, "--dtype", help, shown="float32", metavar="POLICY")
    help = (
        "start with the networks of this preset, run or .keras file, as far as they fit; model "
        "options that are not given are as there"
    )
    add(group, "--from", help, shown="from nothing", dest="initial", metavar="MODEL")
    options.add_trust(group)


def add_training_options(group: Any, cls: type[Any]) -> None:
    """Adds what the run and `compile` take."""
    add(group, "--out", "folder for the run", shown="runs/MODEL", metavar="RUN")
    help = "print the settings, for --config FILE, and train nothing"
    group.add_argument("--print-config", action="store_true", help=help)
    help = "delete the run that the folder holds already"
    group.add_argument("--overwrite", action="store_true", help=help)
    translates = cls.task == "translate"
    length = group.add_mutually_exclusive_group()
    flags = ("--epochs", "--n-epochs") if translates else ("--epochs",)
    help = "how often to go through the data (default: 20)"
    length.add_argument(*flags, type=int, metavar="N", help=help)
    length.add_argument("--steps", type=int, metavar="N", help="how many steps to make instead")
    if translates:
        help = "epochs after these, in which the learning rate falls to zero"
        add(group, "--n-epochs-decay", help, 0, metavar="N")
    help = (
        "the learning rate falls along half a cosine to zero, or after half of the steps to a tenth"
    )
    shown = "it is constant, or the paper's"
    add(group, "--schedule", help, shown=shown, choices=SCHEDULES)
    help = "epochs from one sample picture to the next"
    add(group, "--samples-every", help, 1, metavar="N")
    help = (
        "how many epochs stay in checkpoints/, the newest ones, or all; earlier ones than the last "
        "two as models to use, not to go on from: kerasgan generate RUN --epoch N"
    )
    add(group, "--keep", help, 2, type=options.keep, metavar="N")
    help = (
        "how many devices share each step, or auto for all that there are; processes that torchrun "
        "started share it anyway"
    )
    add(group, "--distribute", help, shown="one", type=options.devices, metavar="N")
    help = "trace so many steps by the backend's own profiler, into the folder profile of the run"
    add(group, "--profile", help, shown="none", type=int, metavar="N")
    help = (
        f"send losses, scores and pictures to one or more of {', '.join(TRACKERS)}, with commas "
        "between; of these the first writes into the folder tensorboard of the run"
    )
    add(group, "--track", help, shown="none", type=options.words, metavar="NAMES")
    help = "look after each epoch for mode collapse, memorised images and the like, and say so"
    group.add_argument("--health", action="store_true", help=help)
    help = (
        f"score the model while it trains, by one or more of {', '.join(kg.metrics.METRICS)}, with "
        "commas between, and keep the best by the first of them in best.keras"
    )
    add(group, "--evaluate", help, shown="none", type=options.words, metavar="NAMES")
    help = (
        "the score that decides which epoch is the best, if it is not the first of --evaluate: it "
        "is scored, too"
    )
    add(group, "--keep-best", help, shown="the first of --evaluate", metavar="NAME")
    add(group, "--evaluate-every", "epochs from one scoring to the next", 1, metavar="N")
    help = (
        "how many images are scored, against as many of the test split, or of the training data "
        "where there is none"
    )
    add(group, "--evaluate-samples", help, 1000, metavar="N")
    help = f"what scores see images by: {', '.join(kg.metrics.extractors.NAMES)}"
    add(group, "--extractor", help, "efficientnet_lite0", metavar="NAME")
    add(group, "--seed", "repeats a run exactly", 0, metavar="N")
    if "loss" in options.parameters(cls, "compile"):
        help = f"{', '.join(kg.losses.names())}, with arguments behind it, as {kg.losses.LIKE}"
        add(group, "--loss", help, shown=cls.default_loss, metavar="NAME")
        help = (
            f"none, {', '.join(kg.losses.penalty_names())}, on the discriminator, with its weight "
            "or limit if it is not to be the paper's, as r1=0.5; several with commas, or by "
            "several --penalty"
        )
        shown = cls.default_penalty if isinstance(cls.default_penalty, str) else "the paper's"
        add(group, "--penalty", help, shown=shown, action="append", metavar="NAME")
    player = min(cls.log_names.values(), key=lambda name: not name.startswith("generator"))
    help = (
        "Keras's name of one for all players, such as adam, or JSON: "
        f'\'{{"{player}": {{"class_name": "Adam", "config": {{"learning_rate": 1e-4}}}}}}\'; '
        "players left out keep the paper's"
    )
    add(group, "--optimizer", help, shown="the paper's", type=options.optimizer, metavar="NAME")
    help = (
        f"of all players, or by their names: {player}=1e-4,...; the optimizer stays as it is "
        "otherwise"
    )
    add(group, "--learning-rate", help, shown="the paper's", type=options.rates, metavar="X")
    for name, (parameter, text) in compile_options(cls).items():
        options.add_parameter(group, name, parameter, text)
