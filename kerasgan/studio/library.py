"""What the studio may open: the presets, and what lies in the folders that it was started with."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kerasgan import presets
from kerasgan.runs.configuration import NAME, class_names
from kerasgan.utils.checkpoints import file_of_epoch, kept_epochs, states
from kerasgan.utils.files import expanded

DEEP = 3  # folders below one that was named, in which runs are looked for
HELD = 4  # models in memory at once
CARD = "card.json"


class Opened(NamedTuple):
    """A model that was opened.

    Attributes:
        model: of `kerasgan.models`.
        classes: the names of its classes, a list of str; empty if nobody knows them.
    """

    model: Any
    classes: list[str]


class Library:
    """Opens presets, and the runs, `.keras` files and folders of presets that it was given.

    Nothing else: a name that is not one of `names()` is refused, and so is what leads out of the
    folders by a link.

    Args:
        sources: presets' names, paths of runs or `.keras` files, or folders in which such are
            looked for, three folders deep.
        trust: bool, whether the module that a run of a class of one's own names is imported.

    Raises:
        ValueError: if a source is none of these.
    """

    def __init__(self, sources: Sequence[str] = (), trust: bool = False):
        self.trust = trust
        self.first = str(expanded(next(iter(sources), "")))
        self._roots = [expanded(source) for source in sources if source not in presets.list()]
        self._models: dict[tuple, Opened] = {}
        self._lock = threading.Lock()
        for root in self._roots:
            if not root.is_dir() and not _is_model(root):
                raise ValueError(
                    f"There is no such preset, run, folder or .keras file; the presets are "
                    f"{', '.join(presets.list())}. Received: source={str(root)!r}"
                )

    def names(self) -> list[str]:
        """What there is now: paths as they were given, the newest first, then presets."""
        return [*self._found(), *presets.list()]

    def start(self) -> str:
        """What is shown first: what was named first, or the newest of what was found."""
        names = self.names()
        return self.first if self.first in names else names[0]

    def path(self, name: str) -> Path | None:
        """Where a run, file or folder lies; None for a preset.

        Raises:
            ValueError: if there is no such name.
        """
        if name in (found := self._found()):
            return found[name]
        if name not in presets.list():
            raise ValueError(f"The studio was not started with this. Received: {name=}")
        return None

    def run(self, name: str) -> Path | None:
        """The folder of a name that is a run's; else None."""
        path = self.path(name)
        return path if path and (path / NAME).is_file() else None

    def epochs(self, name: str) -> list[int]:
        """The epochs that a run kept; none of what is no run."""
        run = self.run(name)
        return list(kept_epochs(run)) if run else []

    def open(self, name: str, epoch: int | str | None = None) -> Opened:
        """The model of a name, one of its epochs or the newest; the last four stay in memory.

        Raises:
            ValueError: as `kerasgan.load`; or if there is no such name, or a file is a link that
                leads out of its folder.
        """
        path = self.path(name)
        file = None
        if path is not None:
            files = [file_of_epoch(path, epoch)] if epoch else [path / CARD, *states(path)]
            file = next((f for f in reversed(files) if f.is_file()), path)
            for each in (*files, path / "weights.npz", path / NAME):
                inside(each, path)
        key = name, epoch, file and file.stat().st_mtime_ns
        with self._lock:
            if key not in self._models:
                model = presets.load(
                    name if path is None else path, epoch=epoch, safe_mode=not self.trust
                )
                self._models[key] = Opened(model, class_names(path or name))
                while len(self._models) > HELD:
                    del self._models[next(iter(self._models))]
            return self._models[key]

    def _found(self) -> dict[str, Path]:
        """Runs, files and presets' folders by their names, the newest first."""
        found = {path for root in self._roots for path in _models_in(root, root, DEEP)}
        return {str(path): path for path in sorted(found, key=_newness)}


def inside(path: Path, root: Path) -> Path:
    """A path that does not lead out of a folder by a link.

    Raises:
        ValueError: if it does.
    """
    if not path.resolve().is_relative_to(root.resolve()):
        raise ValueError(f"This leads out of its folder. Received: path={str(path)!r}")
    return path


def _is_model(path):
    """Whether a path is a run's, also one that has no model yet, a file's or a preset's."""
    if path.is_dir():
        return any((path / name).is_file() for name in (NAME, CARD)) or bool(states(path))
    return path.is_file() and path.suffix == ".keras"


def _models_in(folder: Path, root: Path, deep: int) -> Iterator[Path]:
    if _is_model(folder):
        yield folder
    elif folder.is_dir() and deep >= 0:
        for path in folder.iterdir():
            if not path.name.startswith(".") and path.resolve().is_relative_to(root.resolve()):
                yield from _models_in(path, root, deep - 1)


def _newness(path):
    return -path.stat().st_mtime, str(path)
