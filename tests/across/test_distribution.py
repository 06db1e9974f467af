"""Several devices make the history and the weights of one."""

import re
import subprocess
import sys

import numpy as np
import pytest

from tests.across.processes import ROOT, TORCHRUN, environment, start
from tests.across.run_loaded import BACKENDS
from tests.models.variants import VARIANTS

pytestmark = pytest.mark.any_backend

OWN = ["draws", "batch_norm"]  # of each replica, but for JAX's
EVERY = [*VARIANTS, "diff_augment", "everything"]


def run(backend, folder, devices, names, processes=1):
    """The numbers of each process."""
    start("run_distributed", backend, folder, devices, *names, processes=processes)
    files = [folder / f"{rank}.npz" for rank in range(processes)]
    return [dict(np.load(file)) for file in files]


def assert_equal(one, other, name, tolerance=1e-5):
    """Asserts that the numbers of one device are those of several, also where each went on from
    what the other saved. What is nearly zero, as in images of a pool, is held to a tenth of the
    tolerance."""
    wanted = {key: value for key, value in one.items() if key.startswith(f"{name} one ")}
    assert len(wanted) > 10
    for key, value in wanted.items():
        ends = [key.replace(" one ", " several ")]
        if not key.endswith(" history"):
            ends += [f"{end} after {name}.one" for end in ends]
        for got in [other[end] for end in ends]:
            np.testing.assert_allclose(got, value, rtol=tolerance, atol=tolerance / 10, err_msg=key)


@pytest.fixture(scope="module", params=BACKENDS)
def runs(request, tmp_path_factory):
    """A backend, the numbers of one device, and those of each process of several: of two devices
    in one process, or, under PyTorch, of one in each of two processes."""
    folder = tmp_path_factory.mktemp(request.param)
    names = ["everything", *OWN]
    if request.param == "torch":
        several = run("torch", folder, 2, names, processes=2)
    else:
        several = run(request.param, folder, 2, names)
    return request.param, several[0], several


def test_several_devices_make_the_numbers_of_one(runs):
    _, one, several = runs
    for other in several:
        assert_equal(one, other, "everything")


def test_one_device_goes_on_from_what_several_saved(runs):
    (backend, one, _), name = runs, "everything"
    if backend == "torch":
        pytest.skip("the processes have no part that is alone")
    after = {key: v for key, v in one.items() if key.endswith(f" after {name}.several")}
    after = {key: v for key, v in after.items() if key.startswith(f"again {name} one ")}
    assert len(after) > 10
    for key, value in after.items():
        wanted = one[key.removeprefix("again ").removesuffix(f" after {name}.several")]
        np.testing.assert_allclose(value, wanted, rtol=1e-5, atol=1e-6, err_msg=key)


def test_each_replica_draws_its_own_latents_and_keeps_the_seed_of_all(runs):
    backend, one, several = runs
    for other in several:
        apart = np.abs(other["draws several history"] - one["draws one history"]).min()
        # JAX's replicas are one program, and its draws those of one device.
        assert apart < 1e-6 if backend == "jax" else apart > 1e-3
    seeds = [key for key in one if key.startswith("draws one ") and one[key].dtype.kind in "iu"]
    assert seeds
    for key in seeds:
        for other in several:
            np.testing.assert_array_equal(other[key.replace(" one ", " several ")], one[key])


def test_batch_statistics_are_those_of_a_replica_but_under_jax(runs):
    backend, one, several = runs
    for other in several:
        apart = np.abs(other["batch_norm several history"] - one["batch_norm one history"]).max()
        assert apart < 1e-5 if backend == "jax" else 1e-3 < apart < 0.5


@pytest.mark.slow
@pytest.mark.parametrize("devices", [2, 4])
@pytest.mark.parametrize("backend", BACKENDS)
def test_every_variant(backend, devices, tmp_path):
    processes = devices if backend == "torch" else 1
    several = run(backend, tmp_path, devices, EVERY, processes)
    for name in EVERY:
        for other in several:
            assert_equal(several[0], other, name, tolerance=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("processes", [2, 4])
def test_every_variant_in_processes_of_jax(processes, tmp_path):
    (one,) = run("jax", tmp_path, 1, EVERY)
    for other in run("jax", tmp_path, processes, EVERY, processes):
        for name in EVERY:
            assert_equal(one, other, name, tolerance=1e-4)


@pytest.mark.parametrize(
    ("backend", "which"), [("tensorflow", [0]), ("jax", [1, 2]), ("torch", [3])]
)
def test_the_page_runs(backend, which, tmp_path):
    programs = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "devices.md").read_text(), re.DOTALL
    )
    (tmp_path / "train.py").write_text("\n".join(programs[i] for i in which))
    module = ["-m", *TORCHRUN, "--nproc-per-node=2"] if backend == "torch" else []
    env = environment(KERAS_BACKEND=backend)
    env["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"
    done = subprocess.run(
        [sys.executable, *module, "train.py"], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("5/5") >= len(which)
    if backend == "torch":
        assert (tmp_path / "gan.keras").exists()
