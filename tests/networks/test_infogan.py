import math

import keras
import numpy as np
import pytest

from kerasgan.networks import dcgan_encoder, infogan_discriminator, infogan_recognizer

pytestmark = pytest.mark.any_backend


def trained_count(network):
    return sum(math.prod(w.shape) for w in network.trainable_weights)


def test_parameters_are_those_of_the_papers_table():
    """Table 1: 64 and 128 channels, 1,024 features, and 128 units in Q; here without biases before
    batch norm."""
    convolutions = 16 * 64 + 16 * 64 * 128 + 2 * 128
    features = 7 * 7 * 128 * 1024 + 2 * 1024
    assert trained_count(infogan_discriminator((28, 28, 1))) == convolutions + features + 1025
    assert trained_count(infogan_recognizer(1024, 12)) == 1024 * 128 + 2 * 128 + 129 * 12


def test_logits_and_codes_come_of_the_same_features():
    network = infogan_discriminator((16, 16, 1), 2, normalization=None)
    encoder = dcgan_encoder((16, 16, 1), 32, 2, normalization=None)
    encoder.set_weights(network.get_weights()[:-2])
    kernel, bias = network.get_layer("logit").get_weights()
    images = np.random.default_rng(0).uniform(-1, 1, (3, 16, 16, 1)).astype("float32")
    dense = keras.ops.convert_to_numpy(encoder(images))
    logits, features = map(keras.ops.convert_to_numpy, network(images))
    np.testing.assert_allclose(features, np.maximum(dense, 0.2 * dense), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(logits, features @ kernel + bias, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("normalization, more", [("batch", 3), ("layer", 1), (None, 0)])
def test_normalization(normalization, more):
    network = infogan_recognizer(16, 3, normalization=normalization)
    assert len(network.weights) == 4 + more
    with pytest.raises(ValueError, match="normalization='none'"):
        infogan_recognizer(16, 3, normalization="none")


def test_narrow_networks():
    assert infogan_recognizer(4, 2).output_shape == (None, 2)
    with pytest.raises(ValueError, match="Received: codes=0"):
        infogan_recognizer(4, 0)
