"""The README's commands run as they stand, but for the length of the trainings."""

import re
import shlex
import subprocess
import sys

import numpy as np
import pytest

from kerasgan.utils import save_image
from tests.across.processes import ROOT, environment

pytestmark = pytest.mark.any_backend

COMMANDS = [
    line.split("#")[0].strip()
    for block in re.findall(r"```bash\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    for line in block.splitlines()
]


def test_the_two_commands_are_there():
    assert COMMANDS[:2] == ["make demo", "make test"]  # run by .ci/run, not from inside the tests


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the commands run, one after another, as a user's would; with images to translate."""
    folder = tmp_path_factory.mktemp("user")
    rng = np.random.default_rng(0)
    for side in ("trainA", "trainB", "testA", "testB"):
        for i in range(2):
            image = rng.integers(0, 256, (32, 32, 3), dtype="uint8")
            save_image(image, folder / "emoji" / side / f"{i}.png")
    return folder


@pytest.mark.parametrize("command", COMMANDS[2:])
def test_commands_run(command, folder):
    command = re.sub(r"--(epochs|n-epochs|n-epochs-decay) \d+", r"--\1 1", command)
    words = shlex.split(command)
    settings = dict(word.split("=") for word in words if re.fullmatch(r"[A-Z_]+=\w+", word))
    program, *arguments = [word for word in words if word.split("=")[0] not in settings]
    start = {"kerasgan": ["-m", "kerasgan"], "python": []}[program]
    short = {"kerasgan": [], "python": ["--steps", "4", "--frames", "2"]}[program]
    arguments = [str(ROOT / a) if a.startswith("apps/") else a for a in arguments]
    subprocess.run(
        [sys.executable, *start, *arguments, *short],
        cwd=folder,
        env=environment(**settings),
        check=True,
    )
    if "--out" in arguments:
        out = folder / arguments[arguments.index("--out") + 1]
        assert out.stat().st_size > 0 and (out.suffix or any(out.iterdir()))
