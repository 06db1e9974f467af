"""A run on a disk that fills up says so, keeps what it has, and goes on where there is room."""

import shlex
import shutil
import subprocess
import sys

import numpy as np
import pytest

from kerasgan import runs
from kerasgan.utils.checkpoints import checkpoints, damage
from tests.across.processes import environment

pytestmark = pytest.mark.any_backend

# A file system of this shell's own; where that is not allowed, files of at most 100 kB.
OWN_DISK = ["unshare", "-rm"]
TMPFS = "mount -t tmpfs -o size=700k none disk", "mount -o remount,size=100m disk"
LIMITS = "ulimit -Sf 100", "ulimit -Sf unlimited"
SCRIPT = """
mkdir disk
{small}
{train} gan --data data.npz --batch-size 10 --epochs 30 --generator-units 64 \\
  --discriminator-units 64 --out disk/run
printf '\\nended with %s\\n' $?
cp -r disk/run full
{large}
{train} --resume disk/run
printf '\\nended with %s\\n' $?
cp -r disk/run end
"""


def test_a_full_disk(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (30, 8, 8), "uint8")
    np.savez(tmp_path / "data.npz", images=images)
    train = f"{shlex.quote(sys.executable)} -m kerasgan train"
    trial = [*OWN_DISK, "mount", "-t", "tmpfs", "none", str(tmp_path)]
    allowed = shutil.which("unshare") and subprocess.run(trial, check=False).returncode == 0
    small, large = TMPFS if allowed else LIMITS
    script = SCRIPT.format(train=train, small=small, large=large)
    done = subprocess.run(
        [*(OWN_DISK if allowed else ()), "bash", "-c", script],
        cwd=tmp_path,
        env=environment(KERAS_BACKEND="torch"),
        capture_output=True,
        text=True,
        check=True,
    )
    ended = [line for line in done.stdout.splitlines() if line.startswith("ended with")]
    assert ended == ["ended with 2", "ended with 0"]
    errors = [line for line in done.stderr.splitlines() if line.startswith("kerasgan: error: ")]
    assert len(errors) == 1 and "There is no room for disk/run/" in errors[0]
    assert "What was there before is kept" in errors[0]
    assert "Traceback" not in done.stderr
    kept = checkpoints(tmp_path / "full" / "checkpoints")
    assert kept or not allowed
    assert [damage(path) for path in kept] == [None] * len(kept)
    assert not list((tmp_path / "full").rglob(".kerasgan-*"))
    assert runs.read_config(tmp_path / "end").steps == 90
