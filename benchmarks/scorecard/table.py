"""The results as markdown."""

import math
import statistics

from benchmarks.results import markdown, number
from benchmarks.scorecard import results

HEAD = """# Scorecard

Made by `python -m benchmarks.scorecard`, printed by `python -m benchmarks.scorecard --table`.
Figures are means over the seeds ± their standard error; each result is a line of a file in
`benchmarks/results/scorecard/`, with its configuration, versions and the command that makes it
again. In brackets stands what is published, which was made by another protocol: the text above each
table and the last column say what differs.
"""


def table(rows, folder=results.FOLDER):
    """The rows that have results, section by section.

    Args:
        rows: list of `Row`.
        folder: path-like, of the results.

    Returns:
        str.
    """
    parts = [HEAD]
    for section in dict.fromkeys(row.section.name for row in rows):
        of_section = [row for row in rows if row.section.name == section]
        found = {row.name: results.records(row, folder) for row in of_section}
        there = [row for row in of_section if found[row.name]]
        if there:
            parts.append(_section(there, found))
    return "\n".join(parts)


def _section(rows, found):
    section = rows[0].section
    names = dict.fromkeys(
        name.split(": ")[-1] for row in rows for name in found[row.name][0]["scores"]
    )
    columns = section.columns or {name: (name, "{:.3f}", 1) for name in names}
    heads = ["", *(head for head, _, _ in columns.values()), "seeds", "minutes", "differs"]
    lines = [line for row in rows for line in _lines(row, found[row.name], columns)]
    return f"## {section.name}\n\n{section.text}\n\n{markdown(heads, lines)}"


def _lines(row, records, columns):
    """A line, or one for each "PART" of scores that are named "PART: SCORE"."""
    taken = [_minutes(record) for record in records]
    minutes = None if None in taken else statistics.mean(taken)
    parts = dict.fromkeys(name.rpartition(": ")[0] for name in records[0]["scores"])
    for part in parts:
        cells = [f"{row.title}, {part}" if part else row.title]
        for name, (_, form, factor) in columns.items():
            full = f"{part}: {name}" if part else name
            values = [r["scores"][full] * factor for r in records if full in r["scores"]]
            cells.append(cell(values, form, row.published.get(name)))
        yield [*cells, str(len(records)), number("{:.1f}", minutes), row.differs or "-"]


def _minutes(record):
    """Minutes of a result, over all parts of a training that was stopped; None if unknown."""
    seconds = record["seconds"]
    return record.get("core_minutes", seconds and seconds / 60)


def cell(values, form, published=None):
    """The mean of the values ± its standard error, with what is published in brackets.

    Args:
        values: list of floats, one a seed.
        form: str, the format of a number.
        published: str or None.

    Returns:
        str. Without values "-"; of one value, that value; "∞" if one is infinite.

    Example:

    >>> cell([7.0, 8.0, 9.0], "{:.2f}", "6.3 ± 0.5")
    '8.00 ± 0.58 (6.3 ± 0.5)'
    """
    text = form.format(statistics.mean(values)) if values else "-"
    if math.inf in values:
        text = "∞"
    elif len(values) > 1:
        error = statistics.stdev(values) / math.sqrt(len(values))
        text += f" ± {form.format(error)}"
    return f"{text} ({published})" if published else text
