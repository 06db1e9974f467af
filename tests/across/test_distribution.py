"""Two devices make the history and the weights of one."""

import numpy as np
import pytest

from tests.across.processes import start

pytestmark = pytest.mark.any_backend


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_two_devices_make_the_numbers_of_one(backend, tmp_path):
    start("run_distributed", backend, tmp_path / "runs.npz")
    with np.load(tmp_path / "runs.npz") as stored:
        arrays = [stored[name] for name in stored.files]
    half = len(arrays) // 2
    for one, two in zip(arrays[:half], arrays[half:], strict=True):
        np.testing.assert_allclose(two, one, rtol=1e-5, atol=1e-6)
