import math

import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasgan.layers import PixelShuffle
from kerasgan.networks import srgan_discriminator, srgan_generator

pytestmark = pytest.mark.any_backend


def trained_count(network):
    return sum(math.prod(w.shape) for w in network.trainable_weights)


def generator_parameters(doublings, f=64, blocks=16, channels=3):
    ends = 81 * channels * f + f + 81 * f * channels + channels
    normalised = 9 * f * f + 2 * f
    upsampling = 9 * f * 4 * f + 4 * f
    slopes = f * (1 + blocks + doublings)
    return ends + (2 * blocks + 1) * normalised + doublings * upsampling + slopes


def test_parameters_of_the_papers_generator():
    assert generator_parameters(2) == 1_548_547  # 1.55 M
    assert trained_count(srgan_generator()) == 1_548_547


@pytest.mark.parametrize("scale", [2, 4, 8])
def test_scales(scale):
    network = srgan_generator(1, scale, filters=2, blocks=1)
    doublings = int(math.log2(scale))
    assert trained_count(network) == generator_parameters(doublings, 2, 1, 1)
    assert sum(isinstance(x, PixelShuffle) for x in network.layers) == doublings
    assert network.output_shape == (None, None, None, 1)
    images = ops.convert_to_numpy(network(np.full((2, 5, 3, 1), 90.0, "float32")))
    assert images.shape == (2, 5 * scale, 3 * scale, 1) and images.dtype == "float32"
    assert np.abs(images).max() <= 1


def test_slopes_start_from_a_quarter_one_a_channel():
    network = srgan_generator(filters=4, blocks=2)
    slopes = [x.get_weights()[0] for x in network.layers if isinstance(x, layers.PReLU)]
    assert len(slopes) == 1 + 2 + 2
    for slope in slopes:
        np.testing.assert_array_equal(slope, np.full((1, 1, 4), 0.25, "float32"))


def test_first_map_skips_all_blocks():
    """With the scales of batch norm at zero only the first map is left, after each sum."""
    network = srgan_generator(1, 2, filters=2, blocks=2)
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.gamma.assign(np.zeros(layer.gamma.shape))
    first = next(x for x in network.layers if isinstance(x, layers.PReLU))
    joined = [x for x in network.layers if isinstance(x, layers.Add)]
    x = np.random.default_rng(0).normal(size=(1, 6, 4, 1)).astype("float32")
    want, *sums = keras.Model(network.input, [x.output for x in (first, *joined)])(x)
    assert len(sums) == 3 and np.ptp(ops.convert_to_numpy(want)) > 0.1
    for got in sums:
        np.testing.assert_array_equal(ops.convert_to_numpy(got), ops.convert_to_numpy(want))


@pytest.mark.parametrize("shape, f", [((96, 96, 3), 64), ((16, 48, 1), 2)])
def test_parameters_of_the_discriminator(shape, f):
    widths = [shape[-1], f, f, 2 * f, 2 * f, 4 * f, 4 * f, 8 * f, 8 * f]
    kernels = 9 * sum(i * o for i, o in zip(widths, widths[1:], strict=False))
    flat = shape[0] // 16 * (shape[1] // 16) * 8 * f
    dense = flat * 1024 + 1024 + 1025
    network = srgan_discriminator(shape, f)
    assert trained_count(network) == kernels + f + 2 * sum(widths[2:]) + dense
    if f == 64:
        assert trained_count(network) == 23_563_649  # the sum, worked out


def test_layers_of_the_discriminator():
    network = srgan_discriminator((32, 48, 1), filters=1)
    assert network.output_shape == (None, 1)
    convs = [x for x in network.layers if isinstance(x, layers.Conv2D)]
    assert [x.filters for x in convs] == [1, 1, 2, 2, 4, 4, 8, 8]
    assert [x.output.shape[1:3] for x in convs[1::2]] == [(16, 24), (8, 12), (4, 6), (2, 3)]
    names = [type(x).__name__ for x in network.layers]
    assert names.count("BatchNormalization") == 7 and names[2] == "LeakyReLU"
    logits = ops.convert_to_numpy(network(np.ones((2, 32, 48, 1), "float32")))
    assert logits.shape == (2, 1) and logits.dtype == "float32"


def test_saved_models_give_the_same(tmp_path):
    rng = np.random.default_rng(0)
    for network, shape in (
        (srgan_generator(1, 2, filters=2, blocks=1), (1, 6, 4, 1)),
        (srgan_discriminator((16, 32, 1), filters=1), (1, 16, 32, 1)),
    ):
        network.save(tmp_path / "network.keras")
        loaded = keras.models.load_model(tmp_path / "network.keras")
        x = rng.normal(size=shape).astype("float32")
        want = ops.convert_to_numpy(network(x))
        assert np.abs(want).max() > 0
        np.testing.assert_array_equal(ops.convert_to_numpy(loaded(x)), want)


@pytest.mark.parametrize("scale", [0, 1, 3, 6])
def test_other_scales_are_refused(scale):
    with pytest.raises(ValueError, match=f"Received: scale={scale}"):
        srgan_generator(scale=scale)


def test_sizes_that_the_strides_do_not_divide_are_refused():
    with pytest.raises(ValueError, match=r"works is 96x32. Received: data_shape=\(90, 33, 3\)"):
        srgan_discriminator((90, 33, 3))
