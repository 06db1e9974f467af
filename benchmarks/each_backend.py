"""Runs a measurement under each backend, each in a process of its own."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

BACKENDS = ("tensorflow", "jax", "torch")


def main(module, measure, show):
    """The command line of a benchmark: no argument for all backends, or one backend's name.

    Args:
        module: the benchmark's module; `python -m benchmarks.NAME` runs it.
        measure: function to a dict of results, called with `KERAS_BACKEND` set.
        show: function of a backend's name and its results that prints them.

    All results go to `benchmarks/results/NAME.json`.
    """
    parser = argparse.ArgumentParser(description=module.__doc__.splitlines()[0])
    parser.add_argument("backend", nargs="?", choices=BACKENDS)
    backend = parser.parse_args().backend
    if backend:
        os.environ["KERAS_BACKEND"] = backend
        print(json.dumps(measure()))
        return
    path = Path(module.__file__)
    results = {}
    for backend in BACKENDS:
        command = [sys.executable, "-m", f"benchmarks.{path.stem}", backend]
        made = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        results[backend] = json.loads(made.splitlines()[-1])
        show(backend, results[backend])
    (path.parent / "results" / f"{path.stem}.json").write_text(json.dumps(results, indent=1) + "\n")
