import keras
import numpy as np
import pytest

import kerasgan as kg

pytestmark = pytest.mark.any_backend

TINY = {"generator_units": (4,), "discriminator_units": (4,)}


def gan(seed, **changes):
    return kg.GAN((4, 4, 1), 2, **TINY, seed=seed, **changes)


def test_weights_go_from_one_model_to_another():
    a, b = gan(0), gan(1)
    latents = np.ones((3, 2), "float32")
    assert not np.allclose(a.generate(latents=latents), b.generate(latents=latents))
    b.set_preset_weights(a.preset_weights())
    np.testing.assert_array_equal(a.generate(latents=latents), b.generate(latents=latents))


def test_what_is_stored_is_what_generate_uses():
    averaged = gan(0, ema_decay=0.9)
    before = [w + 1 for w in averaged.preset_weights()]
    averaged.set_preset_weights(before)
    for network in (averaged.average.network, averaged.generator):
        for found, want in zip(network.get_weights(), before, strict=True):
            np.testing.assert_allclose(found, want)


def test_both_directions_in_the_order_of_their_networks():
    one = kg.CycleGAN((8, 8, 3), (8, 8, 1), filters=2, blocks=1, discriminator="pixel")
    weights = one.preset_weights()
    assert len(weights) == len(one.G_A.weights) + len(one.G_B.weights)
    np.testing.assert_array_equal(weights[len(one.G_A.weights)], one.G_B.get_weights()[0])


def test_what_does_not_fit_is_refused(tmp_path):
    weights = gan(0).preset_weights()
    with pytest.raises(ValueError, match="stores 4 weights in a preset. Received: 3 weights"):
        gan(0).set_preset_weights(weights[:3])
    with pytest.raises(ValueError):
        gan(0).set_preset_weights([w[:1] for w in weights])
    path = tmp_path / "gan.keras"
    gan(0).save(path)
    with pytest.raises(ValueError, match="GAN"):
        kg.DCGAN.from_preset(path)


def test_a_preset_computes_in_the_policy_of_the_day(tmp_path):
    trained = gan(0, dtype="mixed_bfloat16")
    trained.save_to_preset(tmp_path / "mine")
    here = kg.load(tmp_path / "mine")
    assert here.dtype_policy.name == "float32"
    assert {layer.compute_dtype for layer in here.generator.layers} == {"float32"}
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        half = kg.load(tmp_path / "mine")
    finally:
        keras.config.set_dtype_policy("float32")
    assert "bfloat16" in {layer.compute_dtype for layer in half.generator.layers}
    np.testing.assert_allclose(half.generate(3, seed=1), trained.generate(3, seed=1), atol=1e-6)
    np.testing.assert_allclose(here.generate(3, seed=1), trained.generate(3, seed=1), atol=0.02)
