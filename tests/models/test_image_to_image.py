import contextlib

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan as kg
from kerasgan.models.image_to_image import ImageToImage, _fade, _starts

rng = np.random.default_rng(0)


@keras.saving.register_keras_serializable("tests")
class Place(layers.Layer):
    """The mean over each pixel's neighbours, so that tiles differ where they have no neighbours."""

    def call(self, x):
        return ops.average_pool(x, 3, 1, "same")


def network(strides=1, scale=1):
    x = inputs = keras.Input((None, None, 1))
    x = layers.AveragePooling2D(strides)(x) if strides > 1 else Place()(x)
    factor = strides * scale
    return keras.Model(inputs, layers.UpSampling2D(factor)(x) if factor > 1 else x)


class Model(ImageToImage):
    def __init__(self, network, scale=1):
        self.network, self.scale = network, scale
        self.one_at_a_time = contextlib.nullcontext()

    def translators(self):
        return {"AtoB": self.network}


def images(*shape):
    return rng.uniform(-1, 1, shape).astype("float32")


def test_is_the_network_at_any_size_its_strides_divide():
    model, x = Model(network(strides=4)), images(5, 8, 12, 1)
    want = ops.convert_to_numpy(model.network(x))
    np.testing.assert_allclose(model.translate(x, batch_size=2), want, atol=1e-6)


@pytest.mark.parametrize("height, width", [(10, 12), (12, 7), (1, 5), (3, 3)])
def test_padding_takes_any_size(height, width):
    model, x = Model(network(strides=4)), images(2, height, width, 1)
    with pytest.raises(ValueError, match="multiples of 4.*pad=True. Received: images.shape="):
        model.translate(x)
    made = model.translate(x, pad=True)
    assert made.shape == x.shape
    rest = (0, 0), (0, -height % 4), (0, -width % 4), (0, 0)
    want = ops.convert_to_numpy(model.network(np.pad(x, rest, mode="symmetric")))
    np.testing.assert_allclose(made, want[:, :height, :width], atol=1e-6)


@pytest.mark.any_backend
def test_a_message_names_the_sizes_around():
    with pytest.raises(ValueError, match="a height of 8 or 12 and a width of 20 or 24"):
        Model(network(strides=4)).translate(images(1, 10, 21, 1))


def test_larger_output():
    model, x = Model(network(strides=2, scale=4), scale=4), images(2, 6, 5, 1)
    made = model.translate(x, pad=True)
    assert made.shape == (2, 24, 20, 1)
    np.testing.assert_allclose(made[:, 0, 0], x[:, :2, :2].mean(axis=(1, 2)), atol=1e-6)


@pytest.mark.parametrize("scale", [1, 2])
def test_tiles_of_a_local_network_make_the_whole_image(scale):
    """Pooling of 2 x 2 blocks sees no border, so tiles that start at even places do not show."""
    model, x = Model(network(strides=2, scale=scale), scale), images(2, 26, 34, 1)
    whole, tiled = model.translate(x), model.translate(x, tile=8)
    np.testing.assert_allclose(tiled, whole, atol=1e-5)


@pytest.mark.any_backend
def test_tiles_fade_into_each_other():
    """A mean over neighbours is wrong at a tile's border only, where its weight is small."""
    model, x = Model(network()), images(1, 40, 40, 1)
    difference = np.abs(model.translate(x, tile=16) - model.translate(x))
    assert 0 < difference.max() < 0.35 * np.abs(x).max()
    assert np.median(difference) < 1e-6


@pytest.mark.any_backend
def test_weights_of_a_tile():
    np.testing.assert_allclose(_fade(8), [1 / 3, 2 / 3, 1, 1, 1, 1, 2 / 3, 1 / 3])
    assert (
        _starts(8, 8) == [0] and _starts(20, 8) == [0, 6, 12] and _starts(21, 8) == [0, 6, 12, 13]
    )


def test_fixed_networks_say_what_they_take():
    inputs = keras.Input((8, 8, 1))
    model = Model(keras.Model(inputs, layers.Dense(1)(inputs)))
    assert model.translate(images(2, 8, 8, 1)).shape == (2, 8, 8, 1)
    with pytest.raises(ValueError, match=r"input is \(None, 8, 8, 1\)"):
        model.translate(images(2, 12, 12, 1))


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "x, arguments, message",
    [
        (
            images(2, 8, 8, 3),
            {},
            r"with 1 channels.*Received: images.shape=\(2, 8, 8, 3",
        ),
        (images(8, 8, 1), {}, "shape"),
        (np.zeros((0, 8, 8, 1)), {}, "shape"),
        (255 * np.ones((1, 8, 8, 1)), {}, r"lie in \[-1, 1\].*127.5.*from 255 to 255"),
        (np.full((1, 8, 8, 1), np.nan), {}, r"\[-1, 1\]"),
        (np.zeros((1, 8, 8, 1), "uint8"), {}, "must be floats.*uint8"),
        (images(1, 8, 8, 1), {"direction": "AtoC"}, r"\('AtoB',\). Received: direction='AtoC'"),
        (images(1, 8, 8, 1), {"tile": 0}, "`tile` must be a whole number, at least 1"),
    ],
)
def test_refuses(x, arguments, message):
    with pytest.raises(ValueError, match=message):
        Model(network()).translate(x, **arguments)


def test_half_a_judges_loss_and_whole_squares():
    gan = kg.Pix2Pix((8, 8, 1), (8, 8, 1), filters=2, discriminator="pixel", normalization=None)

    def judge(x, training):
        return x

    real, fake = ops.array([[1.0], [3.0]]), ops.array([[2.0], [0.0]])
    gan.compile(loss="least_squares")  # CycleGAN's code: half of both means, and a whole one
    assert float(gan.judging_loss(judge, real, fake, True)) == (2 + 2) / 2
    assert float(gan.fooling_loss(judge, real, fake, True)) == 1
    gan.compile(loss="hinge")
    assert float(gan.judging_loss(judge, real, fake, True)) == (0 + 2) / 2
    gan.compile(loss="relativistic_pairing")
    want = np.log1p(np.exp([1 - 2, 3 - 0])).mean()
    np.testing.assert_allclose(float(gan.fooling_loss(judge, real, fake, True)), want, rtol=1e-6)
