"""Classes of the user's own, by the names of their modules."""

import importlib
import os
import re
import sys
from typing import Any

NAMED = re.compile(r"[\w.]+:\w+")


def own_class(name: str) -> Any:
    """The class that "package.module:Class" names; the current directory is searched last.

    Keras is told of it, so that files of its models open.

    Args:
        name: str.

    Returns:
        A class with `from_preset`, as all models of kerasgan are.

    Raises:
        ValueError: if there is no such module or class, or it is no model of kerasgan.
    """
    import keras

    path, _, attribute = name.partition(":")
    if os.getcwd() not in sys.path:
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
