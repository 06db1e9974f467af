"""Networks whose last activation cannot give what they are for."""

import math

import keras
import pytest
from keras import layers, ops

import kerasgan as kg

LATENTS, IMAGES = keras.Input((4,)), keras.Input((4, 4, 1))


def wrapped(layer):
    return kg.layers.SpectralNormalization(layer)


def judge(*last):
    return keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), *last])


def maker(*last):
    return keras.Sequential([keras.Input((4,)), *last, layers.Reshape((4, 4, 1))])


def functional(inputs, last, *shape):
    flat = layers.Flatten()(inputs)
    return keras.Model(inputs, layers.Reshape(shape)(last(flat)))


class Own(keras.Model):
    """A network that Keras cannot look into."""

    def __init__(self, units, last=None, *shape):
        super().__init__()
        self.first, self.second = layers.Dense(16, "relu"), layers.Dense(units, last)
        self.ends = shape

    def call(self, x, training=False):
        flat = ops.reshape(x, (-1, math.prod(x.shape[1:])))
        return ops.reshape(self.second(self.first(flat)), (-1, *self.ends))


@pytest.mark.parametrize(
    "network, ending",
    [
        (judge(layers.Dense(1, "sigmoid")), "sigmoid"),
        (judge(layers.Dense(1, "tanh")), "tanh"),
        (judge(layers.Dense(1), layers.Activation("sigmoid")), "sigmoid"),
        (
            judge(layers.Dense(1, "sigmoid"), layers.Activation("linear", dtype="float32")),
            "sigmoid",
        ),
        (judge(wrapped(layers.Dense(1, "sigmoid"))), "sigmoid"),
        (keras.Sequential([keras.Input((4, 4, 1)), judge(layers.Dense(1, "sigmoid"))]), "sigmoid"),
        (functional(IMAGES, lambda x: ops.sigmoid(layers.Dense(1)(x)), 1), "sigmoid"),
        (Own(1, "sigmoid", 1), "never negative"),
    ],
)
def test_a_discriminator_of_probabilities_is_refused(network, ending):
    with pytest.raises(ValueError, match=f"discriminator must give logits.*None.*{ending}"):
        kg.GAN((4, 4, 1), 4, generator_units=(4,), discriminator=network)


@pytest.mark.parametrize(
    "network, ending",
    [
        (maker(layers.Dense(16, "sigmoid")), "sigmoid"),
        (maker(layers.Dense(16), layers.ReLU()), "relu"),
        (functional(LATENTS, lambda x: ops.softmax(layers.Dense(16)(x)), 4, 4, 1), "softmax"),
        (Own(16, "sigmoid", 4, 4, 1), "never negative"),
    ],
)
def test_a_generator_without_negative_values_is_refused(network, ending):
    with pytest.raises(ValueError, match=f'generator must reach.*"tanh".*{ending}'):
        kg.GAN((4, 4, 1), 4, generator=network, discriminator_units=(4,))


@pytest.mark.parametrize(
    "generator, discriminator",
    [
        (maker(layers.Dense(16)), judge(layers.Dense(1))),
        (maker(layers.Dense(16, "tanh")), judge(layers.Dense(4, "sigmoid"), layers.Dense(1))),
        (Own(16, "tanh", 4, 4, 1), Own(1, None, 1)),
    ],
)
def test_others_pass(generator, discriminator):
    kg.GAN((4, 4, 1), 4, generator=generator, discriminator=discriminator)


def test_points_may_be_positive():
    generator = keras.Sequential([keras.Input((4,)), layers.Dense(2, "relu")])
    kg.GAN((2,), 4, generator=generator, discriminator_units=(4,))
