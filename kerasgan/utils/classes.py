"""Classes of the user's own, by the names of their modules."""

import contextlib
import importlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

NAMED = re.compile(r"[\w.]+:\w+")


class Untrusted(ValueError):
    """A class would have to be imported that only a file names."""


def own_class(name: str, safe_mode: bool = True) -> Any:
    """The class that "package.module:Class" names.

    Keras is told of it, so that files of its models open.

    Args:
        name: str.
        safe_mode: bool. False imports the module, from the current directory if no other has it;
            true takes it if it is imported already.

    Returns:
        A class with `from_preset`, as all models of kerasgan are.

    Raises:
        ValueError: if there is no such module or class, or it is no model of kerasgan.
        Untrusted: if it would have to be imported in safe mode; a ValueError.
    """
    import keras

    path, _, attribute = name.partition(":")
    if safe_mode and path not in sys.modules:
        raise Untrusted(
            f"Importing {path} runs its code: if you trust it, import it first, pass "
            f"safe_mode=False, or on the command line --trust. Received: model={name!r}"
        )
    if os.getcwd() not in sys.path and not safe_mode:
        sys.path.append(os.getcwd())
    try:
        found = getattr(importlib.import_module(path), attribute)
    except Exception as error:  # whatever a module of someone's raises
        raise ValueError(
            f"{path} cannot be imported, or has no {attribute}: {error}. Received: model={name!r}"
        ) from error
    if not isinstance(found, type) or not hasattr(found, "from_preset"):
        raise ValueError(
            f"{attribute} is no class of models: derive it from one of kerasgan's, such as "
            f"kerasgan.GAN. Received: model={name!r}"
        )
    if keras.saving.get_registered_object(keras.saving.get_registered_name(found)) is not found:
        keras.saving.register_keras_serializable(path)(found)
    return found


def class_of_run(path: Path, safe_mode: bool = True) -> None:
    """Sees to it that files of a run open whose class is the user's own; see `own_class`.

    Args:
        path: the run's folder, or a file in it; of what is no run, nothing is done.
        safe_mode: bool, see `own_class`.

    Raises:
        ValueError: as `own_class`.
    """
    for folder in (path, *path.parents[:2]):
        settings = None
        with contextlib.suppress(OSError, ValueError, RecursionError):
            settings = json.loads((folder / "config.json").read_text())
        variant = settings.get("variant") if isinstance(settings, dict) else None
        if isinstance(variant, str) and NAMED.fullmatch(variant):
            own_class(variant, safe_mode)
