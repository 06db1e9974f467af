import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.layers import Average
from kerasgan.models import GAN


def network():
    return keras.Sequential(
        [keras.Input((1,)), layers.Dense(1, use_bias=False), layers.BatchNormalization()]
    )


def test_follows_by_hand_computed_numbers():
    source = network()
    source.layers[0].set_weights([np.array([[1.0]])])
    average = Average(source, decay=0.15)
    # the decay is 1/10, then 0.15, below 2/11: 1 -> .1*1+.9*5 -> .15*4.6-.85*2 -> .15*-1.01+.85*1
    for weight, want in ((5.0, 4.6), (-2.0, -1.01), (1.0, 0.6985)):
        source.layers[0].set_weights([np.array([[weight]])])
        average.update(source)
        np.testing.assert_allclose(average.network.get_weights()[0], [[want]], rtol=1e-6)


def test_a_short_run_forgets_the_first_weights():
    source = network()
    average = Average(source, decay=0.999)
    source.layers[0].set_weights([np.array([[1.0]])])
    average.network.layers[0].set_weights([np.array([[0.0]])])
    kept = 1.0
    for step in range(30):
        average.update(source)
        kept *= (1 + step) / (10 + step)
    np.testing.assert_allclose(average.network.get_weights()[0], [[1 - kept]], rtol=1e-5)
    assert kept < 1e-7 and int(average.updates) == 30


def test_copies_statistics_and_trains_nothing():
    source = network()
    average = Average(source, decay=0.75)
    source.layers[1].set_weights([np.full(1, v) for v in (1.0, 0.0, 3.0, 4.0)])
    average.update(source)
    moving_mean, moving_variance = average.network.get_weights()[3:]
    assert (moving_mean, moving_variance) == (3, 4)
    assert average.trainable_variables == [] and len(source.trainable_variables) == 3


def test_follows_during_fit(images):
    gan = GAN((8, 8, 1), 4, generator_units=(8,), discriminator_units=(8,), ema_decay=0.9)
    gan.compile()
    want = gan.generator.get_weights()
    for step in range(3):
        gan.fit(images, batch_size=32, verbose=0)
        decay = (1 + step) / (10 + step)
        trained = [w.trainable for w in gan.generator.weights]
        now = gan.generator.get_weights()
        want = [
            decay * a + (1 - decay) * w if t else w
            for a, w, t in zip(want, now, trained, strict=True)
        ]
        for a, b in zip(gan.average.network.get_weights(), want, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)


def test_generate_uses_the_average(images):
    gan = GAN((8, 8, 1), 4, generator_units=(8,), discriminator_units=(8,), ema_decay=0.9)
    gan.compile()
    gan.fit(images, batch_size=8, verbose=0)
    latents = np.ones((2, 4), "float32")
    made = gan.generate(latents=latents)
    np.testing.assert_allclose(made, gan.average.network.predict(latents, verbose=0), atol=1e-6)
    assert not np.allclose(made, gan.generator.predict(latents, verbose=0), atol=1e-4)


@pytest.mark.parametrize("decay", [-0.1, 1.0, 2, float("nan"), None])
def test_refuses_a_decay_out_of_range(decay):
    with pytest.raises(ValueError, match="at least 0 and below 1. Received: decay="):
        Average(network(), decay)
