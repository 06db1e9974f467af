"""Several devices make the history and the weights of one."""

import re
import subprocess
import sys

import numpy as np
import pytest

from tests.across.processes import ROOT, TORCHRUN, environment, start
from tests.across.run_loaded import BACKENDS

pytestmark = pytest.mark.any_backend

SAME = ["adapting", "average", "pack", "penalty"]


def read(path):
    with np.load(path) as stored:
        return {name: stored[name] for name in stored.files}


@pytest.fixture(scope="module", params=BACKENDS)
def runs(request, tmp_path_factory):
    """A backend, the arrays of one device, and a list of those of several: of four in one process,
    of one in each of two processes."""
    file = tmp_path_factory.mktemp(request.param) / "runs.npz"
    start("run_distributed", request.param, file)
    several = [] if request.param == "torch" else [read(file)]
    if request.param != "tensorflow":
        start("run_distributed", request.param, file, processes=2)
        several += [read(f"{file}.{rank}.npz") for rank in (0, 1)]
    return request.param, read(file), several


@pytest.mark.parametrize("name", SAME)
def test_several_devices_make_the_numbers_of_one(runs, name):
    _, one, several = runs
    wanted = {key: value for key, value in one.items() if key.startswith(f"{name}.0")}
    assert len(wanted) > 10
    for other in several:
        for key, value in wanted.items():
            got = other[key.replace(".", ".several.")]
            np.testing.assert_allclose(got, value, rtol=1e-5, atol=1e-6, err_msg=key)


def test_each_replica_draws_its_own_latents_and_keeps_the_seed_of_all(runs):
    backend, one, several = runs
    for other in several:
        apart = np.abs(other["draws.several.000"] - one["draws.000"]).min()
        # JAX's replicas are one program, and its draws those of one device.
        assert apart < 1e-6 if backend == "jax" else apart > 1e-3
    for key, value in one.items():
        if key.startswith("draws.0") and value.dtype.kind in "iu":
            for other in several:
                np.testing.assert_array_equal(other[key.replace(".", ".several.")], value)


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_page_runs(backend, tmp_path):
    programs = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "devices.md").read_text(), re.DOTALL
    )
    (tmp_path / "train.py").write_text(dict(zip(BACKENDS, programs, strict=True))[backend])
    module = ["-m", *TORCHRUN, "--nproc-per-node=2"] if backend == "torch" else []
    env = environment(KERAS_BACKEND=backend)
    env["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
    done = subprocess.run(
        [sys.executable, *module, "train.py"], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "5/5" in done.stdout
    if backend == "torch":
        assert (tmp_path / "gan.keras").exists()
