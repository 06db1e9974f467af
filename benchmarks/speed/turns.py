"""Measurements that have no steps: contenders take turns, each time in a process of its own."""

import argparse
import functools
import statistics
from pathlib import Path

from benchmarks.runner import child, run_all
from benchmarks.speed import medians, table


def measure_all(module, pairs, repeats, path=medians.PATH, more=()):
    """Let all contenders take turns, backwards in every other repeat.

    Args:
        module: str, the program of one measurement, which prints figures as JSON.
        pairs: list of (case, contender), its words.
        repeats: int.
        path: path-like, of the medians, which are written after each measurement.
        more: list of str, further words.

    Returns:
        The exit code.
    """
    figures, found = medians.stored(path), {pair: [] for pair in pairs}

    def measure(pair):
        own = found[pair]
        own.append(child(module, *pair, *more))
        middle = {k: statistics.median(each[k] for each in own) for k in own[0]}
        place = dict(zip(("case", "contender"), pair, strict=True))
        figures.add({**place, "repeats": len(own), **middle})
        return own[-1]

    turns = [pairs[:: -1 if repeat % 2 else 1] for repeat in range(repeats)]
    return run_all(
        (", ".join(pair), functools.partial(measure, pair)) for turn in turns for pair in turn
    )


def program(name, doc, module, pairs, argv=None, more=()):
    """The command line of such measurements, see `measure_all`.

    Args:
        name: str, of the module.
        doc: str, its help.
        argv: list of str; None for the command line.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m {name}",
        description=doc,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--results", type=Path, default=medians.PATH)
    parser.add_argument("--out", type=Path, default=table.TABLE, help="the table's file")
    parser.add_argument("--chart", type=Path, default=table.CHART, help="the chart's file")
    args = parser.parse_args(argv)
    code = measure_all(module, pairs, args.repeats, args.results, more)
    print(table.write(args.results, args.out, args.chart))
    return code
