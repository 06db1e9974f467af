"""A run that is killed at any moment goes on from a whole checkpoint, and ends as if it had not."""

import os

import pytest

from kerasgan.utils.checkpoints import checkpoints
from tests.across.processes import start
from tests.runs.same import assert_same_run

pytestmark = pytest.mark.any_backend

BACKEND = os.environ.get("KILLED_BACKEND", "torch")  # which has nothing to compile each time


@pytest.mark.parametrize("kills", [10, pytest.param(40, marks=pytest.mark.slow)])
def test_kills(tmp_path, kills):
    start("run_kills", BACKEND, tmp_path, kills)
    run = tmp_path / "run"
    assert_same_run(tmp_path / "whole", run)
    log = (run / "log.txt").read_text()
    assert log.count(", from epoch ") == kills + 1 and log.count(" done\n") == 1
    assert {path.name for path in run.rglob(".*")} == {".kerasgan.lock", ".kerasgan.pid"}
    assert len(checkpoints(run / "checkpoints")) == 2
