import keras
import numpy as np
import pytest
from keras import layers, ops
from PIL import Image

from kerasgan.metrics.extractors import Extractor
from kerasgan.metrics.extractors.extractor import model_hash
from kerasgan.metrics.extractors.preparing import resized


def pixels(shape=(8, 8, 1)):
    return keras.Sequential([keras.Input(shape), layers.Flatten()])


def network(**settings):
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, name="first", **settings)(inputs)
    x = layers.Conv2D(5, 3, 2, name="second")(x)
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(x))


def noise(n, *shape):
    return np.random.default_rng(0).uniform(-1, 1, (n, *shape)).astype("float32")


class Sizes(layers.Layer):
    """Notes the sizes of the batches that it is compiled for."""

    def __init__(self):
        super().__init__()
        self.seen = set()

    def call(self, x):
        self.seen.add(x.shape[0])
        return x


def test_batches_of_any_size_with_little_compiled():
    sizes = Sizes()
    model = keras.Sequential([keras.Input((2, 2, 1)), sizes, layers.Flatten()])
    extractor = Extractor(model, "spy", batch_size=8)
    images = noise(30, 2, 2, 1)
    extractor.features(images[:1])
    sizes.seen.clear()  # Keras tries other sizes when it builds a model
    for n in range(1, 31):
        made = extractor.features(images[:n])
        assert made.dtype == np.float32
        np.testing.assert_array_equal(made, images[:n].reshape(n, 4))
    assert sizes.seen <= {None, 1, 2, 4, 8}


def test_features_are_those_of_inference():
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), layers.BatchNormalization(), layers.Dropout(0.5), layers.Flatten()]
    )
    images = noise(7, 4, 4, 1)
    made = Extractor(model, "norm").features(images)
    np.testing.assert_allclose(made, images.reshape(7, -1) / np.sqrt(1.001), rtol=1e-5)


def test_tensors_and_doubles_are_images_too():
    extractor, images = Extractor(pixels(), "pixels"), noise(3, 8, 8, 1)
    want = images.reshape(3, 64)
    np.testing.assert_array_equal(extractor.features(ops.convert_to_tensor(images)), want)
    np.testing.assert_array_equal(extractor.features(images.astype("float64")), want)


def test_grey_images_are_repeated():
    extractor, images = Extractor(pixels((8, 8, 3)), "pixels"), noise(3, 8, 8, 1)
    want = np.repeat(images, 3, axis=3).reshape(3, -1)
    np.testing.assert_array_equal(extractor.features(images), want)


def test_images_become_levels():
    extractor = Extractor(pixels((1, 4, 1)), "pixels", levels=(100.0, 50.0))
    images = np.array([-1.005, 0.0, 8 / 127.5 - 1 + 0.003, 1.0]).reshape(1, 1, 4, 1)
    want = (np.array([[0, 128, 8, 255]]) - 100) / 50
    np.testing.assert_allclose(extractor.features(images), want, rtol=1e-6)


def test_probabilities():
    head = layers.Dense(3)
    extractor = Extractor(pixels(), "pixels", head=head)
    images = noise(5, 8, 8, 1)
    made = extractor.probabilities(images)
    logits = images.reshape(5, 64) @ ops.convert_to_numpy(head.kernel)
    want = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(made, want, rtol=1e-4)
    np.testing.assert_allclose(made.sum(axis=1), 1, rtol=1e-6)


def test_maps():
    model = network()
    extractor = Extractor(model, "maps", maps=("first", "second"), batch_size=2)
    images = noise(3, 8, 8, 3)
    first, second = extractor.maps(images)
    assert first.shape == (3, 6, 6, 4) and second.shape == (3, 2, 2, 5)
    np.testing.assert_allclose(second.mean(axis=(1, 2)), extractor.features(images), atol=1e-6)
    (only,) = Extractor(model, "maps", maps=("first",)).maps(images)
    np.testing.assert_allclose(only, first, atol=1e-6)


@pytest.mark.parametrize("size", [(7, 20), (16, 16), (31, 9), (50, 64)])
def test_bilinear_is_that_of_pillow(size):
    images = np.random.default_rng(0).uniform(0, 255, (2, 16, 23, 1)).astype("float32")
    made = ops.convert_to_tensor(images)
    for axis in (1, 2):
        made = resized(made, axis, size[axis - 1], "bilinear")
    for image, small in zip(images, ops.convert_to_numpy(made), strict=True):
        want = Image.fromarray(image[:, :, 0]).resize(size[::-1], Image.Resampling.BILINEAR)
        np.testing.assert_allclose(small[:, :, 0], want, atol=1e-3)


def test_sizes():
    extractor = Extractor(pixels(), "pixels", size=(8, 8))
    assert extractor.features(np.full((2, 28, 20, 1), 0.5)) == pytest.approx(np.full((2, 64), 0.5))
    with pytest.raises(ValueError, match=r"takes images of 8x8.*shape=\(2, 28, 20, 1\)"):
        Extractor(pixels(), "pixels").features(np.zeros((2, 28, 20, 1)))
    mean = keras.Sequential([keras.Input((None, None, 3)), layers.GlobalAveragePooling2D()])
    any_size = Extractor(mean, "mean")
    for shape in ((2, 4, 6, 3), (2, 5, 4, 1)):
        images = noise(*shape)
        assert any_size.features(images) == pytest.approx(
            images.mean(axis=(1, 2)) * np.ones(3), abs=1e-6
        )


@pytest.mark.parametrize(
    "images, problem",
    [
        (np.zeros((8, 8, 1)), "must be .n, height.*Received"),
        (np.zeros((0, 8, 8, 1)), "not none.*Received"),
        (np.full((1, 8, 8, 1), 255, "uint8"), "for 8-bit images.*Received: images from 255 to 255"),
        (np.full((1, 8, 8, 1), np.nan), r"lie in \[-1, 1\]"),
        (np.zeros((1, 8, 8, 3)), "takes images of 1 channels.*Received"),
    ],
)
def test_what_are_no_images(images, problem):
    with pytest.raises(ValueError, match=problem):
        Extractor(pixels(), "pixels").features(images)


def test_what_an_extractor_lacks():
    extractor, images = Extractor(pixels(), "pixels"), np.zeros((1, 8, 8, 1))
    with pytest.raises(ValueError, match="no classes.*Received: extractor='pixels'"):
        extractor.probabilities(images)
    with pytest.raises(ValueError, match="no feature maps.*Received: extractor='pixels'"):
        extractor.maps(images)
    maps = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match=r"must give an array \(n, d\)"):
        Extractor(maps, "maps").features(images)
    with pytest.raises(ValueError, match="must be one of bilinear, tf1. Received: resize='cubic'"):
        Extractor(pixels(), "pixels", resize="cubic")


def test_the_fingerprint():
    extractor = Extractor(pixels(), "pixels", size=(8, 8), resize="tf1", weights="abc")
    want = {"extractor": "pixels", "weights": "abc", "resize": "tf1", "size": [8, 8]}
    assert extractor.fingerprint == want
    unsized = Extractor(pixels(), "pixels").fingerprint
    assert unsized["size"] is None and unsized["resize"] is None


def test_the_hash_is_of_layers_and_weights():
    model = network()
    same = network()
    assert model_hash(same) != model_hash(model)
    same.set_weights(model.get_weights())
    assert model_hash(same) == model_hash(model)
    fingerprint = Extractor(same, "same").fingerprint
    same.get_layer("first").bias.assign_add(np.ones(4))
    assert Extractor(same, "same").fingerprint != fingerprint
    other = network(activation="relu")
    other.set_weights(model.get_weights())
    assert model_hash(other) != model_hash(model)
    pools = [layers.MaxPooling2D(2), layers.AveragePooling2D(2), layers.AveragePooling2D(4)]
    hashes = {model_hash(keras.Sequential([keras.Input((8, 8, 1)), pool])) for pool in pools}
    assert len(hashes) == 3
