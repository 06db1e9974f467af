"""Runs measurements one after another, each in a process of its own."""

import json
import subprocess
import sys

from benchmarks.speed import results


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


def run(module, *words):
    """What a module prints in its last line, as JSON.

    Raises:
        subprocess.CalledProcessError: if it fails.
    """
    command = [sys.executable, "-m", module, *map(str, words)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def run_all(todo, seconds, path=results.PATH):
    """Measure what is not there yet; what fails is named, and the others go on.

    Args:
        todo: what `jobs` returns.
        seconds: float, the least that is timed.
        path: path-like, of the results.

    Returns:
        How many failed.
    """
    failed = 0
    for case, contender, repeat in todo:
        record = {"case": case.name, "contender": contender, "repeat": repeat}
        record["configuration"] = case.configuration(seconds)
        there = [old for old in results.read(path)["records"] if results.same(old, record)]
        if any(old["configuration"] == record["configuration"] for old in there):
            continue
        words = (case.name, contender, "--seconds", seconds)
        try:
            found = run("benchmarks.speed.child", *words)
        except subprocess.CalledProcessError as error:
            print(f"{case.name}, {contender}, repeat {repeat} failed: {error}", file=sys.stderr)
            failed += 1
            continue
        results.add({**record, **found}, path)
        figure = f"{found['ms']:.2f} ms a step" if "ms" in found else found["gflops"]
        print(f"{case.name}, {contender}, repeat {repeat}: {figure}", flush=True)
    return failed
