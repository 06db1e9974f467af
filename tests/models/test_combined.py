"""The textbook's loop, in the textbook's order of calls, judged by who moved."""

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan as kg
from tests.models.variants import (
    moved,
    normalised_discriminator,
    normalised_gan,
    normalised_generator,
    skip_other_players,
    weights,
)


@pytest.fixture
def gan():
    return normalised_gan(dropout=0)


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


def test_combined_makes_the_generators_step_of_fit(gan, images):
    """Binary cross-entropy towards ones is the non-saturating loss, so the step is the same."""
    latents = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
    start = gan.get_weights()

    gan.sample_latents = lambda n: ops.convert_to_tensor(latents)
    skip_other_players(gan, "generator")
    gan.compile(optimizer=keras.optimizers.SGD(0.5))
    gan.train_on_batch(images)
    by_fit = weights(gan.generator)

    gan.set_weights(start)
    gan.combined.compile(loss=loss(), optimizer=keras.optimizers.SGD(0.5))
    gan.combined.train_on_batch(latents, np.ones((32, 1)))
    for a, b in zip(by_fit, weights(gan.generator), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_combined_is_saved_and_loaded(gan, tmp_path):
    gan.combined.save(tmp_path / "combined.keras")
    latents = np.random.default_rng(0).normal(size=(4, 4)).astype("float32")
    loaded = keras.saving.load_model(tmp_path / "combined.keras")
    want = gan.combined.predict(latents, verbose=0)
    np.testing.assert_allclose(loaded.predict(latents, verbose=0), want, rtol=1e-5)


def test_float16_networks_scale_the_loss_wherever_they_are():
    keras.config.set_dtype_policy("mixed_float16")
    try:
        networks = normalised_generator(), normalised_discriminator(0)
    finally:
        keras.config.set_dtype_policy("float32")
    gan = kg.GAN((8, 8, 1), 4, generator=networks[0], discriminator=networks[1])
    gan.compile()
    gan.combined.compile(loss=loss(), optimizer="adam")
    scaled = [*gan.optimizer.optimizers, gan.combined.optimizer]
    assert all(isinstance(one, keras.optimizers.LossScaleOptimizer) for one in scaled)


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
