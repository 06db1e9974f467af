"""What there is, read from the sources: lists and help need no Keras."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@functools.cache
def models() -> dict[str, str]:
    """The models that can be trained.

    Returns:
        Dict of the class's name to the first sentence of its docstring.

    Example:

    >>> list(models())[:3]
    ['ACGAN', 'ConditionalGAN', 'CUT']
    """
    sentences, offered = {}, []
    for tree in (_parsed(ROOT / "__init__.pyi"), *_modules("models")):
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                sentences[node.name] = _first(node)
            elif isinstance(node, ast.ImportFrom) and node.level and node.module == "models":
                offered += [alias.name for alias in node.names]
    return {name: sentences[name] for name in sorted(offered, key=str.lower)}


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
                target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
                if ast.unparse(target) == variable:
                    value: Any = node.value
                    items: Any = value.keys if isinstance(value, ast.Dict) else value.elts
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
