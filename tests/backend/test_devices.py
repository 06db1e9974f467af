"""PyTorch steps on a device of their own: the meta device, where nothing has a value.

A tensor that is made elsewhere fails beside those that are there, and so does every wait for a
value, which would stop a GPU.
"""

import contextlib

import keras
import numpy as np
import pytest

from kerasgan import backend
from tests.models.variants import VARIANTS, batches

pytestmark = pytest.mark.skipif(backend.name != "torch", reason="the meta device is PyTorch's")
# Keras takes a tensor there for a symbol when it resizes or repeats.
RESIZED = {"sngan", "fastgan", "projected_gan", "stylegan2"}
ON_META = [name for name in VARIANTS if name not in RESIZED]


@pytest.mark.parametrize("name", ON_META)
def test_a_step_stays_on_its_device_and_waits_for_nothing(name):
    with keras.device("meta"):
        model = VARIANTS[name]()
        model.compile()
        logs = model.train_step(tuple(map(keras.ops.convert_to_tensor, batches(model))))
    assert {value.device.type for value in logs.values()} == {"meta"}
    assert {v.value.device.type for v in model.optimizer.variables} == {"meta"}


def test_a_device_where_nothing_trains_is_refused():
    gan = VARIANTS["gan"]()
    images = np.zeros((8, *gan.data_shape), "float32")
    with keras.device("cpu:0"), pytest.raises(ValueError, match=r'write `keras.device\("cpu"\)`'):
        VARIANTS["gan"]()
    gan.compile()
    with keras.device("meta"):
        elsewhere = VARIANTS["gan"]()
        for use in (lambda: gan.fit(images, verbose=0), gan.generate, elsewhere.generate):
            with pytest.raises(ValueError, match="no numbers.*Received: device='meta'"):
                use()
        elsewhere.compile()
    for use in (lambda: elsewhere.fit(images, verbose=0), elsewhere.generate):
        with pytest.raises(ValueError, match="Received: weights on meta, device='cpu'"):
            use()
    with keras.device("meta"):
        gan.compile()
    with pytest.raises(ValueError, match="within the same `keras.device`.*on cpu, meta"):
        gan.fit(images, verbose=0)


def test_all_within_the_same_device_is_the_same_as_without():
    ends = []
    for scope in (contextlib.nullcontext(), keras.device("cpu")):
        with scope:
            keras.utils.set_random_seed(1)
            gan = VARIANTS["gan"]()
            gan.compile()
            gan.fit(np.zeros((8, *gan.data_shape), "float32"), verbose=0)
            ends.append(gan.generate(2, seed=0))
    np.testing.assert_array_equal(*ends)


def test_adam_on_other_devices_makes_the_numbers_of_keras(monkeypatch):
    from kerasgan.backend.torch import step

    monkeypatch.setattr(step, "_fused", step._foreach)
    ends = []
    for ours in (True, False):
        weights = [keras.Variable(np.linspace(-1, 1, 6).reshape(2, 3)), keras.Variable([0.5])]
        adam = keras.optimizers.Adam(0.1, beta_1=0.5, epsilon=1e-3)
        if ours:
            from kerasgan.optimizers import fuse

            fuse(adam)
        for i in range(3):
            adam.apply([keras.ops.convert_to_tensor(w) * (i - 1) + 0.3 for w in weights], weights)
        ends.append([keras.ops.convert_to_numpy(w) for w in weights])
    for one, two in zip(*ends, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-6)
