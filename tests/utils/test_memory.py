import json
import os
import platform
import subprocess
import sys

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

pytestmark = [
    pytest.mark.any_backend,
    pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="needs glibc"),
]


def faults(**environment):
    """Page faults of four steps that take 40 MiB each, before and after the call."""
    command = [sys.executable, "-c", PROGRAM, memory.__file__]
    own = {k: v for k, v in os.environ.items() if not k.startswith("MALLOC_")}
    done = subprocess.run(command, env={**own, **environment}, capture_output=True, check=True)
    return json.loads(done.stdout)


def test_steps_take_the_memory_that_the_one_before_freed():
    before, after = faults()
    assert before > 1000
    assert after < 100


def test_the_users_own_setting_stands():
    before, after = faults(MALLOC_TRIM_THRESHOLD_="131072")
    assert after > 0.9 * before > 900
