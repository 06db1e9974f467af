import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _same_seed():
    keras.utils.set_random_seed(0)


@pytest.fixture(autouse=True)
def _doctest_names(doctest_namespace):
    doctest_namespace["np"] = np


@pytest.fixture
def images():
    """32 images 8x8x1, uniform in [-1, 1]."""
    return np.random.default_rng(0).uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
