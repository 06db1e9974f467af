"""`python -m benchmarks.gpu`."""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

import benchmarks.gpu
from benchmarks.results import markdown, number, write
from benchmarks.runner import BACKENDS, child, run_all
from benchmarks.speed.cases import CASES

HEADS = ["backend", "device", "model", "dtype", "steps/s", "images/s", "memory, MiB"]
CHECKS = ["backend", "losses", "images", "right", "waits", "layout"]


def card():
    """The name and the driver of the GPUs, as nvidia-smi says them; None without it."""
    if not shutil.which("nvidia-smi"):
        return None
    ask = ["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    done = subprocess.run(ask, capture_output=True, text=True)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else None


def table(found):
    """The figures of the backends as two tables.

    Args:
        found: dict of a backend to what `benchmarks.gpu.child` prints.

    Returns:
        str, in Markdown.
    """
    checks, speeds = [], []
    for backend, figures in found.items():
        worst = figures["correct"].values()
        checks.append(
            [
                backend,
                *(f"{max(row[name] for row in worst):.1e}" for name in ("losses", "images")),
                "yes" if all(row["right"] for row in worst) else "NO",
                "; ".join(figures["waits"]["found"]) or "none",
                figures["layout"],
            ]
        )
        for row in figures["speed"]:
            rates = [number("{:.1f}", row[name]) for name in ("steps_s", "images_s")]
            memory = number("{:.0f}", row["peak_mib"])
            speeds.append([backend, figures["device"], row["model"], row["dtype"], *rates, memory])
    return markdown(CHECKS, checks) + "\n" + markdown(HEADS, speeds)


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu",
        description=benchmarks.gpu.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [case.name for case in CASES if case.variant != "peak"]
    usual = ["dcgan28", "dcgan64", "wgan_gp", "cyclegan_1"]
    parser.add_argument("--backends", nargs="+", choices=BACKENDS, default=BACKENDS)
    parser.add_argument("--models", nargs="+", choices=names, default=usual)
    parser.add_argument("--steps", type=int, default=50, help="that are timed as one")
    parser.add_argument("--traces", type=Path, default=Path("runs/gpu"), help="a folder")
    parser.add_argument("--out", type=Path, help="a JSON file for the figures")
    args = parser.parse_args(argv)
    found = {}

    def job(backend):
        words = ["--models", *args.models, "--steps", args.steps, "--traces", args.traces]
        found[backend] = child("benchmarks.gpu.child", backend, *words)
        return found[backend]["device"]

    code = run_all((name, lambda name=name: job(name)) for name in args.backends)
    print("\n" + table(found))
    if args.out:
        write(json.dumps({"card": card(), "backends": found}, indent=1) + "\n", args.out)
    wrong = [b for b, f in found.items() if not all(row["right"] for row in f["correct"].values())]
    return code or len(wrong) > 0


if __name__ == "__main__":
    sys.exit(main())
