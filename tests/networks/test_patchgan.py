import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasgan.networks import patchgan, pixel_discriminator, receptive_field

pytestmark = pytest.mark.any_backend


def conv(i, o, k=4):
    return k * k * i * o + o


def test_parameters_are_those_of_the_published_network():
    channels = [3, 64, 128, 256, 512, 1]
    total = sum(conv(i, o) for i, o in zip(channels, channels[1:], strict=False))
    assert total == 2_764_737  # 2.765 M in CycleGAN's own code
    network = patchgan(3)
    assert network.count_params() == total
    kernel, bias = network.layers[-1].get_weights()
    assert abs(kernel.std() - 0.02) < 0.001 and not bias.any()
    assert pixel_discriminator(3).count_params() == conv(3, 64, 1) + conv(64, 128, 1) + 129


def test_channels_stop_growing_at_eight_times_the_first():
    network = patchgan(3, filters=2, layers=5)
    convs = [x for x in network.layers if isinstance(x, layers.Conv2D)]
    assert [x.filters for x in convs] == [2, 4, 8, 16, 16, 16, 1]
    assert [x.strides[0] for x in convs] == [2] * 5 + [1] * 2


# The paper's table of receptive fields, and 4 + 3 without a stride.
@pytest.mark.parametrize("count, pixels", [(0, 7), (1, 16), (2, 34), (3, 70), (4, 142), (5, 286)])
def test_receptive_field(count, pixels):
    assert receptive_field(patchgan(1, filters=1, layers=count)) == pixels


@pytest.mark.parametrize("count", [0, 1, 3])
def test_receptive_field_by_changing_one_row(count):
    """Kernels of ones and positive images: each row of pixels that is seen changes the logit."""
    network = patchgan(1, filters=1, layers=count, normalization=None)
    for layer in network.layers:
        if layer.weights:
            kernel, bias = layer.get_weights()
            layer.set_weights([np.full_like(kernel, 1 / 16), bias])
    height, width = 20 * 2**count, 3 * 2**count
    rows = np.eye(height, dtype="float32")[:, :, None, None] * np.ones((1, 1, width, 1), "float32")
    seen = ops.convert_to_numpy(network(rows))[:, 8, 0, 0] > 0
    (where,) = np.nonzero(seen)
    assert len(where) == receptive_field(network) == where[-1] - where[0] + 1


def test_pixel_discriminator_sees_one_pixel():
    network = pixel_discriminator(2, filters=4, normalization=None)
    assert receptive_field(network) == 1
    x = np.zeros((1, 5, 7, 2), "float32")
    other = x.copy()
    other[0, 2, 3] = 100
    change = ops.convert_to_numpy(network(other)) - ops.convert_to_numpy(network(x))
    assert change.shape == (1, 5, 7, 1)
    assert [tuple(place) for place in np.argwhere(change)] == [(0, 2, 3, 0)]


@pytest.mark.parametrize("size", [(256, 256), (24, 40), (30, 71)])
def test_sizes_of_the_map(size):
    network = patchgan(2, filters=1)
    want = tuple(side // 8 - 2 for side in size)
    logits = network(np.zeros((1, *size, 2), "float32"))
    assert tuple(logits.shape) == (1, *want, 1)
    if size == (256, 256):
        assert want == (30, 30)


def test_logits_are_not_bounded():
    network = patchgan(1, filters=1, layers=0, normalization=None)
    network.layers[-1].set_weights([np.zeros((4, 4, 1, 1)), np.array([-3.0])])
    logits = ops.convert_to_numpy(network(np.zeros((1, 4, 4, 1), "float32")))
    np.testing.assert_array_equal(logits, np.full((1, 2, 2, 1), -3.0))


@pytest.mark.parametrize("normalization", ["instance", "batch", None])
@pytest.mark.parametrize("make, count", [(patchgan, 3), (pixel_discriminator, 1)])
def test_normalization_and_biases(make, count, normalization):
    network = make(1, filters=1, normalization=normalization)
    names = [type(x).__name__ for x in network.layers]
    assert names.count("GroupNormalization") == count * (normalization == "instance")
    assert names.count("BatchNormalization") == count * (normalization == "batch")
    biases = [x.use_bias for x in network.layers if isinstance(x, layers.Conv2D)]
    assert biases == [True, *[normalization != "batch"] * count, True]


@pytest.mark.parametrize("make", [patchgan, pixel_discriminator])
def test_saved_model_gives_the_same(make, tmp_path):
    network = make(3, filters=2)
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    x = np.random.default_rng(0).normal(size=(1, 32, 24, 3)).astype("float32")
    want = ops.convert_to_numpy(network(x))
    assert np.ptp(want) > 0
    np.testing.assert_array_equal(ops.convert_to_numpy(loaded(x)), want)


def test_errors():
    with pytest.raises(ValueError, match="Received: layers=-1"):
        patchgan(3, layers=-1)
    for make in (patchgan, pixel_discriminator):
        with pytest.raises(ValueError, match="Received: normalization='layer'"):
            make(3, filters=1, normalization="layer")
