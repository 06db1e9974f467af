import dataclasses

import keras
import pytest
from keras import layers

from benchmarks.speed import cases, flops
from kerasgan.layers import SpectralNormalization
from tests.benchmarks.speed.tiny import TINY, tiny

pytestmark = pytest.mark.any_backend


def test_operations_of_a_pass():
    network = keras.Sequential(
        [
            keras.Input((6, 8, 2)),
            layers.Conv2D(3, 3, strides=2, padding="same"),  # 3 x 4 places, 3 x 3 x 2 x 3 numbers
            layers.LeakyReLU(),
            layers.Conv2DTranspose(5, 4, strides=2, padding="same"),  # laid on the 3 x 4 inputs
            layers.Flatten(),
            layers.Dense(7),
        ]
    )
    products = 12 * 54 + 12 * (4 * 4 * 3 * 5) + 6 * 8 * 5 * 7
    assert flops.forward(network) == 2 * products


def test_operations_of_a_network_for_any_size():
    inputs = keras.Input((None, None, 2))
    network = keras.Model(inputs, layers.Conv2D(3, 1)(inputs))
    assert flops.forward(network, (5, 7, 2)) == 2 * 35 * 6


def test_operations_of_spectrally_normalised_layers():
    wrapped = SpectralNormalization(layers.Conv2D(3, 3, padding="same"))
    network = keras.Sequential([keras.Input((4, 4, 2)), wrapped])
    assert flops.forward(network) == 2 * 16 * 54


def test_operations_of_dcgan_64():
    """132 GFLOP at batch 32 is the figure that the networks were first measured by."""
    case = cases.find("dcgan64")
    maps = [(100, 16 * 1024)]
    maps += [(side**2 * 16, a * b) for side, a, b in
             ((4, 1024, 512), (8, 512, 256), (16, 256, 128), (32, 128, 3))]  # fmt: skip
    g = sum(a * b for a, b in maps)
    d = 16 * sum(
        side**2 * a * b for side, a, b in ((32, 3, 64), (16, 64, 128), (8, 128, 256), (4, 256, 512))
    )
    d += 16 * 512
    found = flops.step(case.model(), case.batch)
    assert found == 32 * 2 * (3 * g + 8 * d)
    assert found / 1e9 == pytest.approx(132, rel=0.005)


@pytest.mark.parametrize("variant, g_passes, d_passes", [("SNGAN", 7, 32), ("WGANGP", 7, 62)])
def test_critic_steps_share_the_batch(variant, g_passes, d_passes):
    model = tiny(variant).model()
    passes = g_passes * flops.forward(model.generator) + d_passes * flops.forward(
        model.discriminator
    )
    assert flops.step(model, 10) == 2 * passes


@pytest.mark.parametrize("channels, g_passes", [(3, 9), (1, 6)])  # without identity losses
def test_operations_of_cyclegan(channels, g_passes):
    a, b = (24, 24, 3), (24, 24, channels)
    model = dataclasses.replace(tiny("CycleGAN"), settings={**TINY["CycleGAN"], "shape_b": b})
    model = model.model()
    generators = flops.forward(model.G_A, a) + flops.forward(model.G_B, b)
    judges = flops.forward(model.D_A, b) + flops.forward(model.D_B, a)
    assert flops.step(model, 10) == 10 * (g_passes * generators + 8 * judges)
