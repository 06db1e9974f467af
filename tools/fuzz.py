"""Feeds kerasgan damaged files and nonsense by the thousand: `python -m tools.fuzz`.

Of loaders: whole files of each kind, of which one is damaged: bytes flipped, cut out, doubled or
put in; a zip's part changed with its checksum right; a value in a JSON file replaced; a folder, a
pipe or a dangling link in its place. Of constructors: see `tools/nonsense.py`. Only a ValueError, a
TypeError or an OSError that names a file may come of it, soon; what is loaded must be sound. Each
input has its own seed, which is printed where it shows a fault: `--first N --loaders 1` repeats it.
"""

import argparse
import collections
import functools
import hashlib
import io
import json
import random
import resource
import shutil
import signal
import tempfile
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools import nonsense
from tools.calls import calls
from tools.damage import damage, make

SECONDS = 10  # for one input
MEMORY = 8 * 2**30  # bytes, of this process


def run_loaders(first: int, count: int, seed: int) -> collections.Counter:
    """Loads damaged files; prints what is not refused as it should be, and counts it."""
    found: collections.Counter = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        whole, work = Path(folder, "whole"), Path(folder, "work")
        readers = make(whole)
        for name, read in readers.items():
            read(whole / name)
        for i in range(first, first + count):
            rng = random.Random(f"{seed} {i}")
            name = rng.choice(sorted(readers))
            shutil.copytree(whole / name, work)
            file = rng.choice(sorted(path for path in work.rglob("*") if path.is_file()))
            damage(file, rng)
            if name == "preset" and file.is_file() and rng.random() < 0.5:
                _sign(work)
            report(
                found, f"loader {i}: {name}, {file.name}", functools.partial(readers[name], work)
            )
            shutil.rmtree(work)
    return found


def _sign(folder):
    """Puts the hash of a preset's weights right."""
    try:
        card = json.loads((folder / "card.json").read_text())
        card["sha256"] = hashlib.sha256((folder / "weights.npz").read_bytes()).hexdigest()
        (folder / "card.json").write_text(json.dumps(card))
    except (OSError, RecursionError, TypeError, ValueError):
        pass


def report(found: collections.Counter, name: str, read: Callable[[], Any]) -> None:
    """Runs one input and counts what comes of it; prints faults."""

    def stop(*_):
        raise nonsense.Hang

    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        with warnings.catch_warnings(action="ignore"):
            read()
        found["accepted"] += 1
    except nonsense.Hang:
        found["hangs"] += 1
        print(f"{name}: HANG", flush=True)
    except (TypeError, ValueError) as error:
        found["refused"] += 1
        str(error)
    except Exception as error:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if isinstance(error, OSError) and error.filename:
            found["refused"] += 1
            return
        kind = "accepted nonsense" if isinstance(error, AssertionError) else "uncaught"
        found[kind] += 1
        text = io.StringIO()
        traceback.print_tb(error.__traceback__, limit=-3, file=text)
        print(
            f"{name}: {kind}: {type(error).__name__}: {str(error)[:300]}\n{text.getvalue()}",
            flush=True,
        )
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def run_constructors(first: int, count: int, seed: int) -> collections.Counter:
    """Calls what is public with nonsense; prints what is not refused as it should be."""
    found: collections.Counter = collections.Counter()
    names = sorted(calls())
    for name in names:
        nonsense.outcome(name, calls()[name][1], seconds=60)
    for i in range(first, first + count):
        rng = random.Random(f"{seed} {i}")
        name = names[i % len(names)]
        places = [
            (
                rng.choice(sorted(calls()[name][1])),
                rng.randrange(4),
                rng.choice(nonsense.NONSENSE),
            )
            for _ in range(rng.choice([1, 1, 2, 3]))
        ]
        arguments, meant = nonsense.spoiled(name, places)
        try:
            with warnings.catch_warnings(action="ignore"):
                result = nonsense.outcome(name, arguments)
        except nonsense.Hang:
            result = "hangs"
        if result == "accepted" and not meant:
            result = "accepted nonsense"
        kind = (
            result
            if result in ("accepted", "refused", "hangs", "accepted nonsense")
            else "uncaught"
        )
        found[kind] += 1
        if kind not in ("accepted", "refused"):
            print(f"constructor {i}: {name}: {result}: {places!r:.300}", flush=True)
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loaders", type=int, default=5000, help="how many inputs")
    parser.add_argument("--constructors", type=int, default=3000, help="how many calls")
    parser.add_argument("--first", type=int, default=0, help="the first one's number")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    total: collections.Counter = collections.Counter()
    for task, name in ((run_constructors, "constructors"), (run_loaders, "loaders")):
        count = getattr(options, name)
        found = task(options.first, count, options.seed)
        print(f"{count} {name} from {options.first}, seed {options.seed}: {dict(found)}")
        total += found
    faults = {name: total[name] for name in ("uncaught", "hangs", "accepted nonsense")}
    print(faults)
    raise SystemExit(any(faults.values()))
