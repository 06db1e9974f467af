"""The release of kerasgan, and those of what it runs on."""

import platform
from importlib import import_module

from kerasgan import __version__


def versions() -> dict[str, str]:
    """The releases that results depend on: "kerasgan", "keras", the backend and "python" to str.

    Example:

    >>> sorted(set(versions()) - {"tensorflow", "jax", "torch"})
    ['keras', 'kerasgan', 'python']
    """
    import keras

    backend = keras.backend.backend()  # noqa: TID251  a leaf, which only names it
    return {
        "kerasgan": __version__,
        "keras": keras.__version__,
        backend: import_module(backend).__version__,
        "python": platform.python_version(),
    }
