import os
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# JAX would compile each tiny model's step anew in every test: keep what it has compiled. Most of
# the tests' time would go into optimising what runs once; `tests/across` takes these two away.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_use_fusion_emitters=false")
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(Path(tempfile.gettempdir(), "kerasgan-jax")))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")

import keras
import numpy as np
import pytest

from tests.runs.settings import cyclegan_run, gan_run

BACKEND = keras.backend.backend()
ROOT = Path(__file__).parents[1]
WORKERS = ["across", "any", "tensorflow", "jax", "torch"]
if os.environ.get("PYTEST_XDIST_WORKER") in WORKERS[1:]:
    os.nice(5)  # "across" takes the longest: the others leave it what it can use of the processor
# Packages whose examples do not depend on the backend; a module of tests says it by a mark.
ANY_BACKEND = [
    ROOT / "kerasgan" / name for name in ("cli", "datasets", "health", "runs", "serve", "utils")
]


def pytest_collection_modifyitems(items):
    """Of the workers of `make test`, "across" runs those tests, "any" what else does not depend on
    the backend, and those that are called by their backends run the rest."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    for item in items:
        if any(folder in item.path.parents for folder in ANY_BACKEND):
            item.add_marker("any_backend")
    if worker in WORKERS:
        items[:] = [item for item in items if worker in _workers(item)]


def _workers(item):
    if not item.get_closest_marker("any_backend"):
        return WORKERS[2:]
    return ["across" if ROOT / "tests/across" in item.path.parents else "any"]


if BACKEND == "tensorflow":
    from tensorflow.config import run_functions_eagerly

    run_functions_eagerly(True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(item):
        """A tiny model is sooner run than made a graph of: that is for tests marked `compiled`."""
        run_functions_eagerly(item.get_closest_marker("compiled") is None)


@pytest.fixture(autouse=True)
def _same_seed():
    keras.utils.set_random_seed(0)


@pytest.fixture
def images():
    """32 images 8x8x1, uniform in [-1, 1]."""
    return np.random.default_rng(0).uniform(-1, 1, (32, 8, 8, 1)).astype("float32")


@pytest.fixture
def config(tmp_path):
    """Settings of a short run of a GAN."""
    return gan_run(tmp_path)


@pytest.fixture
def sides(tmp_path):
    """Settings of a short run of a CycleGAN."""
    return cyclegan_run(tmp_path)
