"""Measures cases, each time in a process of its own."""

import functools
import statistics
from pathlib import Path

from benchmarks.results import Records
from benchmarks.runner import child, run_all

PATH = Path(__file__).parents[1] / "results" / "speed.json"
WORK = Path("runs/speed.json")
MEDIANS = ("seconds_to_first_step", "compile_seconds", "peak_mib")


def jobs(cases, contenders, repeats):
    """What is to be measured, repeat by repeat, with another contender first in each.

    Args:
        cases: list of `benchmarks.speed.cases.Case`.
        contenders: list of str, those that take part where a case has them; None for all.
        repeats: int.

    Returns:
        A list of (`Case`, contender, repeat).
    """
    found = []
    for repeat in range(repeats):
        for case in cases:
            names = [name for name in case.contenders if not contenders or name in contenders]
            first = repeat % max(1, len(names))
            found += [(case, name, repeat) for name in names[first:] + names[:first]]
    return found


def stored(path=PATH):
    """The figures of each case and contender."""
    return Records(path, "case", "contender")


def summary(repeats):
    """The figures of some repeats: medians, and of the time the least and the most too.

    Args:
        repeats: list of dicts, what `benchmarks.speed.child` prints.

    Returns:
        dict. Of the machine's peak it has the best.
    """
    count, last = {"repeats": len(repeats)}, repeats[-1]
    if "gflops" in last:
        best = {kind: max(found["gflops"][kind] for found in repeats) for kind in last["gflops"]}
        return {**count, "gflops": best}
    times = [found["ms"] for found in repeats]
    return {
        **count,
        "ms": round(statistics.median(times), 5),
        "ms_least_and_most": [min(times), max(times)],
        **{name: _median([found[name] for found in repeats]) for name in MEDIANS},
        **{name: last[name] for name in ("gflop", "versions") if name in last},
        "load_before": max(found["load_before"] for found in repeats),
    }


def _median(values):
    """None where nobody could tell, as the memory where there is no Linux."""
    return None if None in values else statistics.median(values)


def measure_all(cases, contenders, repeats, seconds, path=PATH, work=WORK):
    """Measure what is not there yet.

    Args:
        cases, contenders, repeats: as for `jobs`.
        seconds: float, the least that is timed.
        path: path-like, of the figures.
        work: path-like, of the single repeats, which go once all is measured.

    Returns:
        The exit code.
    """
    figures, singles = stored(path), Records(work, "case", "contender", "repeat")

    def measure(given, repeat):
        words = given["case"], given["contender"], "--seconds", seconds
        found = child("benchmarks.speed.child", *words)
        singles.add({**given, "repeat": repeat, **found})
        every = [singles.find({**given, "repeat": i}) for i in range(repeats)]
        figures.add({**given, **summary([each for each in every if each])})
        return f"{found['ms']:.2f} ms a step" if "ms" in found else found["gflops"]

    todo, configured = [], {case.name: case.configuration(seconds) for case in cases}
    for case, contender, repeat in jobs(cases, contenders, repeats):
        given = {"case": case.name, "contender": contender, "configuration": configured[case.name]}
        complete = (figures.find(given) or {"repeats": 0})["repeats"] >= repeats
        if not complete and not singles.find({**given, "repeat": repeat}):
            name = f"{case.name}, {contender}, repeat {repeat}"
            todo.append((name, functools.partial(measure, given, repeat)))
    code = run_all(todo)
    if code == 0:
        Path(work).unlink(missing_ok=True)
    return code
