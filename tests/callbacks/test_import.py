import subprocess
import sys

import pytest

pytestmark = pytest.mark.any_backend

PROGRAM = """
import sys, keras
before = set(sys.modules)
import kerasgan.callbacks
heavy = {"matplotlib", "PIL", "tensorflow"}
print(*sorted(heavy & (set(sys.modules) - before)))
"""


def test_import_brings_nothing_heavy():
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == []
