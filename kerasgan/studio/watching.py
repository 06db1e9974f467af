"""A run as it goes on: its losses, its newest pictures, and its health in words."""

import base64
import html
import json
from pathlib import Path

from kerasgan.callbacks.history import TABLE, columns, read_history
from kerasgan.callbacks.page import PANELS, losses
from kerasgan.runs.configuration import Configuration
from kerasgan.runs.folder import trains
from kerasgan.studio.library import inside
from kerasgan.utils.checkpoints import best_epoch, kept_epochs
from kerasgan.utils.files import reading

SHOWN = ("latest.png", "health.json", TABLE, "best.json")


def stamp(run: Path) -> tuple:
    """What changes whenever there is something new to show."""
    files = [run / name for name in SHOWN]
    return trains(run), *(path.stat().st_mtime_ns for path in files if path.exists())


def progress(run: Path) -> str:
    """How far the run is, as Markdown.

    Raises:
        ValueError: if the folder holds no run, or its files are damaged.
    """
    config, rows = Configuration.read(run), _rows(run)
    done = rows[-1]["epoch"] if rows else 0
    of = f" of {config.epochs}" if config.epochs else f", {config.max_steps} steps in all"
    state = "training" if trains(run) else "complete" if config.steps else "interrupted"
    source = config.data["source"]
    named = source if isinstance(source, str) else " and ".join(source)
    parts = [f"**{config.variant}** on {Path(named).name}", f"epoch {done:.0f}{of}", f"**{state}**"]
    if rows:
        parts.append(f"{sum(row['seconds'] for row in rows):.0f} s")
    kept, best = kept_epochs(run), best_epoch(run)
    words = f"Epochs kept: {', '.join(map(str, kept)) or 'none yet'}"
    return " · ".join(parts) + f"\n\n{words}{f'; {best} is the best' if best else ''}."


def health(run: Path) -> str:
    """What `kerasgan.callbacks.Health` says of the newest epochs, as Markdown."""
    path = inside(run / "health.json", run)
    if not path.is_file():
        return "Nobody looked: train with `--health` to be told of collapse, saturation and copies."
    with reading(path):
        found = [(int(d["epoch"]), str(d["message"])) for d in json.loads(path.read_text())]
    if not found:
        return "Nothing is wrong, as far as can be seen."
    rows = _rows(run)
    last = rows[-1]["epoch"] if rows else found[-1][0]
    now = [f"- **Epoch {epoch}**: {html.escape(words)}" for epoch, words in found if epoch >= last]
    before = [f"- Epoch {epoch}: {html.escape(words)}" for epoch, words in found if epoch < last]
    return "\n".join([*(now or ["Nothing is wrong after the last epoch."]), *before[:-4:-1]])


def curves(run: Path) -> str:
    """The losses, a panel each, as HTML."""
    rows = _rows(run)
    panels = "".join(losses(columns(rows))) if rows else "No epoch is done yet."
    return f'<style>.kerasgan-run {{ {PANELS} }}</style><div class="kerasgan-run">{panels}</div>'


def newest(run: Path) -> str:
    """The newest picture of samples, as HTML."""
    path = inside(run / "latest.png", run)
    if not path.is_file():
        return "No picture is drawn yet."
    data = base64.b64encode(path.read_bytes()).decode()
    return f'<img class="newest" alt="The newest samples" src="data:image/png;base64,{data}">'


def _rows(run: Path) -> list[dict[str, float]]:
    """What LossHistory wrote of each epoch."""
    inside(run / TABLE, run)
    return read_history(run)
