"""Sizes and numbers of FastGAN's networks, held against the authors' by formulas written anew.

Parameters are counted from the layout of the authors' code. Left
out is what that code has beyond what an image of its size passes: the 1x1 convolution to a second
image of 128x128, and the blocks up to there in a generator of less.
"""

import math

import keras
import numpy as np
import pytest
import torch
from keras import ops
from torch.nn import functional

from kerasgan.layers import NoiseInjection, SpectralNormalization
from kerasgan.networks import fastgan_decoders, fastgan_discriminator, fastgan_generator
from kerasgan.networks.fastgan import quarter

TIMES = {4: 16, 8: 8, 16: 4, 32: 2, 64: 2, 128: 1, 256: 0.5, 512: 0.25, 1024: 0.125}
JUDGE = {**TIMES, 8: 16, 16: 8, 32: 4}  # by the authors' names of the maps, not by their sizes


def size(network):
    return sum(math.prod(w.shape) for w in network.trainable_weights)


def norm(channels):
    return 2 * channels


def generator_size(side, filters=64, latent=256):
    width = {k: int(v * filters) for k, v in TIMES.items()}
    count, at = 16 * latent * 2 * width[4] + norm(2 * width[4]), 4
    while at < side:
        before, now, at = width[at], width[2 * at], 2 * at
        count += 9 * before * 2 * now + norm(2 * now)
        if at in (8, 32, 128, 512):  # two convolutions, each with a noise
            count += 9 * now * 2 * now + norm(2 * now) + 2
        if at in (64, 128, 256, 512):
            count += 16 * width[at // 16] * now + now * now
    return count + 9 * width[side] * 3


def discriminator_size(side, filters=64):
    width = {k: int(v * filters) for k, v in JUDGE.items()}
    count = {
        256: 9 * 3 * width[512],
        512: 16 * 3 * width[512],
        1024: 16 * 3 * width[1024] + 16 * width[1024] * width[512] + norm(width[512]),
    }[side]
    for name in (512, 256, 128, 64, 32):
        a, b = width[name], width[name // 2]
        count += 16 * a * b + 9 * b * b + a * b + 3 * norm(b)
    count += width[16] * width[8] + norm(width[8]) + 16 * width[8]
    for a, b in ((512, 64), (256, 32), (128, 16)):
        count += 16 * width[a] * width[b] + width[b] ** 2
    count += 16 * 3 * width[256] + 16 * width[32]
    return count + sum(16 * width[2 * b] * width[b] + norm(width[b]) for b in (128, 64, 32))


def decoder_size(channels, filters=64):
    count = 0
    for times in (4, 2, 2, 1):
        width = times * filters // 2
        count, channels = count + 9 * channels * 2 * width + norm(2 * width), width
    return count + 9 * channels * 3


@pytest.mark.any_backend
@pytest.mark.parametrize("side, millions", [(64, 28.2), (256, 29.1), (1024, 29.2)])
def test_the_generator_has_the_parameters_of_the_authors_code(side, millions):
    found = size(fastgan_generator((side, side, 3), 256))
    assert found == generator_size(side)
    assert round(found / 1e6, 1) == millions


@pytest.mark.any_backend
@pytest.mark.parametrize("side", [256, 512, 1024])
def test_the_discriminator_has_the_parameters_of_the_authors_code(side):
    network = fastgan_discriminator((side, side, 3))
    assert size(network) == discriminator_size(side)
    shapes = [(50,), (8, 8, 512), (8, 8, 256), (16, 16, 256)]
    assert [tuple(output.shape[1:]) for output in network.outputs] == shapes
    decoders = fastgan_decoders(network, (side, side, 3))
    assert [size(d) for d in decoders] == [decoder_size(c) for c in (512, 256, 256)]
    assert {d.output_shape for d in decoders} == {(None, 128, 128, 3)}


@pytest.mark.any_backend
@pytest.mark.parametrize("shape", [(16, 16, 1), (28, 28, 1), (32, 64, 3), (512, 256, 1)])
def test_other_sizes(shape):
    assert fastgan_generator(shape, 3, filters=1).output_shape == (None, *shape)
    network = fastgan_discriminator(shape, filters=1)
    height, width = (min(side // 2, 128 * side // min(shape[:2])) for side in shape[:2])
    for decoder in fastgan_decoders(network, shape, filters=1):
        assert decoder.output_shape == (None, height, width, shape[2])


@pytest.mark.any_backend
def test_what_does_not_fit_is_refused():
    for build in (lambda s: fastgan_generator(s, 4, 1), lambda s: fastgan_discriminator(s, 1)):
        with pytest.raises(ValueError, match="1024x1024. Received: data_shape"):
            build((2048, 2048, 3))
        with pytest.raises(ValueError, match="nearest size that works is 32x32"):
            build((31, 33, 3))
    image = keras.Input((16, 16, 1))
    maps = [keras.layers.AveragePooling2D(n)(image) for n in (3, 2, 1)]
    network = keras.Model(image, [keras.layers.Flatten()(image), *maps])
    with pytest.raises(ValueError, match=r"must reach 8x8 by that. Received: a map of \(5, 5, 1\)"):
        fastgan_decoders(network, (16, 16, 1))


class Oracle:
    """The generator for 64x64 at inference, in PyTorch, from a Keras network's weights in the order
    in which its layers were made."""

    def __init__(self, network):
        def made(kind):
            found = [layer for layer in network.layers if isinstance(layer, kind)]
            return iter(sorted(found, key=lambda layer: int(f"0{layer.name}".split("_")[-1])))

        self.convolutions = made(SpectralNormalization)
        self.norms = made(keras.layers.BatchNormalization)

    def kernel(self):
        layer = next(self.convolutions)
        kernel, u = (torch.tensor(np.array(w)) for w in (layer.layer.kernel, layer.u))
        if isinstance(layer.layer, keras.layers.Conv2DTranspose):
            kernel = kernel.swapaxes(2, 3)
        return kernel / (kernel.reshape(-1, len(u)) @ u).norm()

    def convolve(self, x, padding):
        return functional.conv2d(x, self.kernel().permute(3, 2, 0, 1), padding=padding)

    def gated(self, x):
        gamma, beta, mean, variance = map(torch.tensor, next(self.norms).get_weights())
        x = functional.batch_norm(x, mean, variance, gamma, beta, eps=1e-5)
        return functional.glu(x, dim=1)

    def __call__(self, latents):
        kernel = self.kernel()
        x = first = self.gated(torch.einsum("nz,hwzc->nchw", latents, kernel))
        for convolutions in (2, 1, 2, 1):
            x = functional.interpolate(x, scale_factor=2)
            for _ in range(convolutions):
                x = self.gated(self.convolve(x, 1))
        gate = functional.silu(self.convolve(first, 0))
        x = x * torch.sigmoid(self.convolve(gate, 0))
        return torch.tanh(self.convolve(x, 1)).permute(0, 2, 3, 1)


def test_the_generator_agrees_with_pytorch():
    network, rng = fastgan_generator((64, 64, 3), 5, filters=2), np.random.default_rng(0)
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    latents = rng.normal(size=(3, 5)).astype("float32")
    made = ops.convert_to_numpy(network(latents, training=False))
    with torch.no_grad():
        want = Oracle(network)(torch.tensor(latents)).numpy()
    assert want.std() > 0.01
    np.testing.assert_allclose(made, want, atol=1e-5)


@pytest.mark.any_backend
def test_quarters():
    x = np.arange(2 * 4 * 6 * 3).reshape(2, 4, 6, 3)
    for row, column in np.ndindex(2, 2):
        part = ops.convert_to_numpy(quarter(x, row, column))
        rows, columns = slice(2 * row, 2 * row + 2), slice(3 * column, 3 * column + 3)
        np.testing.assert_array_equal(part, x[:, rows, columns])


@pytest.mark.any_backend
def test_each_noise_has_its_own_seed():
    layers = fastgan_generator((32, 32, 1), 2, filters=1, seed=5).layers
    seeds = [layer.seed for layer in layers if isinstance(layer, NoiseInjection)]
    assert len(seeds) == len(set(seeds)) == 4
