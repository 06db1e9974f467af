"""The endurance run: what is noted, and what is made of it."""

import os
import subprocess
import sys

import pytest

from benchmarks import endurance

pytestmark = pytest.mark.any_backend


def test_usage_is_that_of_the_process():
    found = endurance.usage(os.getpid())
    assert 50 < found["memory"] < 50_000 and found["cpu"] > 0


def test_contents_counts_files_at_any_depth(tmp_path):
    (tmp_path / "samples").mkdir()
    (tmp_path / "samples/a.png").write_bytes(b"0" * 2**20)
    (tmp_path / "log.txt").write_bytes(b"")
    assert endurance.contents(tmp_path) == {"files": 2, "size": 1.0}


def test_quarters_are_of_the_time():
    looks = [
        {"epochs": i, "cpu": 2.0 * i, "memory": 100 + i, "files": i, "size": i} for i in range(9)
    ]
    found = endurance.quarters(looks)
    assert [quarter["memory_mib"] for quarter in found] == [100, 102, 104, 106]
    assert {quarter["cpu_seconds_an_epoch"] for quarter in found} == {2.0}
    assert [quarter["files"] for quarter in found] == [2, 4, 6, 8]


def test_an_end_of_its_own_is_an_error(tmp_path):
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
        with pytest.raises(RuntimeError, match="ended by itself, with 0"):
            list(endurance.watch(process, tmp_path, seconds=5, every=0.01))
