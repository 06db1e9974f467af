import math

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan.networks import dcgan_discriminator, dcgan_encoder, dcgan_generator

pytestmark = pytest.mark.any_backend


def trained_count(network):
    return sum(math.prod(w.shape) for w in network.trainable_weights)


def test_parameters_are_those_of_the_published_networks():
    # PyTorch's DCGAN tutorial, ngf = ndf = 64, nz = 100: 3,576,704 and 2,765,568.
    assert trained_count(dcgan_generator((64, 64, 3), 100, filters=64)) == 3_576_704
    assert trained_count(dcgan_discriminator((64, 64, 3), filters=64)) == 2_765_568
    # The paper's figure 1, 1024 channels at 4x4: kernels, and two for each normalised channel
    channels = [1024, 512, 256, 128]
    kernels = 100 * 16 * 1024 + sum(
        16 * a * b for a, b in zip(channels, [*channels[1:], 3], strict=True)
    )
    assert trained_count(dcgan_generator((64, 64, 3), 100)) == kernels + 2 * sum(channels)


@pytest.mark.parametrize("size", [(16, 16), (28, 28), (32, 32), (64, 64), (128, 128), (16, 24)])
def test_sizes(size):
    generator = dcgan_generator((*size, 3), 5, filters=2)
    discriminator = dcgan_discriminator((*size, 3), filters=2)
    assert generator.output_shape == (None, *size, 3)
    assert discriminator.output_shape == (None, 1)
    assert dcgan_encoder((*size, 3), 5, filters=2).output_shape == (None, 5)


def test_first_map_of_the_paper():
    generator = dcgan_generator((64, 64, 3), 100)
    (reshape,) = (la for la in generator.layers if isinstance(la, layers.Reshape))
    assert reshape.target_shape == (4, 4, 1024)


def test_initial_weights():
    generator = dcgan_generator((64, 64, 3), 100, filters=16)
    for layer in generator.layers:
        if isinstance(layer, (layers.Dense, layers.Conv2DTranspose)):
            kernel = np.array(layer.get_weights()[0])
            assert abs(kernel.std() - 0.02) < 0.002 and abs(kernel.mean()) < 0.002
            assert layer.bias is None


@pytest.mark.parametrize(
    "normalization, kind, count",
    [("batch", "BatchNormalization", 3), ("layer", "GroupNormalization", 3), (None, "", 0)],
)
def test_normalization_of_the_discriminator(normalization, kind, count):
    network = dcgan_discriminator((64, 64, 1), filters=4, normalization=normalization)
    names = [type(layer).__name__ for layer in network.layers]
    assert names.count(kind) == count  # all convolutions but the first
    assert sum("Normalization" in name for name in names) == count


def test_layer_norm_takes_each_sample_by_itself():
    network = dcgan_discriminator((16, 16, 1), filters=4, normalization="layer")
    data = np.random.default_rng(0).normal(size=(4, 16, 16, 1)).astype("float32")
    together = keras.ops.convert_to_numpy(network(data, training=True))
    alone = [keras.ops.convert_to_numpy(network(row[None], training=True))[0] for row in data]
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_unknown_normalization_is_refused():
    with pytest.raises(ValueError, match="one of batch, layer, None. Received: normalization='bn'"):
        dcgan_discriminator((16, 16, 1), normalization="bn")


@pytest.mark.parametrize("condition, given", [(3, np.array([0, 2])), ((4,), np.eye(2, 4))])
def test_conditions_change_what_comes_out(condition, given):
    latents = np.ones((2, 5), "float32")
    generator = dcgan_generator((16, 16, 1), 5, filters=4, condition=condition)
    images = keras.ops.convert_to_numpy(generator([latents, given]))
    assert np.abs(images[0] - images[1]).max() > 1e-6
    discriminator = dcgan_discriminator((16, 16, 1), filters=4, condition=condition)
    logits = keras.ops.convert_to_numpy(discriminator([np.zeros((2, 16, 16, 1)), given]))
    assert abs(logits[0] - logits[1]) > 1e-9


def test_a_second_head_names_the_class():
    network = dcgan_discriminator((16, 16, 1), filters=4, classes=7)
    assert network.output_shape == [(None, 1), (None, 7)]


def test_the_encoder_is_the_discriminator_but_for_its_end():
    encoder, discriminator = dcgan_encoder((32, 32, 3), 7, 4), dcgan_discriminator((32, 32, 3), 4)
    names = [type(layer).__name__ for layer in discriminator.layers]
    assert [type(layer).__name__ for layer in encoder.layers] == names
    pairs = zip(encoder.weights[:-2], discriminator.weights[:-1], strict=True)
    assert all(a.shape == b.shape for a, b in pairs)
    with pytest.raises(ValueError, match="`normalization` must be one of"):
        dcgan_encoder((32, 32, 3), 7, normalization="none")
