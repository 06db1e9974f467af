"""The settings of a run that a command line gives."""

import argparse
import shlex
from typing import Any

from kerasgan.backend.precision import fastest_policy
from kerasgan.cli.arguments import compile_options, model_options, needs_classes
from kerasgan.cli.data_options import KINDS


def configuration(args: argparse.Namespace) -> dict[str, Any]:
    """What `kerasgan.runs.Configuration` takes.

    Args:
        args: what the parser of `kerasgan train MODEL` made of the line.
    """
    cls, given = args.cls, vars(args)
    settings = {name: given[name] for name in compile_options(cls)}
    if "loss" in given:
        settings |= {"loss": args.loss, "penalty": _penalty(args.penalty)}
    epochs, steps = args.epochs, args.steps
    if epochs is None and steps is None:
        epochs, steps = args.length
    config = {
        "command": shlex.join(["kerasgan", *args.argv]),
        "variant": args.variant if ":" in args.variant else cls.__name__,
        "model": _model(cls, args),
        "compile": {"optimizer": args.optimizer, "learning_rate": args.learning_rate, **settings},
        "data": {"source": args.data, **{name: given[name] for name in KINDS[cls.data_kind]}},
        "epochs": epochs,
        "max_steps": steps,
        "samples_every": args.samples_every,
        "keep": None if args.keep == "all" else args.keep,
        "seed": args.seed,
    }
    for name in (
        "n_epochs_decay",
        "schedule",
        "health",
        "track",
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
    return _with_others(config, args) if args.file else config


def _with_others(config, args):
    """The settings with those of the file that no option is for."""
    for name in ("model", "data", "compile"):
        config[name] = args.file.settings.get(name, {}) | config[name]
    if "penalty" in args.file.settings.get("compile", {}) and not args.penalty:
        config["compile"]["penalty"] = args.file.get("compile", "penalty")
    return config


def _penalty(texts):
    names = texts and [name for text in texts for name in text.split(",")]
    return "none" if names == ["none"] else names


def _model(cls, args):
    """The constructor's arguments; what is not on the line is left to the model to start with."""
    given = vars(args)
    typed = {word.partition("=")[0] for word in args.argv}
    model = {
        name: given[name]
        for name in model_options(cls)
        if not args.initial
        or f"--{name.replace('_', '-')}" in typed
        or (name == "num_classes" and needs_classes(cls))
    }
    if given["dtype"] == "auto":
        return {**model, "dtype": fastest_policy()}
    return {**model, "dtype": given["dtype"]} if given["dtype"] else model
