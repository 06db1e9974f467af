"""Files of settings, in YAML or in JSON, whose faults are told with their place."""

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kerasgan.utils.types import PathLike

PLAIN = ("str", "int", "float", "bool", "null")  # what JSON has
FLOAT = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+")  # of JSON, text in YAML 1.1


class _Loader(yaml.SafeLoader):
    """Reads JSON too."""


class _Dumper(yaml.SafeDumper):
    """Writes what `_Loader` reads as it was."""


def _text(loader, node):
    """A text, of which JSON may write a sign as two surrogates."""
    return node.value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_Loader.add_constructor("tag:yaml.org,2002:str", _text)
for _kind in (_Loader, _Dumper):
    _kind.add_implicit_resolver("tag:yaml.org,2002:float", FLOAT, list("-+0123456789"))


class SettingsFile:
    """A dict of settings that a file holds: texts, numbers, lists and dicts, as in JSON.

    Args:
        path: str or path-like, a file in YAML or JSON. No object is made but of these kinds.

    Attributes:
        settings: the dict.

    Raises:
        OSError: if there is no such file.
        ValueError: if it holds no such dict, or a name twice.

    Example:

    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "run.yaml")
    >>> _ = path.write_text("seed: 1\\ndata:\\n  batch_size: 64\\n")
    >>> file = SettingsFile(path)
    >>> file.settings, file.place("data", "batch_size").split("/")[-1]
    ({'seed': 1, 'data': {'batch_size': 64}}, 'run.yaml, line 3, data.batch_size')
    """

    def __init__(self, path: PathLike) -> None:
        self.path = Path(path)
        self._lines: dict[tuple, int] = {}
        try:
            loader = _Loader(self.path.read_text(encoding="utf-8"))
            root = loader.get_single_node()
            self._walk(root, (), set())
            self.settings: Any = None if root is None else loader.construct_document(root)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            problem = getattr(error, "problem", None) or "it is no text"
            raise ValueError(f"{self.path}{line}: {problem}") from error
        except (RecursionError, UnicodeDecodeError) as error:
            raise ValueError(f"{self.path} is damaged: {type(error).__name__}") from error
        if not isinstance(self.settings, dict):
            raise ValueError(f"{self.path} must hold settings by their names, as `seed: 1`")

    def _walk(self, node, keys, seen):
        """Notes the lines of all settings, and refuses what JSON has not."""
        if node is None:
            return
        self._lines[keys] = node.start_mark.line + 1
        kind = node.tag.rpartition(":")[2]
        if id(node) in seen:
            raise ValueError(f"{self.place(*keys)}: write it out, without an alias")
        if isinstance(node, yaml.ScalarNode):
            if kind not in PLAIN:
                raise ValueError(f"{self.place(*keys)}: this is a {kind}; put text in quotes")
            return
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            for i, item in enumerate(node.value):
                self._walk(item, (*keys, i), seen)
            return
        for name, value in node.value:
            below = (*keys, name.value)
            again = below in self._lines
            self._lines[below] = name.start_mark.line + 1
            if again or not name.tag.endswith(":str"):
                problem = "it is there twice" if again else "a name must be text"
                raise ValueError(f"{self.place(*below)}: {problem}")
            self._walk(value, below, seen)
            self._lines[below] = name.start_mark.line + 1

    def get(self, *keys: str) -> Any:
        """The setting of these names, one inside the other.

        Raises:
            KeyError: if there is none.
        """
        found = self.settings
        for key in keys:
            if not isinstance(found, dict):
                raise KeyError(key)
            found = found[key]
        return found

    def place(self, *keys: Any) -> str:
        """Where a setting is, for messages."""
        line = f", line {self._lines[keys]}" if keys in self._lines else ""
        return f"{self.path}{line}" + (f", {'.'.join(map(str, keys))}" if keys else "")

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """Within, a ValueError about a setting as it is in the file tells its place."""
        try:
            yield
        except ValueError as error:
            received = re.search(r"Received: (\w+)=(.*)", str(error), re.DOTALL)
            for keys in self._lines:
                if received and keys and keys[-1] == received[1]:
                    if received[2].startswith(repr(self.get(*keys))):
                        raise ValueError(f"{self.place(*keys)}: {error}") from error
            raise


def dumped(settings: dict[str, Any]) -> str:
    """Settings of JSON's kinds in YAML, as `SettingsFile` reads them.

    Example:

    >>> print(dumped({"variant": "GAN", "compile": {"learning_rate": 0.0001}, "model": {}}))
    variant: GAN
    compile:
      learning_rate: 0.0001
    model: {}
    <BLANKLINE>
    """
    plain = json.loads(json.dumps(settings))  # tuples as lists
    return yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
