"""A training is the same, to the last bit, in every process."""

import json
import subprocess
import sys

import pytest

from tests.across.processes import ROOT, environment
from tests.across.run_loaded import BACKENDS
from tests.across.run_repeat import VARIANTS

pytestmark = pytest.mark.any_backend


# of one player each, with layers that note something, and of four players with pools
SOON = ("dcgan", "sngan", "cyclegan")


def hashes(backend, names):
    # of several threads, in whose order updates and reads once met
    env = environment(KERAS_BACKEND=backend)
    env = {k: v for k, v in env.items() if not k.startswith(("OMP_", "TF_NUM_"))}
    env["OMP_WAIT_POLICY"] = "passive"  # else they spend more in waiting for each other
    program = [sys.executable, "-m", "tests.across.run_repeat", *names]
    done = subprocess.run(program, env=env, cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def repeats(backend, names):
    first, second = hashes(backend, names), hashes(backend, names)
    return set(first) == set(names) and first == second


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_convolutional_variant_repeats(backend):
    assert repeats(backend, SOON)


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_every_convolutional_variant_repeats(backend):
    assert repeats(backend, VARIANTS)
