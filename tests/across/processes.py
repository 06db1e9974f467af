"""Programs of these tests, each in a process under a backend of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def start(program, backend, *words):
    """Runs `tests/across/PROGRAM.py` with words on its command line, to its end."""
    subprocess.run(
        [sys.executable, "-m", f"tests.across.{program}", *map(str, words)],
        env={**os.environ, "KERAS_BACKEND": backend},
        cwd=ROOT,
        check=True,
    )
