"""The settings of a file as those of options that are not given."""

import difflib
import inspect
from collections.abc import Iterable
from typing import Any

import kerasgan as kg
from kerasgan.cli import names, options
from kerasgan.cli.arguments import compile_options, model_options
from kerasgan.cli.data_options import KINDS
from kerasgan.runs.configuration import EVALUATION, Configuration, renamed
from kerasgan.utils.settings import SettingsFile

FOUND = ("command", "backend", "versions", "class_names", "fingerprint", "steps", "seconds")
SHAPES = ("data_shape", "shape_a", "shape_b")  # which the data decide
OWN = {"dtype", "name", "seed"}  # arguments of every model
ELSEWHERE = {  # options that are called otherwise than their settings
    "data": ("data", "source"),
    "evaluate": ("evaluation", "metrics"),
    "extractor": ("evaluation", "extractor"),
    "evaluate_every": ("evaluation", "every"),
    "evaluate_samples": ("evaluation", "samples"),
}


def read(path: str) -> SettingsFile:
    """A file of a run's settings, of which what a run found out is left out.

    Raises:
        OSError: if there is no such file.
        ValueError: if it holds none, or names no model.
    """
    file = SettingsFile(path)
    renamed(file.settings)
    for name in FOUND:
        file.settings.pop(name, None)
    known = {name.lower(): name for name in names.models()}
    variant = file.settings.get("variant")
    if not isinstance(variant, str):
        raise ValueError(f"{file.place()} must name the model, as `variant: DCGAN`")
    if ":" not in variant:
        _check_name(variant.lower(), known, f"{file.place('variant')}: there is no such model")
        file.settings["variant"] = known[variant.lower()]
    return file


def check(file: SettingsFile, cls: type[Any]) -> None:
    """Refuses what is no setting of a run of this class.

    Raises:
        ValueError: if there is such a thing, with its place.
    """
    fields = set(inspect.signature(Configuration).parameters) - {"others"}
    inside = {
        "data": {*inspect.signature(kg.datasets.LOADERS[cls.data_kind]).parameters, "source"},
        "model": {*options.parameters(cls, "__init__"), *OWN},
        "compile": {*options.parameters(cls, "compile"), "optimizer", "learning_rate"},
        "evaluation": EVALUATION,
    }
    for name, value in file.settings.items():
        _check_name(name, fields, f"{file.place(name)}: there is no such setting")
        if name not in inside or (name == "evaluation" and value is None):
            continue
        if not isinstance(value, dict):
            raise ValueError(f"{file.place(name)}: it holds settings by their names")
        for key in value:
            what = f"{file.place(name, key)}: there is no such setting of a {cls.__name__}"
            _check_name(key, inside[name], what)
    for name in SHAPES:
        file.settings.get("model", {}).pop(name, None)


def set_defaults(parser: Any, file: SettingsFile, cls: type[Any]) -> None:
    """Makes the file's settings the values of the options that are not given.

    Raises:
        ValueError: if one is not what its option takes, with its place.
    """
    found = {}
    for name, keys in _places(cls).items():
        try:
            found[name] = file.get(*keys)
        except KeyError:
            continue
    if "keep" in found and found["keep"] is None:
        found["keep"] = "all"
    for action in parser.options:
        name = action.dest
        if name in found:
            action.required = False
            found[name] = _read(action, found[name], file.place(*_places(cls)[name]))
    length = file.settings.get("epochs"), file.settings.get("max_steps")
    decay = file.settings.get("n_epochs_decay", 0)
    if all(isinstance(number, int) for number in (length[0], decay)):
        length = length[0] - decay, length[1]
    parser.set_defaults(**found)
    if length != (None, None):
        parser.set_defaults(length=length)


def _places(cls):
    """Where in the settings each option is, but for those that one option replaces by another."""
    inside = {
        "data": KINDS[cls.data_kind],
        "model": [*model_options(cls), "dtype"],
        "compile": [*compile_options(cls), "loss", "optimizer", "learning_rate"],
    }
    fields = set(inspect.signature(Configuration).parameters)
    alone = fields - {*inside, *FOUND, "variant", "epochs", "max_steps", "evaluation", "others"}
    return {
        **{name: (name,) for name in alone},
        **{name: (group, name) for group, found in inside.items() for name in found},
        **ELSEWHERE,
    }


def _read(action, value, place):
    """A value as the option would read it on the command line, if it is text."""
    try:
        if isinstance(value, str) and action.type:
            value = action.type(value)
    except (TypeError, ValueError) as error:
        wanted = action.type.__name__
        raise ValueError(f"{place}: it is no {wanted}. Received: {value!r}") from error
    if action.choices is not None and value is not None and value not in action.choices:
        choices = ", ".join(map(str, action.choices))
        raise ValueError(f"{place}: it is one of {choices}. Received: {value!r}")
    return value


def _check_name(name: str, known: Iterable[str], problem: str) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        raise ValueError(problem + (f"; is {near[0]} meant?" if near else ""))
