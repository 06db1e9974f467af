"""Programs of these tests, each in a process under a backend of its own, as users run them."""

import os
import subprocess
import sys
from pathlib import Path

TORCHRUN = ["torch.distributed.run", "--standalone"]
ROOT = Path(__file__).parents[2]


def environment(**settings):
    """The variables of a user's process: no backend but the one in `settings`, and JAX with all the
    optimisations of which `tests/conftest.py` spares it most."""
    ours = {"KERAS_BACKEND", "JAX_DISABLE_MOST_OPTIMIZATIONS", "XLA_FLAGS"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


def start(program, backend, *words, processes=1):
    """Runs `tests/across/PROGRAM.py` with words on its command line, to its end; several of it by
    torchrun. JAX compiles as cheaply as in the tests around it."""
    launcher = [*TORCHRUN, f"--nproc-per-node={processes}", "-m"] if processes > 1 else []
    subprocess.run(
        [sys.executable, "-m", *launcher, f"tests.across.{program}", *map(str, words)],
        env={**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        check=True,
    )
