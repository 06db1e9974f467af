"""What there is, read from the sources: lists and help need no Keras."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


@functools.cache
def models() -> dict[str, str]:
    """The models that can be trained.

    Returns:
        Dict of the class's name to the first sentence of its docstring.

    Example:

    >>> list(models())[:3]
    ['ACGAN', 'ConditionalGAN', 'CycleGAN']
    """
    stub = _parsed(ROOT / "__init__.pyi").body
    offered = [
        x.name for node in stub for x in getattr(node, "names", ()) if node.module == "models"
    ]
    found = {
        node.name: _first(node)
        for tree in _modules("models")
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    return {name: found[name] for name in sorted(offered, key=str.lower)}


def command(name: str) -> str:
    """The first sentence of a command's description."""
    return _first(_parsed(ROOT / "cli" / f"{name}.py"))


def table(folder: str, variable: str) -> list[str]:
    """The keys of a dict, or the items of a tuple, that a module of the package defines.

    Args:
        folder: str, where the module is.
        variable: str, its name.

    Returns:
        A list of str.

    Example:

    >>> table("datasets", "SPLITS")
    ['fashion_mnist_10k', 'fashion_mnist', 'mnist']
    """
    for tree in _modules(folder):
        for node in tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(x, ast.Name) and x.id == variable for x in targets):
                    items = getattr(node.value, "keys", None) or node.value.elts
                    return [item.value for item in items]
    raise LookupError(f"Nothing in kerasgan/{folder} is called {variable}.")


def _modules(folder: str) -> Iterator[ast.Module]:
    return map(_parsed, sorted((ROOT / folder).glob("*.py")))


@functools.cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _first(node: ast.Module | ast.ClassDef) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())
