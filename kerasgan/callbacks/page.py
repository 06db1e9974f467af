"""The page of a run's pictures and losses, as HTML."""

import contextlib
import datetime
import html
import math
from collections.abc import Sequence
from pathlib import Path

from kerasgan.callbacks.frames import frame_paths
from kerasgan.callbacks.history import columns, read_history
from kerasgan.callbacks.samples import FOLDER
from kerasgan.utils.checkpoints import best_epoch, kept_epochs
from kerasgan.utils.images import evenly

RELOAD = 60  # seconds
PICTURES, POINTS = 200, 400  # at most
CELL = 180  # pixels, about the least a picture is given: a smaller one is only ever magnified
WIDTH, HEIGHT = 200, 110  # of a panel, in its own units
LEFT, RIGHT, TOP, BOTTOM = 42, 190, 8, 92  # the axes in it
HOW = "Epochs marked as kept are there to be used: kerasgan generate RUN --epoch N, for one."

PANELS = """
figure { margin: 0; min-width: 0; }
figcaption { overflow-wrap: anywhere; }
.panels { display: grid; gap: .75rem; grid-template-columns: repeat(4, 1fr); }
.panels figure { padding: .5rem .6rem .4rem; background: var(--card);
  border: 1px solid var(--rule); border-radius: .5rem; }
.panels figcaption { font-size: .85rem; line-height: 1.4; }
.panels figcaption div { display: flex; flex-wrap: wrap; justify-content: space-between;
  gap: 0 .6rem; }
.panels b { font-weight: 600; }
.panels b::before { content: ""; display: inline-block; width: 1.1em; margin-right: .4em;
  vertical-align: .25em; border-top: 2px solid var(--line); }
.panels .val b::before { border-top-style: dashed; }
.panels span { color: var(--faint); font-variant-numeric: tabular-nums; }
.panels svg { display: block; width: 100%; margin-top: .3rem; overflow: visible; font-size: 10px; }
.panels svg text { fill: var(--faint); }
.panels svg path { fill: none; stroke: var(--rule); vector-effect: non-scaling-stroke; }
.panels polyline { fill: none; stroke: var(--line); stroke-width: 2; stroke-linejoin: round;
  vector-effect: non-scaling-stroke; }
.panels polyline.val { stroke-dasharray: 4 3; }
.panels circle { fill: var(--line); }
@media (max-width: 720px) {
  .panels { gap: .5rem; grid-template-columns: repeat(2, 1fr); }
  .panels svg { font-size: 12px; }
}
"""
STYLE = """
:root { color-scheme: light dark; --page: #fafaf8; --card: #fff; --text: #1d2127;
  --faint: #646b76; --rule: #dfe1e5; --line: #1764c0; }
@media (prefers-color-scheme: dark) { :root { --page: #14161a; --card: #1d2026; --text: #e7e9ec;
  --faint: #9aa2ae; --rule: #343942; --line: #6db3ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1120px; padding: 1.25rem 1rem 3rem; background: var(--page);
  color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .75rem; font-size: 1.1rem; }
p { margin: .25rem 0 0; color: var(--faint); }
img { display: block; width: 100%; height: auto; outline: 1px solid var(--rule); }
.pixels { image-rendering: pixelated; }
.pictures { display: grid; gap: .75rem; grid-template-columns: repeat(4, 1fr); }
.pictures figure:first-child { grid-area: span 2 / span 2; }
.pictures figcaption { margin-top: .3rem; color: var(--faint); font-size: .85rem; }
.pictures b { margin-left: .5em; color: var(--line); font-weight: 600; }
@media (max-width: 720px) { .pictures { gap: .5rem; grid-template-columns: repeat(2, 1fr); } }
"""


def history(directory: Path, last_epoch: int) -> dict[str, list]:
    """LossHistory's table up to `last_epoch`."""
    return columns([row for row in read_history(directory) if row["epoch"] <= last_epoch])


def page(directory: Path, epoch: int, running: bool) -> str:
    """The whole page.

    Args:
        directory: the run's folder.
        epoch: int, how many epochs there are.
        running: bool, whether there will be more, and the page shall reload itself.
    """
    table = history(directory, epoch)
    title = html.escape(directory.absolute().name)
    reload = [f'<meta http-equiv="refresh" content="{RELOAD}">'] if running else []
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        *reload,
        f"<title>{title}</title>\n<style>{STYLE}{PANELS}</style>\n</head>\n<body>",
        f"<h1>{title}</h1>\n<p>{_state(table, epoch, running)}</p>",
        *losses(table),
        *_pictures(directory, epoch, table),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _state(history, epoch, running):
    seconds = sum(history.get("seconds", []))
    time = f" in {datetime.timedelta(seconds=round(seconds))}" if seconds else ""
    state = f"{epoch} epoch{'' if epoch == 1 else 's'}{time}"
    return f"{state}, training goes on" if running else state


def losses(history: dict[str, list]) -> list[str]:
    """The logs of a run, one in each panel with its `val_` log dashed, as lines of HTML.

    Args:
        history: dict of lists, as `kerasgan.callbacks.history.columns` gives it. `PANELS` is its
            style, which takes the colours `--card`, `--rule`, `--faint` and `--line`.
    """
    panels: dict[str, list[str]] = {}
    for name in history:
        if name not in ("epoch", "seconds"):
            panels.setdefault(name.removeprefix("val_"), []).append(name)
    if not history.get("epoch") or not panels:
        return []
    figures = [_panel(names, history) for names in panels.values()]
    return ["<h2>Losses</h2>", '<div class="panels">', *figures, "</div>"]


def _panel(names, history):
    """One figure: the lines of a log and its `val_` log over the epochs, and what they are."""
    epochs = history["epoch"]
    lines = {
        name: [(x, y) for x, y in zip(epochs, history[name], strict=True) if y is not None]
        for name in names
    }
    marks = ticks([y for points in lines.values() for _, y in points])

    def place(epoch, value):
        across = (epoch - epochs[0]) / max(1, epochs[-1] - epochs[0])
        up = (value - marks[0]) / (marks[-1] - marks[0])
        return round(LEFT + across * (RIGHT - LEFT), 1), round(BOTTOM - up * (BOTTOM - TOP), 1)

    drawing, legend, summary = [], [], []
    for tick in marks:
        y = place(epochs[0], tick)[1]
        drawing.append(f'<path d="M{LEFT} {y}H{RIGHT}"/>')
        drawing.append(f'<text x="{LEFT - 4}" y="{y + 3}" text-anchor="end">{tick:.4g}</text>')
    drawing.append(f'<path d="M{LEFT} {TOP}V{BOTTOM}"/>')
    for epoch in sorted({epochs[0], epochs[-1]}):
        x = place(epoch, marks[0])[0]
        drawing.append(f'<text x="{x}" y="{BOTTOM + 13}" text-anchor="middle">{epoch}</text>')
    middle = (LEFT + RIGHT) / 2
    drawing.append(f'<text x="{middle}" y="{BOTTOM + 13}" text-anchor="middle">epoch</text>')
    for name, points in lines.items():
        style = ' class="val"' if name.startswith("val_") else ""
        value = f"{points[-1][1]:.4g}" if points else "–"
        if points:
            places = [place(*point) for point in evenly(points, POINTS)]
            x, y = places[-1]
            drawing.append(f'<polyline{style} points="{" ".join(f"{x},{y}" for x, y in places)}"/>')
            drawing.append(f'<circle cx="{x}" cy="{y}" r="2.2"/>')
        escaped = html.escape(name)
        legend.append(f"<div{style}><b>{escaped}</b><span>{value}</span></div>")
        summary.append(f"{escaped} is {value} after epoch {epochs[-1]}")
    return (
        f"<figure><figcaption>{''.join(legend)}</figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{", ".join(summary)}">'
        f"{''.join(drawing)}</svg></figure>"
    )


def ticks(values: Sequence[float]) -> list[float]:
    """Two to five round numbers, evenly spaced, from below the least value to above the largest."""
    low, high = min(values, default=0), max(values, default=1)
    if low == high:
        low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
    least = (high - low) / 3
    power = 10.0 ** math.floor(math.log10(least))
    step = next((power * factor for factor in (1, 2, 5) if power * factor >= least), 10 * power)
    return [step * i for i in range(math.floor(low / step), math.ceil(high / step) + 1)]


def _pictures(directory, epoch, history):
    frames = evenly(frame_paths(directory / FOLDER, epoch), PICTURES)[::-1]
    if not frames:
        return []
    from PIL import Image

    size = CELL, CELL
    for path in frames:
        with contextlib.suppress(OSError), Image.open(path) as picture:
            size = picture.size  # alike in all that are whole
            break
    notes, kept = _notes(history), kept_epochs(directory)
    marks = dict.fromkeys(kept, "kept") | {best_epoch(directory): "kept, best"}
    figures = [
        _picture(path, *size, notes.get(int(path.stem), ""), marks.get(int(path.stem)))
        for path in frames
    ]
    how = [f"<p>{HOW}</p>"] if kept else []
    return ["<h2>Pictures, newest first</h2>", *how, '<div class="pictures">', *figures, "</div>"]


def _notes(history):
    """The scores of each epoch that has any, as words."""
    scores = [name for name in history if name.startswith("val_")]
    lines = {
        epoch: [
            f"{html.escape(name.removeprefix('val_'))} {history[name][i]:.4g}"
            for name in scores
            if history[name][i] is not None
        ]
        for i, epoch in enumerate(history.get("epoch", ()))
    }
    return {epoch: ", ".join(line) for epoch, line in lines.items()}


def _picture(path, width, height, note, mark):
    epoch = int(path.stem)
    when = f"After epoch {epoch}" if epoch else "Before training"
    source = f"{FOLDER}/{path.name}"
    style = ' class="pixels"' if width < CELL else ""
    return (
        f'<figure><a href="{source}"><img src="{source}" width="{width}" height="{height}"{style} '
        f'loading="lazy" alt="Pictures {when.lower()}"></a><figcaption>{when}'
        f"{f'<b>{mark}</b>' if mark else ''}{f'<br>{note}' if note else ''}</figcaption></figure>"
    )
