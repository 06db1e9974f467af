"""The results as markdown, and as a chart."""

import textwrap
from pathlib import Path

from benchmarks.results import markdown, number
from benchmarks.results import write as write_text
from benchmarks.speed.cases import BATCH_SIZES, CASES, IMAGE_SIZES, PEAK, growing
from benchmarks.speed.drawing import BATCH, CONTENDERS, IMAGES
from benchmarks.speed.medians import PATH, stored
from benchmarks.speed.reading import READERS
from kerasgan.utils.figures import new_figure
from kerasgan.utils.files import replacing

TABLE = Path(__file__).parents[1] / "speed.md"
CHART = Path(__file__).parents[2] / "docs" / "speed.png"
REFERENCE, BFLOAT16 = "torch", "torch_bfloat16"
LONGEST = 3  # what is shown of a bar
HEAD = """# Speed

Made by `python -m benchmarks.speed`, `python -m benchmarks.speed.growth`,
`python -m benchmarks.speed.input` and `python -m benchmarks.speed.generation`;
`benchmarks/speed/__init__.py` says what is measured and how.
Milliseconds are medians of the repeats, with the least and the most of them in brackets; "of torch"
is the time as a multiple of plain PyTorch's, and less is better; what computes in bfloat16 is held
against `torch_bfloat16`. GFLOP/s count what the algorithm needs; the share is that of the machine's
peak in the same dtype. "Start" is the time from the first import to the end of the first step,
"compiling" what the first step took beyond a usual one.
"""


def figures(records, case):
    """The figures of a case's contenders.

    Args:
        records: list of dicts, as stored.
        case: `benchmarks.speed.cases.Case`.

    Returns:
        Dict of contender to its record with "of_torch" (None without its peer), "rate" in
        GFLOP/s and "share" of the peak (None where nobody counted).
    """
    own = {record["contender"]: record for record in records if record["case"] == case.name}
    counted = _gflop(own)
    found = {}
    for name in case.contenders:
        if name in own:
            ms = own[name]["ms"]
            rate = counted and counted / ms * 1e3
            half = "bfloat16" in name
            best = peak(records, half)
            share = rate and best and rate / best
            peer = own.get(BFLOAT16 if half else REFERENCE)
            more = {"of_torch": peer and ms / peer["ms"], "rate": rate, "share": share}
            found[name] = {**own[name], **more}
    return found


def _gflop(own):
    return next((record["gflop"] for record in own.values() if "gflop" in record), None)


def peak(records, half=False):
    """The machine's highest rate in GFLOP/s, of bfloat16 if `half`; None if it was not measured."""
    rates = [r["gflops"].items() for r in records if r["case"] == PEAK.name]
    return max((x for each in rates for k, x in each if ("bfloat16" in k) == half), default=None)


def table(records):
    """All that there is, section by section.

    Args:
        records: list of dicts, as stored.

    Returns:
        str.
    """
    machines = dict.fromkeys(r["configuration"]["machine"] for r in records if "configuration" in r)
    parts = [HEAD, *(f"{machine}\n" for machine in machines), *_peak_section(records)]
    for case in CASES[1:]:
        found = figures(records, case)
        if found:
            parts.append(_case_section(case, found))
    parts += _growth_section(records) + _drawing_section(records) + _input_section(records)
    return "\n".join(parts)


def _ms(value):
    return f"{value:.4g}" if value < 1000 else f"{value:.0f}"


def _peak_section(records):
    own = [record for record in records if record["case"] == PEAK.name]
    if not own:
        return []
    kinds = ("matmul", "convolution", "matmul_bfloat16", "convolution_bfloat16")
    rows = [[r["contender"], *(f"{r['gflops'][kind]:.0f}" for kind in kinds)] for r in own]
    heads = ["GFLOP/s at best", "matrix product", "convolution"]
    heads += [f"{head}, bfloat16" for head in heads[1:]]
    return [f"## {PEAK.title}\n", markdown(heads, rows)]


def _case_section(case, found):
    heads = ["", "ms a step", "steps/s", "of torch", "GFLOP/s", "of peak"]
    heads += ["start, s", "compiling, s", "memory, MiB", "repeats"]
    rows = []
    for name, f in found.items():
        least, most = map(_ms, f["ms_least_and_most"])
        rows.append(
            [
                f"`{name}`",
                f"{_ms(f['ms'])} ({least} to {most})",
                f"{1e3 / f['ms']:.3g}",
                number("{:.2f}", f["of_torch"]),
                number("{:.0f}", f["rate"]),
                number("{:.0%}", f["share"]),
                f"{f['seconds_to_first_step']:.1f}",
                f"{f['compile_seconds']:.1f}",
                number("{:.0f}", f["peak_mib"]),
                str(f["repeats"]),
            ]
        )
    text = f"`{case.name}`, {number('{:.3g}', _gflop(found))} GFLOP a step."
    return f"## {case.title}\n\n{text}\n\n{markdown(heads, rows)}"


def _growth_section(records):
    parts = []
    for title, sizes in (
        ("Growth with the batch, DCGAN of 32 filters at 32 px", [(32, b) for b in BATCH_SIZES]),
        ("Growth with the image, the same at batch 16", [(s, 16) for s in IMAGE_SIZES]),
    ):
        found = [figures(records, growing(*size)) for size in sizes]
        names = dict.fromkeys(name for each in found for name in each)
        if not names:
            continue
        which = 1 if sizes[0][0] == sizes[-1][0] else 0
        heads = ["ms a step", *(str(size[which]) for size in sizes)]
        rows = [
            [f"`{name}`", *(_ms(f[name]["ms"]) if name in f else "-" for f in found)]
            for name in names
        ]
        parts.append(f"## {title}\n\n{markdown(heads, rows)}")
    return parts


def _drawing_section(records):
    rates = {(r["case"], r["contender"]): r["rate"] for r in records if "rate" in r}
    names = [name for name in IMAGES if (name, REFERENCE) in rates]
    if not names:
        return []

    def cell(name, contender):
        rate = rates.get((name, contender))
        return f"{rate:,.0f} ({rate / rates[name, REFERENCE]:.2f})" if rate else "-"

    rows = [[f"`{who}`", *(cell(name, who) for name in names)] for who in CONTENDERS]
    text = (
        f"Images a second, in batches of {BATCH} and float32, of the models above; in brackets as "
        "a multiple of plain PyTorch's, more is better. `savedmodel` and `onnx` are what `export` "
        "makes, run without Keras."
    )
    heads = markdown(["", *(f"`{name.removeprefix('draw_')}`" for name in names)], rows)
    return [f"## Drawing and translating\n\n{text}\n\n{heads}"]


def _input_section(records):
    own = [record for record in records if record["case"] in READERS]
    if not own:
        return []
    heads = ["images/s", "first epoch", "later epochs", "repeats"]
    rows = [
        [f"{r['case']}, `{r['contender']}`", f"{r['first']:,.0f}", f"{r['later']:,.0f}"]
        + [str(r["repeats"])]
        for r in own
    ]
    text = (
        "Batches of 64. The first epoch counts from the call of `load`, or from the making of the "
        "data set; the files are in the system's cache. torchvision has no build for this PyTorch: "
        "`image_folder` is what its ImageFolder, ToTensor and Normalize do, written out, with a "
        "DataLoader."
    )
    return [f"## Reading images\n\n{text}\n\n{markdown(heads, rows)}"]


def chart(records):
    """Bars of the times as multiples of plain PyTorch's, a panel a case.

    Args:
        records: list of dicts, as stored.

    Returns:
        A `matplotlib.figure.Figure`.
    """
    found = {case.title: figures(records, case) for case in CASES[1:]}
    found = {title: each for title, each in found.items() if REFERENCE in each}
    columns = 3
    rows = max(1, -(-len(found) // columns))
    figure = new_figure(4.2 * columns, 2.6 * rows)
    for place, (title, each) in enumerate(found.items(), start=1):
        axes = figure.add_subplot(rows, columns, place)
        torch = each[REFERENCE]["ms"]
        most = max(f["ms_least_and_most"][1] for f in each.values()) / torch
        end = min(1.2 * most, LONGEST)
        for i, (name, f) in enumerate(each.items()):
            colour = "C0" if name.startswith("kerasgan") else "0.75"
            ends = [ms / torch for ms in f["ms_least_and_most"]]
            axes.barh(i, f["ms"] / torch, color=colour)
            axes.plot(ends, [i, i], color="0.2", lw=1)
            axes.annotate(
                f"{f['ms'] / torch:.2f}",
                (min(ends[1], 0.9 * end), i),
                (3, 0),
                textcoords="offset points",
                va="center",
                size=7,
            )
        axes.axvline(1, color="0.2", lw=0.8)
        axes.set_yticks(range(len(each)), each, size=7)
        axes.invert_yaxis()
        axes.set_xlim(0, end)
        axes.tick_params(axis="x", labelsize=7)
        axes.set_title(textwrap.fill(title, 40), size=8)
        axes.spines[["top", "right"]].set_visible(False)
    figure.supxlabel("time of a step as a multiple of plain PyTorch's", size=9)
    return figure


def write(path=PATH, table_path=TABLE, chart_path=CHART):
    """Write the table and the chart of what is there.

    Returns:
        The table, a str.
    """
    records = stored(path).read()
    text = table(records)
    write_text(text, table_path)
    with replacing(chart_path) as temporary:
        chart(records).savefig(temporary)
    return text
