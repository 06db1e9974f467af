"""Keras's own checkpoints by Orbax, which Keras has for JAX."""

import keras
import numpy as np
import pytest

from tests.models.run_killed import compiled
from tests.models.variants import batches

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "jax", reason="Keras has OrbaxCheckpoint for JAX"
)


def assert_same(one, two):
    for kind in (one.variables, two.variables), (one.optimizer.variables, two.optimizer.variables):
        for a, b in zip(*kind, strict=True):
            np.testing.assert_array_equal(np.array(a), np.array(b), err_msg=a.path)


def test_training_goes_on_from_an_orbax_checkpoint(tmp_path):
    name = "gan_batch_norm"  # whose generator and its average are made alike

    def train(model, epochs, *callbacks, initial_epoch=0):
        model.fit(
            *batches(model, steps=2),
            batch_size=16,
            epochs=epochs,
            initial_epoch=initial_epoch,
            shuffle=False,
            verbose=0,
            callbacks=callbacks,
        )
        return model

    folder = str(tmp_path / "orbax")
    first = compiled(name)
    start = first.get_weights()
    train(first, 2, keras.callbacks.OrbaxCheckpoint(folder))
    loaded, weights = keras.models.load_model(folder), compiled(name)
    weights.load_weights(folder)
    assert_same(loaded, first)
    assert_same(weights, first)
    assert any(np.any(a != b) for a, b in zip(start, first.get_weights(), strict=True))
    train(first, 3, initial_epoch=2)
    for model in (loaded, weights):
        assert_same(train(model, 3, initial_epoch=2), first)
