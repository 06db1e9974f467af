import math

import keras
import numpy as np
import pytest

from kerasgan.networks import mlp_discriminator, mlp_generator

pytestmark = pytest.mark.any_backend


def test_generator_is_the_tutorials():
    network = mlp_generator((28, 28, 1), 100)
    dense = [layer.units for layer in network.layers if isinstance(layer, keras.layers.Dense)]
    assert dense == [256, 512, 1024, 784]
    sizes = [100, *dense]
    kernels = sum(a * b + b for a, b in zip(sizes, dense, strict=False))
    assert network.count_params() == kernels
    images = network.predict(np.full((2, 100), 100.0), verbose=0)
    assert images.shape == (2, 28, 28, 1) and np.abs(images).max() <= 1


def test_discriminator_is_the_tutorials():
    network = mlp_discriminator((28, 28, 1))
    dense = [layer.units for layer in network.layers if isinstance(layer, keras.layers.Dense)]
    kernel, bias = np.zeros((784, 512)), np.full(512, -5.0)
    network.layers[2].set_weights([kernel, bias])
    hidden = keras.Model(network.inputs, network.layers[3].output)
    np.testing.assert_allclose(hidden.predict(np.zeros((1, 28, 28, 1)), verbose=0), -1)
    assert dense == [512, 256, 1]
    assert network.count_params() == 784 * 512 + 512 + 512 * 256 + 256 + 256 + 1


def test_points_are_not_bounded():
    network = mlp_generator((2,), 3, units=(8,))
    network.layers[-1].set_weights([np.zeros((8, 2)), np.array([5.0, -7.0])])
    np.testing.assert_allclose(network.predict(np.zeros((1, 3)), verbose=0), [[5, -7]])


def test_rectangular_colour():
    assert mlp_generator((4, 6, 3), 2, units=(4,)).output_shape == (None, 4, 6, 3)
    assert mlp_discriminator((4, 6, 3), units=(4,)).output_shape == (None, 1)


def trained_count(network):
    return sum(math.prod(w.shape) for w in network.trainable_weights)


def test_conditional_networks_are_the_tutorials():
    # The tutorial's conditional GAN (latents 100, 10 classes, embedding 10) in PyTorch: linear
    # layers with biases, batch norm's scale and offset, the embedding.
    sizes = [110, 128, 256, 512, 1024, 784]
    linear = sum(a * b + b for a, b in zip(sizes, sizes[1:], strict=False))
    generator = mlp_generator(
        (28, 28, 1), 100, (128, 256, 512, 1024), batch_norm=True, condition=10
    )
    assert trained_count(generator) == linear + 2 * (256 + 512 + 1024) + 10 * 10
    sizes = [794, 512, 512, 512, 1]
    linear = sum(a * b + b for a, b in zip(sizes, sizes[1:], strict=False))
    discriminator = mlp_discriminator((28, 28, 1), (512, 512, 512), dropout=0.4, condition=10)
    assert trained_count(discriminator) == linear + 10 * 10
    dropped = [la.rate for la in discriminator.layers if isinstance(la, keras.layers.Dropout)]
    assert dropped == [0.4, 0.4]


def test_dropout_seeds_repeat_and_differ_by_layer():
    def seeds(seed):
        network = mlp_discriminator((4,), (8, 8, 8), dropout=0.5, seed=seed)
        return [la.seed for la in network.layers if isinstance(la, keras.layers.Dropout)]

    assert seeds(3) == seeds(3) != seeds(4)
    assert len(set(seeds(3))) == 2
    assert seeds(None) != seeds(None)
