"""The textbook's loop, in the textbook's order of calls, judged by who moved."""

import keras
import numpy as np
import pytest

from kerasgan.models import GAN
from tests.models.variants import MLP, moved, normalised_discriminator, weights


@pytest.fixture
def gan():
    return GAN((8, 8, 1), 4, generator_units=(8,), discriminator=normalised_discriminator())


def loss():
    return keras.losses.BinaryCrossentropy(from_logits=True)


def test_textbook_loop(gan, images):
    ones, zeros = np.ones((32, 1)), np.zeros((32, 1))
    gan.discriminator.compile(loss=loss(), optimizer=keras.optimizers.Adam(1e-2))
    gan.combined.compile(loss=loss(), optimizer=keras.optimizers.Adam(1e-2))
    for _ in range(3):
        latents = np.random.normal(size=(32, 4)).astype("float32")
        fakes = gan.generator.predict(latents, verbose=0)
        for batch, labels in ((images, ones), (fakes, zeros)):
            before = weights(gan.generator), weights(gan.discriminator)
            gan.discriminator.train_on_batch(batch, labels)
            assert not any(moved(before[0], weights(gan.generator)))
            assert all(moved(before[1], weights(gan.discriminator)))
        before = weights(gan.generator), weights(gan.discriminator)
        gan.combined.train_on_batch(latents, ones)
        assert all(moved(before[0], weights(gan.generator)))
        assert not any(moved(before[1], weights(gan.discriminator)))


def test_textbook_loop_learns():
    """The generator finds a constant picture, so its training through `combined` is real."""
    gan = GAN(**MLP)
    gan.discriminator.compile(loss=loss(), optimizer=keras.optimizers.Adam(1e-3))
    gan.combined.compile(loss=loss(), optimizer=keras.optimizers.Adam(1e-2))
    target = np.full((32, 8, 8, 1), -0.9, "float32")
    rng = np.random.default_rng(0)

    def distance():
        return np.abs(gan.generate(64, seed=1) - target[:1]).mean()

    before = distance()
    for _ in range(60):
        latents = rng.normal(size=(32, 4)).astype("float32")
        fakes = gan.generator.predict(latents, verbose=0)
        gan.discriminator.train_on_batch(target, np.ones((32, 1)))
        gan.discriminator.train_on_batch(fakes, np.zeros((32, 1)))
        gan.combined.train_on_batch(latents, np.ones((32, 1)))
    assert distance() < before / 2


def test_compiling_combined_leaves_fit_alone(gan, images):
    gan.combined.compile(loss=loss(), optimizer="adam")
    gan.compile()
    before = weights(gan.discriminator)
    gan.fit(images, verbose=0)
    assert all(moved(before, weights(gan.discriminator)))
    assert {id(v) for v in gan.combined.trainable_variables} == {
        id(v) for v in gan.generator.trainable_variables
    }


def test_a_player_frozen_by_hand_is_refused(gan, images):
    gan.compile()
    gan.discriminator.trainable = False
    with pytest.raises(ValueError, match="discriminator has nothing to train.*Received"):
        gan.fit(images, verbose=0)
    with pytest.raises(ValueError, match="discriminator has nothing to train.*Received"):
        gan.compile()


def test_combined_is_not_saved_twice(gan, tmp_path):
    gan.combined.compile(loss=loss(), optimizer="adam")
    gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    np.testing.assert_array_equal(loaded.generate(2, seed=1), gan.generate(2, seed=1))
