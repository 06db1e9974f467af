"""The losses of a run as a table and as curves."""

import csv
import json
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np

from kerasgan.callbacks.frames import Seldom, drawing
from kerasgan.utils.figures import figure_pixels, new_figure
from kerasgan.utils.files import replacing
from kerasgan.utils.images import save_image
from kerasgan.utils.types import PathLike

if TYPE_CHECKING:
    import matplotlib.figure
TABLE = "history.csv"


class LossHistory(keras.callbacks.Callback):
    """Keeps every epoch's logs in `history.csv`, `history.json` and `losses.png`.

    - `history.csv`, written after every epoch: a column `epoch` (counted from 1), one for every
      scalar in the logs, whenever it first turned up, and `seconds`, how long the epoch took,
      validation included. What an epoch did not log is left empty.
    - `history.json`: the same as `{"epoch": [1, 2, ...], "d_loss": [...], ...}`, null where a
      number is missing or not finite.
    - `losses.png`: the logs whose names end in "loss" in one panel, every other log in one of its
      own, the `val_` logs dashed.

    The last two are written whole, which takes longer the longer the run is: after the first epoch,
    then whenever either has come to less than 1% of the time, and at the end.

    A resumed run (`initial_epoch`, or Keras's `BackupAndRestore`) goes on with the table that it
    finds. An epoch that is trained again replaces its row and all that came after it, so a new
    run in an old folder starts the table anew.

    Args:
        directory: str or path-like, the run's folder. Made if need be.

    Raises:
        ValueError: at the start of `fit`, if `directory/history.csv` is no such table.

    Example:
        >>> import json, tempfile, numpy as np, kerasgan as kg
        >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
        >>> gan.compile()
        >>> images = np.random.uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
        >>> folder = tempfile.mkdtemp()
        >>> callbacks = [kg.callbacks.LossHistory(folder)]
        >>> _ = gan.fit(images, epochs=2, batch_size=16, verbose=0, callbacks=callbacks)
        >>> json.load(open(f"{folder}/history.json"))["epoch"]
        [1, 2]
    """

    first_only = True  # of several processes, as `fit` sees to

    def __init__(self, directory: PathLike):
        super().__init__()
        self.directory = Path(directory)

    def on_train_begin(self, logs: dict | None = None) -> None:
        self._rows = read_history(self.directory)
        self._columns: list[str] = []  # of the file, none before this training's first row
        self._later = {self._write_json: Seldom(), self._draw: Seldom()}
        self._behind: set = set()

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        row = {name: float(value) for name, value in (logs or {}).items() if np.size(value) == 1}
        row |= {"epoch": epoch + 1, "seconds": round(time.perf_counter() - self._began, 3)}
        while self._rows and self._rows[-1]["epoch"] > epoch:
            self._rows.pop()
        self._rows.append(row)
        if row.keys() <= set(self._columns):
            with self._path.open("a", newline="") as file:
                csv.DictWriter(file, self._columns).writerow(row)
        else:
            self._write_table()
        self._behind = set(self._later)
        for write, seldom in self._later.items():
            if seldom.due():
                with seldom.timed():
                    write()
                self._behind.remove(write)

    def on_train_end(self, logs: dict | None = None) -> None:
        for write in self._behind:
            write()

    @property
    def _path(self):
        return self.directory / TABLE

    def _write_table(self):
        self._columns = ["epoch", *_log_names(self._rows), "seconds"]
        with replacing(self._path) as temporary, temporary.open("w", newline="") as file:
            writer = csv.DictWriter(file, self._columns)
            writer.writeheader()
            writer.writerows(self._rows)

    def _write_json(self):
        with replacing(self.directory / "history.json") as temporary:
            temporary.write_text(json.dumps(columns(self._rows)))

    def _draw(self):
        path = self.directory / "losses.png"
        with drawing(path):
            save_image(figure_pixels(draw_curves(self._rows)), path)


def read_history(directory: Path) -> list[dict[str, float]]:
    """The rows of an earlier run's `history.csv`, as dicts of numbers; none if there is no file.

    A last line that was cut off while it was written is left out.

    Raises:
        ValueError: if it is no table that LossHistory wrote.
    """
    path = directory / TABLE
    if not path.exists():
        return []
    lines = path.read_bytes().decode("utf-8", "replace").splitlines(keepends=True)
    whole = lines if lines[-1:] and lines[-1].endswith("\n") else lines[:-1]
    reader = csv.DictReader(whole)
    try:
        if reader.fieldnames is None:
            raise KeyError("epoch")
        rows = [{name: float(cell) for name, cell in row.items() if cell} for row in reader]
        return [row | {"epoch": int(row["epoch"]), "seconds": row["seconds"]} for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"`directory` holds a {TABLE} that LossHistory did not write: move it away, "
            f"or choose another folder. Received: directory={str(directory)!r}"
        ) from error


def columns(rows: Sequence[dict[str, float]]) -> dict[str, list]:
    """A list for each log, "epoch" and "seconds" too; None where it is missing or not finite."""
    names = ["epoch", *_log_names(rows), "seconds"]
    return {name: [_finite(row.get(name)) for row in rows] for name in names}


def _log_names(rows):
    names = dict.fromkeys(name for row in rows for name in row)
    return [name for name in names if name not in ("epoch", "seconds")]


def _finite(value):
    return value if value is not None and math.isfinite(value) else None


def draw_curves(rows: Sequence[dict[str, float]]) -> "matplotlib.figure.Figure":
    """Draws the logs of a run over its epochs.

    Args:
        rows: list of dicts, one an epoch, from names to numbers; `epoch` among them.

    Returns:
        A `matplotlib.figure.Figure`.
    """
    names = _log_names(rows)
    panels: dict[str, list[str]] = {}
    for name in names:
        base = name.removeprefix("val_")
        panels.setdefault("loss" if base.endswith("loss") else base, []).append(name)
    columns = 2 if len(panels) > 1 else 1
    lines = max(1, -(-len(panels) // columns))
    figure = new_figure(5.6 * columns, 3.4 * lines)
    for index, (title, members) in enumerate(panels.items(), start=1):
        axes = figure.add_subplot(lines, columns, index)
        colours = list(dict.fromkeys(name.removeprefix("val_") for name in members))
        for name in members:
            points = [(row["epoch"], row[name]) for row in rows if name in row]
            dashes = "--" if name.startswith("val_") else "-"
            colour = f"C{colours.index(name.removeprefix('val_'))}"
            (line,) = axes.plot(*zip(*points, strict=True), dashes, color=colour, label=name)
            line.set(marker="o" if len(points) <= 20 else "none", markersize=3)
        axes.set(xlabel="epoch", ylabel=title)
        axes.set_xlim(rows[0]["epoch"] - 0.5, rows[-1]["epoch"] + 0.5)
        axes.locator_params("x", integer=True, min_n_ticks=1)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        if len(members) > 1:
            axes.legend(frameon=False)
    return figure
