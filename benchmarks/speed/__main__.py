"""`python -m benchmarks.speed`."""

import argparse
import sys
from pathlib import Path

import benchmarks.speed
from benchmarks.speed import medians, table
from benchmarks.speed.cases import CASES


def program(name, doc, cases, argv=None, repeats=5, seconds=1.5):
    """The command line of measurements of cases.

    Args:
        name: str, of the module.
        doc: str, its help.
        cases: list of `benchmarks.speed.cases.Case`.
        argv: list of str; None for the command line.
        repeats: int, the default.
        seconds: float, the default.

    Returns:
        The exit code.
    """
    contenders = sorted({contender for case in cases for contender in case.contenders})
    parser = argparse.ArgumentParser(
        prog=f"python -m {name}",
        description=doc,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [case.name for case in cases]
    parser.add_argument("--only", nargs="+", metavar="CASE", choices=names, help="see --list")
    parser.add_argument("--contender", nargs="+", metavar="NAME", choices=contenders)
    parser.add_argument("--repeats", type=int, default=repeats)
    parser.add_argument("--seconds", type=float, default=seconds, help="the least that is timed")
    parser.add_argument("--list", action="store_true", help="list the cases, measure nothing")
    parser.add_argument("--table", action="store_true", help="write the table, measure nothing")
    parser.add_argument("--results", type=Path, default=medians.PATH)
    parser.add_argument("--work", type=Path, default=medians.WORK, help="of unfinished cases")
    parser.add_argument("--out", type=Path, default=table.TABLE, help="the table's file")
    parser.add_argument("--chart", type=Path, default=table.CHART, help="the chart's file")
    args = parser.parse_args(argv)
    if args.list:
        for case in cases:
            print(f"{case.name:20} {case.title}: {', '.join(case.contenders)}")
        return 0
    chosen = [case for case in cases if not args.only or case.name in args.only]
    code = 0
    if not args.table:
        given = args.contender, args.repeats, args.seconds
        code = medians.measure_all(chosen, *given, args.results, args.work)
    print(table.write(args.results, args.out, args.chart))
    return code


if __name__ == "__main__":
    sys.exit(program("benchmarks.speed", benchmarks.speed.__doc__, CASES))
