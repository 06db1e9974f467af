"""The three backends make the same numbers from the same start, data and latents."""

import contextlib
import subprocess

import keras
import numpy as np
import pytest

from tests.across.processes import begin
from tests.across.run_loaded import BACKENDS, KINDS
from tests.models.variants import RANDOM_INSIDE, VARIANTS, samples

pytestmark = pytest.mark.any_backend

COMPARED = [name for name in VARIANTS if name not in RANDOM_INSIDE]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Folder with what each backend made, and what each made of what each saved."""
    folder = tmp_path_factory.mktemp("runs")
    with contextlib.ExitStack() as stack:
        programs = []
        for backend in BACKENDS:
            program = begin("run_loaded", backend, folder, pipe=subprocess.PIPE)
            programs.append(stack.enter_context(program))
            if backend == "tensorflow":  # whose weights all start from
                assert programs[0].stdout.readline() == "made\n"
        for program in programs[1:]:
            assert program.stdout.readline() == "made\n"
        for program in programs:
            program.stdin.write("all have\n")
            program.stdin.flush()
        assert [program.wait() for program in programs] == [0, 0, 0]
    return folder


@pytest.mark.parametrize("backend", BACKENDS[1:])
@pytest.mark.parametrize("name", COMPARED)
def test_losses_and_weights_agree_after_five_steps(runs, name, backend):
    with (
        np.load(runs / f"{name}.tensorflow.npz") as want,
        np.load(runs / f"{name}.{backend}.npz") as got,
    ):
        assert want.files == got.files
        assert want["arr_0"].shape[0] == 5
        for key in want.files:
            scale = np.abs(want[key]).max()  # relative to the tensor's largest entry
            # and 1e-6, a hundredth of SRGAN's step: where a gradient is next to nothing, Adam makes
            # more of its rounding; 9e-7 on a processor without AVX-512
            atol = 1e-4 * scale + 1e-6
            np.testing.assert_allclose(got[key], want[key], rtol=1e-4, atol=atol)


@pytest.mark.parametrize("saver", BACKENDS)
@pytest.mark.parametrize("loader", BACKENDS)
@pytest.mark.parametrize("name", KINDS)
def test_saved_under_any_backend_it_goes_on_under_any(runs, name, saver, loader):
    want = np.load(runs / f"{name}.{saver}.npy")
    with (
        np.load(runs / f"{name}.{saver}.{loader}.npz") as got,
        np.load(runs / f"{name}.{saver}.{saver}.npz") as at_home,
    ):
        np.testing.assert_allclose(got["made"], want, rtol=1e-5, atol=1e-5)
        assert np.isfinite(got["losses"]).all()
        if name not in RANDOM_INSIDE:
            np.testing.assert_allclose(got["losses"], at_home["losses"], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", [name for name in VARIANTS if name not in KINDS])
def test_every_variant_loads(runs, name, backend):
    model = keras.models.load_model(runs / f"{name}.{backend}.keras")
    want = np.load(runs / f"{name}.{backend}.npy")
    np.testing.assert_allclose(samples(model, 8), want, rtol=1e-5, atol=1e-5)
