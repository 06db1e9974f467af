import math

import numpy as np
import pytest
from keras import ops

from kerasgan.layers.equalized import EqualizedConv2D, EqualizedDense
from kerasgan.layers.modulation import MinibatchDeviation, ModulatedConv2D
from kerasgan.layers.resampling import Blur
from kerasgan.networks import stylegan2_discriminator, stylegan2_generator

# Configuration F as published: what is trained, the strengths of the noise and the learned map at
# the start included; the noise of inference is drawn from a seed, and so is no parameter, and the
# mean style (512) and the truncation's strength (1) are not trained.
PUBLISHED = {256: (30_034_338, 28_864_129), 1024: (30_370_060, 29_012_513)}


def trained(network):
    return sum(math.prod(v.shape) for v in network.trainable_variables)


@pytest.mark.any_backend
@pytest.mark.parametrize("side", PUBLISHED)
def test_parameters_of_configuration_f(side):
    wide = {"filters": 512, "channel_base": 32768}
    generator = stylegan2_generator((side, side, 3), 512, **wide)
    discriminator = stylegan2_discriminator((side, side, 3), **wide)
    assert (trained(generator), trained(discriminator)) == PUBLISHED[side]
    assert generator.count_params() - trained(generator) == 512 + 1


def test_modulation_is_a_kernel_for_each_sample():
    """Scaled by the style, and divided by each filter's norm."""
    rng = np.random.default_rng(0)
    maps, style = rng.normal(size=(3, 5, 5, 4)), rng.normal(size=(3, 4))
    maps, style = maps.astype("float32"), style.astype("float32")
    layer = ModulatedConv2D(6, 3)
    got = ops.convert_to_numpy(layer([maps, style]))
    kernel = ops.convert_to_numpy(layer.conv.kernel)
    for i in range(3):
        own = kernel * style[i][:, None] / 6  # √(9 * 4)
        own = own / np.sqrt((own**2).sum(axis=(0, 1, 2)) + 1e-8)
        want = ops.convert_to_numpy(ops.conv(maps[i : i + 1], own, padding="same"))
        np.testing.assert_allclose(got[i : i + 1], want, rtol=1e-4, atol=1e-5)


def test_upsampling_is_the_authors():
    """A transposed convolution, then the filter times 4."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    maps = rng.normal(size=(2, 3, 4, 2)).astype("float32")
    layer = ModulatedConv2D(3, 3, demodulate=False, up=True)
    got = ops.convert_to_numpy(layer([maps, np.ones((2, 2), "float32")]))
    kernel = torch.tensor(ops.convert_to_numpy(layer.conv.kernel)).permute(3, 2, 0, 1) / 18**0.5
    x = torch.nn.functional.conv_transpose2d(
        torch.tensor(maps).permute(0, 3, 1, 2), kernel, None, 2
    )
    taps = torch.outer(*[torch.tensor([1.0, 3.0, 3.0, 1.0])] * 2).repeat(3, 1, 1, 1) / 16
    x = torch.nn.functional.conv2d(x, taps, padding=1, groups=3)
    np.testing.assert_allclose(got, x.permute(0, 2, 3, 1).numpy(), rtol=1e-4, atol=1e-5)
    assert layer.compute_output_shape([(2, 3, 4, 2), (2, 2)]) == got.shape == (2, 6, 8, 3)


def test_blur_by_hand():
    x = np.zeros((1, 4, 4, 1), "float32")
    x[0, 1, 1] = 64
    y = ops.convert_to_numpy(Blur(2)(x))[0, :, :, 0]
    np.testing.assert_allclose(y, np.outer([1, 3, 3, 1, 0], [1, 3, 3, 1, 0]))


def test_groups_that_a_batch_does_not_fill_take_from_its_start():
    x = np.random.default_rng(0).normal(size=(6, 2, 2, 3)).astype("float32")
    y = ops.convert_to_numpy(MinibatchDeviation(4)(x))
    for group, place in (([0, 1, 2, 3], 0), ([4, 5, 0, 1], 5)):
        want = np.sqrt(x[group].var(axis=0) + 1e-8).mean()
        np.testing.assert_allclose(y[place, :, :, 3], want, rtol=1e-5)
    np.testing.assert_array_equal(y[..., :3], x)


def test_equalised_layers_divide_by_the_root_of_the_fan_in():
    x = np.random.default_rng(0).normal(size=(2, 4)).astype("float32")
    dense = EqualizedDense(3, rate=0.01, bias_initializer="ones")
    got = ops.convert_to_numpy(dense(x))
    kernel = ops.convert_to_numpy(dense.kernel)
    np.testing.assert_allclose(got, x @ kernel * 0.01 / 2 + 0.01, rtol=1e-4, atol=1e-6)
    assert 30 < kernel.std() < 300
    conv = EqualizedConv2D(3, 1)
    got = ops.convert_to_numpy(conv(x[:, None, None]))[:, 0, 0]
    kernel = ops.convert_to_numpy(conv.kernel)[0, 0]
    np.testing.assert_allclose(got, x @ kernel / 2, rtol=1e-4, atol=1e-6)
