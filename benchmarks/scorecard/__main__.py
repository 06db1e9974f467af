"""`python -m benchmarks.scorecard`."""

import argparse
import functools
import sys
from pathlib import Path

import benchmarks.scorecard
from benchmarks.results import write
from benchmarks.runner import run_all
from benchmarks.scorecard import results, rows
from benchmarks.scorecard.table import table

PATH = Path(__file__).parents[1] / "scorecard.md"


def wanted(only=None, seeds=None):
    """The (row, seed) to be made, seed 0 of all rows first.

    Args:
        only: list of rows' names; None for those that are made by default.
        seeds: list of ints; None for each row's own.

    Returns:
        A list of (`Row`, int).

    Raises:
        ValueError: if a name is not known.
    """
    every = {row.name: row for row in rows.every()}
    unknown = [name for name in only or () if name not in every]
    if unknown:
        raise ValueError(f"Unknown rows; there are {', '.join(every)}. Received: only={unknown}")
    chosen = [every[name] for name in only] if only else [r for r in every.values() if r.by_default]
    pairs = [(row, seed) for row in chosen for seed in (seeds or row.seeds)]
    return sorted(pairs, key=lambda pair: pair[1])


def make(row, seed, folder, work):
    """Make a record; its scores as a text."""
    record = results.make(row, seed, folder, work)
    scores = ", ".join(f"{name} {score:.4g}" for name, score in record["scores"].items())
    return f"{scores} ({record['seconds']:.0f} s)"


def listing(folder=results.FOLDER):
    """A line for each row: its name, which seeds are there of how many, its title."""
    lines = []
    for row in rows.every():
        there = len(results.records(row, folder))
        note = "" if row.by_default else " (only if named)"
        title = f"{row.section.name}: {row.title}{note}"
        lines.append(f"{row.name:36} {there:2} of {len(row.seeds):2}  {title}")
    return "\n".join(lines)


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scorecard",
        description=benchmarks.scorecard.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", nargs="+", metavar="ROW", help="these rows (see --list)")
    parser.add_argument("--seeds", nargs="+", type=int, metavar="N", help="in place of their own")
    parser.add_argument("--list", action="store_true", help="list the rows, make nothing")
    parser.add_argument("--table", action="store_true", help="print the table, make nothing")
    parser.add_argument("--folder", type=Path, default=results.FOLDER, help="of the results")
    parser.add_argument("--work", type=Path, default=results.WORK, help="of unfinished rows")
    parser.add_argument("--out", type=Path, default=PATH, help="the table's file")
    args = parser.parse_args(argv)
    if args.list:
        print(listing(args.folder))
        return 0
    try:
        pairs = wanted(args.only, args.seeds)
    except ValueError as error:
        parser.error(str(error))
    code = 0
    if not args.table:
        code = run_all(
            (f"{row.name}, seed {seed}", functools.partial(make, row, seed, args.folder, args.work))
            for row, seed in pairs
            if not results.read(row, seed, args.folder)
        )
    text = table(rows.every(), args.folder)
    write(text, args.out)
    print(text)
    return code


if __name__ == "__main__":
    sys.exit(main())
