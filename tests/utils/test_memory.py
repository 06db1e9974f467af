import json
import os
import platform
import subprocess
import sys
import types

import pytest

from kerasgan.utils import memory

PROGRAM = """
import json, resource, runpy, sys
import numpy as np

def faults():
    def step():
        return [np.ones(2**23, "uint8") for _ in range(5)]

    [step() for _ in range(3)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    [step() for _ in range(4)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

before = faults()
runpy.run_path(sys.argv[1])["keep_freed_memory"]()
faults()
print(json.dumps([before, faults()]))
"""

pytestmark = pytest.mark.any_backend
needs_glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc")


def faults(**environment):
    """Page faults of four steps that take 40 MiB each, before and after the call."""
    command = [sys.executable, "-c", PROGRAM, memory.__file__]
    own = {k: v for k, v in os.environ.items() if not k.startswith("MALLOC_")}
    done = subprocess.run(command, env={**own, **environment}, capture_output=True, check=True)
    return json.loads(done.stdout)


@needs_glibc
def test_steps_take_the_memory_that_the_one_before_freed():
    before, after = faults()
    assert before > 1000
    assert after < 100


@needs_glibc
def test_the_users_own_setting_stands():
    before, after = faults(MALLOC_TRIM_THRESHOLD_="131072")
    assert after > 0.9 * before > 900


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine of 1000 free bytes; writes files of its control groups."""
    available = types.SimpleNamespace(available=1000)
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: available)
    monkeypatch.setattr(memory, "GROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(memory, "LIMITS", tmp_path / "fs")
    monkeypatch.delenv("LOCAL_WORLD_SIZE", raising=False)

    def write(groups, **files):
        (tmp_path / "cgroup").write_text(groups)
        for name, content in files.items():
            path = tmp_path / "fs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{content}\n")

    return write


def test_without_control_groups_the_machine_decides(machine, monkeypatch):
    assert memory.free_memory() == 1000
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    assert memory.free_memory() == 250


def test_the_narrowest_group_of_the_tree_decides(machine):
    machine(
        "0::/pod/box",
        **{
            "pod/memory.max": 900,
            "pod/memory.current": 500,
            "pod/memory.stat": "anon 300\ninactive_file 100",  # may be dropped at any time
            "pod/box/memory.max": "max",
            "pod/box/memory.current": 400,
        },
    )
    assert memory.free_memory() == 500
    machine("0::/pod/box", **{"pod/box/memory.max": 450})
    assert memory.free_memory() == 50
    machine("0::/pod/box", **{"pod/box/memory.max": 300})
    assert memory.free_memory() == 0
    machine("0::/", **{"memory.max": 700})  # as a container sees its own group
    assert memory.free_memory() == 700


def test_groups_of_the_first_version(machine):
    machine(
        "4:memory:/docker/0a1b\n1:cpu,cpuacct:/docker/0a1b\n0::/docker/0a1b",
        **{  # where the container sees its own group as the root
            "memory/memory.limit_in_bytes": 800,
            "memory/memory.usage_in_bytes": 400,
            "memory/memory.stat": "total_inactive_file 150",
        },
    )
    assert memory.free_memory() == 550
    machine("4:memory:/", **{"memory/memory.limit_in_bytes": 2**63 - 4096})  # no limit
    assert memory.free_memory() == 1000
