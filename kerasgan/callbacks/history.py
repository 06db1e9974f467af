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

from kerasgan.callbacks.frames import drawing
from kerasgan.utils.figures import figure_pixels, new_figure
from kerasgan.utils.files import replacing
from kerasgan.utils.images import save_image
from kerasgan.utils.types import PathLike

if TYPE_CHECKING:
    import matplotlib.figure

WAIT = 100  # times as long as the last drawing of the curves took, so that they cost under 1%


class LossHistory(keras.callbacks.Callback):
    """Keeps every epoch's logs in `history.csv`, `history.json` and `losses.png`.

    - `history.csv`, written after every epoch: a column `epoch` (counted from 1), one for every
      scalar in the logs, whenever it first turned up, and `seconds`, how long the epoch took,
      validation included. What an epoch did not log is left empty.
    - `history.json`, written with it: the same as `{"epoch": [1, 2, ...], "d_loss": [...], ...}`,
      null where a number is missing or not finite.
    - `losses.png`: the logs whose names end in "loss" in one panel, every other log in one of its
      own, the `val_` logs dashed. Drawing takes a tenth of a second or more, so it is done after
      the first epoch, then whenever it has come to less than 1% of the time, and at the end.

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
        self._rows = _read(self.directory / "history.csv")
        self._next_drawing = 0
        self._undrawn = False

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        self._began = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        row = {name: float(value) for name, value in (logs or {}).items() if np.size(value) == 1}
        row |= {"epoch": epoch + 1, "seconds": round(time.perf_counter() - self._began, 3)}
        self._rows = [old for old in self._rows if old["epoch"] <= epoch] + [row]
        self._write()
        self._undrawn = True
        if time.perf_counter() >= self._next_drawing:
            self._draw()

    def on_train_end(self, logs: dict | None = None) -> None:
        if self._undrawn:
            self._draw()

    def _write(self):
        names = _log_names(self._rows)
        columns = ["epoch", *names, "seconds"]
        with replacing(self.directory / "history.csv") as temporary:
            with temporary.open("w", newline="") as file:
                writer = csv.DictWriter(file, columns)
                writer.writeheader()
                writer.writerows(self._rows)
        table = {name: [_finite(row.get(name)) for row in self._rows] for name in columns}
        with replacing(self.directory / "history.json") as temporary:
            temporary.write_text(json.dumps(table))

    def _draw(self):
        began = time.perf_counter()
        path = self.directory / "losses.png"
        with drawing(path):
            save_image(figure_pixels(draw_curves(self._rows)), path)
        self._undrawn = False
        now = time.perf_counter()
        self._next_drawing = now + WAIT * (now - began)


def _read(path):
    """The rows of an earlier run's `history.csv`, as dicts of numbers; none if there is no file."""
    if not path.exists():
        return []
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        try:
            rows = [{name: float(cell) for name, cell in row.items() if cell} for row in reader]
            return [row | {"epoch": int(row["epoch"]), "seconds": row["seconds"]} for row in rows]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                "`directory` holds a history.csv that LossHistory did not write: move it away, "
                f"or choose another folder. Received: directory={str(path.parent)!r}"
            ) from error


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
