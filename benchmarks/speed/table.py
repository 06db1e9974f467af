"""The results as markdown, and as a chart."""

import statistics
import textwrap
from pathlib import Path

from benchmarks.speed import results
from benchmarks.speed.cases import BATCH_SIZES, CASES, IMAGE_SIZES, PEAK, growing
from kerasgan.utils.figures import new_figure
from kerasgan.utils.files import replacing

TABLE = Path(__file__).parents[1] / "speed.md"
CHART = Path(__file__).parents[2] / "docs" / "speed.png"
REFERENCE = "torch"
HEAD = """# Speed

Made by `python -m benchmarks.speed`, `python -m benchmarks.speed.growth` and
`python -m benchmarks.speed.input`; `benchmarks/speed/__init__.py` says what is measured and how.
Milliseconds are medians of the repeats, with the least and the most of them in brackets; "of torch"
is the time as a multiple of plain PyTorch's, and less is better. GFLOP/s count what the algorithm
needs; the share is that of the machine's peak. "Start" is the time from the first import to the end
of the first step, "compiling" what the first step took beyond a usual one.
"""


def summary(records, case):
    """The figures of a case's contenders.

    Args:
        records: list of dicts, as stored.
        case: `benchmarks.speed.cases.Case`.

    Returns:
        Dict of contender to a dict of medians over the repeats: "ms", "of_torch" (None without
        plain PyTorch), "gflops" and "share" (None where nobody counted), "start", "compiling" in
        seconds, "mib"; "least" and "most" of the repeats' ms, and "repeats".
    """
    own = [record for record in records if record["case"] == case.name]
    groups = {name: [r for r in own if r["contender"] == name] for name in case.contenders}
    groups = {name: group for name, group in groups.items() if group}
    counted = next((record["gflop"] for record in own if "gflop" in record), None)
    best = peak(records)

    def median(group, key):
        values = [record[key] for record in group if record[key] is not None]
        return statistics.median(values) if values else None

    torch = median(groups[REFERENCE], "ms") if REFERENCE in groups else None
    found = {}
    for name, group in groups.items():
        ms = median(group, "ms")
        rate = counted and counted / ms * 1e3
        found[name] = {
            "ms": ms,
            "least": min(record["ms"] for record in group),
            "most": max(record["ms"] for record in group),
            "of_torch": torch and ms / torch,
            "gflops": rate,
            "share": rate and best and rate / best,
            "start": median(group, "seconds_to_first_step"),
            "compiling": median(group, "compile_seconds"),
            "mib": median(group, "peak_mib"),
            "repeats": len(group),
        }
    return found


def peak(records):
    """The machine's highest rate in GFLOP/s; None if it was not measured."""
    rates = [r["gflops"].values() for r in records if r["case"] == PEAK.name]
    return max((rate for each in rates for rate in each), default=None)


def table(found):
    """All that there is, section by section.

    Args:
        found: what `results.read` returns.

    Returns:
        str.
    """
    records = found["records"]
    machines = dict.fromkeys(r["configuration"]["machine"] for r in records)
    parts = [HEAD, *(f"{machine}\n" for machine in machines), *_peak_section(records)]
    for case in CASES[1:]:
        figures = summary(records, case)
        if figures:
            parts.append(_case_section(records, case, figures))
    parts += _growth_section(records) + _input_section(found["input"])
    return "\n".join(parts)


def _rows(heads, rows):
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]) + "\n"


def _number(form, value):
    return "-" if value is None else form.format(value)


def _ms(value):
    return f"{value:.4g}" if value < 1000 else f"{value:.0f}"


def _peak_section(records):
    own = [record for record in records if record["case"] == PEAK.name]
    rows = []
    for name in dict.fromkeys(record["contender"] for record in own):
        group = [record["gflops"] for record in own if record["contender"] == name]
        best = [f"{max(g[kind] for g in group):.0f}" for kind in ("matmul", "convolution")]
        rows.append([name, *best])
    if not rows:
        return []
    heads = ["GFLOP/s at best", "matrix product", "convolution"]
    return [f"## {PEAK.title}\n", _rows(heads, rows)]


def _case_section(records, case, figures):
    gflop = next((r["gflop"] for r in records if r["case"] == case.name and "gflop" in r), None)
    heads = ["", "ms a step", "steps/s", "of torch", "GFLOP/s", "of peak"]
    heads += ["start, s", "compiling, s", "memory, MiB", "repeats"]
    rows = []
    for name, f in figures.items():
        rows.append(
            [
                f"`{name}`",
                f"{_ms(f['ms'])} ({_ms(f['least'])} to {_ms(f['most'])})",
                f"{1e3 / f['ms']:.3g}",
                _number("{:.2f}", f["of_torch"]),
                _number("{:.0f}", f["gflops"]),
                _number("{:.0%}", f["share"]),
                f"{f['start']:.1f}",
                f"{f['compiling']:.1f}",
                _number("{:.0f}", f["mib"]),
                str(f["repeats"]),
            ]
        )
    text = f"`{case.name}`, {_number('{:.3g}', gflop)} GFLOP a step."
    return f"## {case.title}\n\n{text}\n\n{_rows(heads, rows)}"


def _growth_section(records):
    parts = []
    for title, sizes in (
        ("Growth with the batch, DCGAN of 32 filters at 32 px", [(32, b) for b in BATCH_SIZES]),
        ("Growth with the image, the same at batch 16", [(s, 16) for s in IMAGE_SIZES]),
    ):
        cases = [growing(*size) for size in sizes]
        figures = [summary(records, case) for case in cases]
        names = dict.fromkeys(name for each in figures for name in each)
        if not names:
            continue
        which = 1 if sizes[0][0] == sizes[-1][0] else 0
        heads = ["ms a step", *(str(size[which]) for size in sizes)]
        rows = [
            [f"`{name}`", *(_ms(f[name]["ms"]) if name in f else "-" for f in figures)]
            for name in names
        ]
        parts.append(f"## {title}\n\n{_rows(heads, rows)}")
    return parts


def _input_section(records):
    if not records:
        return []
    heads = ["images/s", "first epoch", "later epochs", "repeats"]
    rows = []
    for name in dict.fromkeys((record["case"], record["contender"]) for record in records):
        group = [r for r in records if (r["case"], r["contender"]) == name]
        figures = [f"{statistics.median(r[key] for r in group):,.0f}" for key in ("first", "later")]
        rows.append([f"{name[0]}, `{name[1]}`", *figures, str(len(group))])
    text = (
        "Batches of 64. The first epoch counts from the call of `load`, or from the making of the "
        "data set; the files are in the system's cache. torchvision has no build for this PyTorch: "
        "`image_folder` is what its ImageFolder, ToTensor and Normalize do, written out, with a "
        "DataLoader."
    )
    return [f"## Reading images\n\n{text}\n\n{_rows(heads, rows)}"]


def chart(records):
    """Bars of the times as multiples of plain PyTorch's, a panel a case.

    Args:
        records: list of dicts, as stored.

    Returns:
        A `matplotlib.figure.Figure`.
    """
    found = {case.title: summary(records, case) for case in CASES[1:]}
    found = {title: figures for title, figures in found.items() if REFERENCE in figures}
    columns = 3
    rows = max(1, -(-len(found) // columns))
    figure = new_figure(4.2 * columns, 2.6 * rows)
    for place, (title, figures) in enumerate(found.items(), start=1):
        axes = figure.add_subplot(rows, columns, place)
        torch = figures[REFERENCE]["ms"]
        for i, (name, f) in enumerate(figures.items()):
            colour = "C0" if name.startswith("kerasgan") else "0.75"
            axes.barh(i, f["of_torch"], color=colour)
            axes.plot([f["least"] / torch, f["most"] / torch], [i, i], color="0.2", lw=1)
            axes.annotate(
                f"{f['of_torch']:.2f}",
                (f["most"] / torch, i),
                (3, 0),
                textcoords="offset points",
                va="center",
                size=7,
            )
        axes.axvline(1, color="0.2", lw=0.8)
        axes.set_yticks(range(len(figures)), figures, size=7)
        axes.invert_yaxis()
        axes.set_xlim(0, 1.2 * max(f["most"] for f in figures.values()) / torch)
        axes.tick_params(axis="x", labelsize=7)
        axes.set_title(textwrap.fill(title, 40), size=8)
        axes.spines[["top", "right"]].set_visible(False)
    figure.supxlabel("time of a step as a multiple of plain PyTorch's", size=9)
    return figure


def write(path=results.PATH, table_path=TABLE, chart_path=CHART):
    """Write the table and the chart of what is there.

    Returns:
        The table, a str.
    """
    found = results.read(path)
    text = table(found)
    with replacing(table_path) as temporary:
        temporary.write_text(text)
    with replacing(chart_path) as temporary:
        chart(found["records"]).savefig(temporary)
    return text
