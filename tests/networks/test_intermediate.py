import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.networks import dcgan_discriminator, resnet_discriminator
from kerasgan.networks.intermediate import up_to_layer

pytestmark = pytest.mark.any_backend


def test_the_default_is_what_the_logit_is_made_of():
    images = np.random.default_rng(0).normal(size=(3, 16, 16, 1)).astype("float32")
    for network in (
        dcgan_discriminator((16, 16, 1), filters=2),
        resnet_discriminator((16, 16, 1), filters=2),
    ):
        features = up_to_layer(network)(images, training=False)
        made = (network.layers[-1](features), network(images, training=False))
        np.testing.assert_allclose(*map(keras.ops.convert_to_numpy, made), atol=1e-5)


def test_what_has_no_weights_at_the_end_is_passed_over():
    network = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3), layers.Dense(1), layers.Flatten()]
    )
    assert up_to_layer(network).output_shape == (None, 3)
    assert up_to_layer(network, network.layers[0].name).output_shape == (None, 3)
    assert up_to_layer(network).weights[0] is network.weights[0]


def test_what_cannot_be_looked_into_is_refused():
    class Subclassed(keras.Model):
        def call(self, inputs):
            return inputs

    with pytest.raises(ValueError, match="Only in a Functional or Sequential model"):
        up_to_layer(Subclassed())
    with pytest.raises(ValueError, match="no layer with weights"):
        up_to_layer(keras.Sequential([keras.Input((2, 2)), layers.Flatten()]))
