"""The releases in use."""

import platform
from importlib import import_module

import keras


def versions():
    """The releases that results depend on: "kerasgan", "keras", the backend and "python" to str.

    Example:

    >>> sorted(set(versions()) - {"tensorflow", "jax", "torch"})
    ['keras', 'kerasgan', 'python']
    """
    backend = keras.backend.backend()
    return {
        "kerasgan": import_module("kerasgan").__version__,
        "keras": keras.__version__,
        backend: import_module(backend).__version__,
        "python": platform.python_version(),
    }
