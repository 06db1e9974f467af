"""The rows, from all files of this folder."""

import importlib
import pkgutil


def every():
    """All rows, a list of `benchmarks.scorecard.row.Row`, file after file by their names.

    Raises:
        ValueError: if two have the same name.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    found = [row for module in modules for row in module.ROWS]
    known = [row.name for row in found]
    if len(set(known)) < len(known):
        twice = sorted({name for name in known if known.count(name) > 1})
        raise ValueError(f"Rows must have different names. Received: {twice} twice")
    return found
