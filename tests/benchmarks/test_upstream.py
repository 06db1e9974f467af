import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_backend

FOLDER = Path(__file__).parents[2] / "benchmarks" / "upstream"
PROGRAMS = sorted(path.name for path in FOLDER.glob("*.py"))


def test_readme_names_every_program():
    table = (FOLDER / "README.md").read_text()
    assert PROGRAMS and sorted(re.findall(r"^\| `(\w+\.py)`", table, re.M)) == PROGRAMS


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_to_be_mended_is_still_there(name):
    # without what the tests set for JAX, which would slow its convolutions
    env = {key: value for key, value in os.environ.items() if not key.startswith("JAX_")}
    done = subprocess.run(
        [sys.executable, FOLDER / name], env=env, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
