"""FastGAN's networks: skip-layer excitation, and a discriminator whose maps are decoded."""

import random
from collections.abc import Sequence

import keras
from keras import layers, ops
from keras.initializers import RandomNormal

from kerasgan.layers import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    NoiseInjection,
    SpectralNormalization,
)
from kerasgan.networks.sizes import stages
from kerasgan.utils import checks
from kerasgan.utils.types import Tensor

WIDTHS = (
    16,
    8,
    4,
    2,
    2,
    1,
    0.5,
    0.25,
    0.125,
)  # the generator's, over `filters`, smallest map first
DECODER_WIDTHS = (4, 2, 2, 1)
SMALL = 5  # the discriminator sees a second image of at most so many doublings
LARGEST = 6  # and has maps of at most so many, behind strides that lead there


def _conv(filters, size, strides=1, padding="same", kind=Conv2D, **kwargs):
    start = RandomNormal(stddev=0.02)
    settings = {"use_bias": False, "kernel_initializer": start, **kwargs}
    return SpectralNormalization(kind(filters, size, strides, padding, **settings))


def _norm(x):
    gamma = RandomNormal(mean=1.0, stddev=0.02)
    return BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=gamma)(x)


def _gated(x):
    """Normalised, and half of the channels times the sigmoid of the others."""
    half, gate = ops.split(_norm(x), 2, axis=-1)
    return half * ops.sigmoid(gate)


def _leaky(x):
    return layers.LeakyReLU(0.2)(x)


def _excited(x, small, start):
    """Skip-layer excitation: a map's channels, scaled by what a far smaller one tells."""
    y = AveragePooling2D(small.shape[1] // start[0])(small)
    y = layers.Activation("silu")(_conv(x.shape[-1], start, padding="valid")(y))
    return x * _conv(x.shape[-1], 1, activation="sigmoid")(y)


def _stages(data_shape):
    *start, doublings = stages(data_shape)
    if doublings >= len(WIDTHS):
        raise ValueError(
            f"FastGAN's networks double a map at most {len(WIDTHS) - 1} times: the largest square "
            f"image is 1024x1024. Received: {data_shape=}"
        )
    return tuple(start), doublings


def fastgan_generator(
    data_shape: Sequence[int], latent_dim: int, filters: int = 64, seed: int | None = None
) -> keras.Model:
    """FastGAN's generator (Liu, Zhu, Song & Elgammal 2021, arXiv:2101.04775).

    A transposed convolution of the latents to the smallest map, 4x4 of `16 * filters` channels,
    then doubled by nearest neighbours: to 8x8, 32x32, 128x128 and so on by two convolutions with
    noise, to the sizes between by one without. Each is followed by batch norm and a gated linear
    unit. Maps from 64x64 to 512x512 are excited by those of a 16th of their side. All convolutions
    are spectrally normalised, and none has a bias. The authors' second output, an image of 128x128,
    is left out: the discriminator makes its own.

    Args:
        data_shape: tuple (height, width, channels), as `stages` takes them, up to 1024x1024.
        latent_dim: int; 256 in the authors' code.
        filters: int, the width of the map of 128x128; 64 in the paper.
        seed: int or None, of the noise; None draws one.

    Returns:
        A Functional model, `(n, latent_dim)` to `(n, *data_shape)` in [-1, 1].

    Raises:
        ValueError: if the strides do not divide the size; the message names the nearest that works.

    Example:

    >>> fastgan_generator((64, 64, 3), 16, filters=2).output_shape
    (None, 64, 64, 3)
    """
    start, doublings = _stages(data_shape)
    filters = checks.width("filters", filters)
    latent_dim, seed = checks.width("latent_dim", latent_dim), checks.seed("seed", seed)
    seed = random.randrange(2**30) if seed is None else seed
    widths = [max(int(filters * width), 1) for width in WIDTHS]
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.Reshape((1, 1, latent_dim))(latents)
    x = _gated(_conv(2 * widths[0], start, padding="valid", kind=Conv2DTranspose)(x))
    maps = [x]
    for k in range(1, doublings + 1):
        x = layers.UpSampling2D()(x)
        for i in range(1 + k % 2):
            x = _conv(2 * widths[k], 3)(x)
            x = _gated(NoiseInjection((seed + 2 * k + i) % 2**31)(x) if k % 2 else x)
        if 4 <= k <= 7:
            x = _excited(x, maps[k - 4], start)
        maps.append(x)
    images = _conv(data_shape[-1], 3, activation="tanh", dtype="float32")(x)
    return keras.Model(latents, images, name="generator")


def fastgan_discriminator(data_shape: Sequence[int], filters: int = 64) -> keras.Model:
    """FastGAN's discriminator (Liu et al. 2021, arXiv:2101.04775).

    Residual blocks halve the image down to 8x8, where each map's channels are excited by the one
    of eight times its side; a second, plain branch does the same with the image at half its size,
    or at 128x128 if that is less. Each branch gives a map of 5x5 logits. All convolutions are
    spectrally normalised, and none has a bias.

    Args:
        data_shape: tuple (height, width, channels), as `stages` takes them, up to 1024x1024.
        filters: int, the width of the map of 64x64; 64 in the paper.

    Returns:
        A Functional model, `(n, *data_shape)` to `[logits (n, 50), both branches' last maps
        (n, 8, 8, c), the first branch's map before it (n, 16, 16, c)]`.

    Raises:
        ValueError: if the strides do not divide the size; the message names the nearest that works.

    Example:

    >>> [shape[1:] for shape in fastgan_discriminator((64, 64, 3), filters=2).output_shape]
    [(50,), (8, 8, 16), (8, 8, 8), (16, 16, 8)]
    """
    start, doublings = _stages(data_shape)
    filters = checks.width("filters", filters)

    def width(k):  # of a map 2**k times as large as the smallest
        return max(int(filters * 2.0 ** (4 - k)), 1)

    def first(x, k, filters):
        """A convolution of an image to a map of `k` doublings; stride 2 if the image has more."""
        stride = 2 if x.shape[1] > start[0] * 2**k else 1
        return _leaky(_conv(filters, 4 if stride == 2 else 3, stride)(x))

    def half(x, filters):
        return _leaky(_norm(_conv(filters, 4, 2)(x)))

    data = keras.Input(data_shape, name="data")
    k = doublings - 1 if doublings > LARGEST else doublings
    x = first(data, k, width(k))
    if k > LARGEST:
        x = half(x, width(LARGEST))
    largest = min(k, LARGEST)
    maps = {largest: x}
    for k in range(largest - 1, 0, -1):
        main = _leaky(_norm(_conv(width(k), 3)(half(x, width(k)))))
        direct = _leaky(_norm(_conv(width(k), 1)(AveragePooling2D(2)(x))))
        x = 0.5 * (main + direct)
        if k + 3 in maps:
            x = _excited(x, maps[k + 3], start)
        maps[k] = x
    ending = {"padding": "valid", "dtype": "float32"}
    logits = _conv(1, start, **ending)(_leaky(_norm(_conv(width(0), 1)(x))))

    size = min(doublings - 1, SMALL)
    k = max(size - 1, 1)
    small = first(AveragePooling2D(2 ** (doublings - size))(data), k, width(k + 1))
    for i in range(k - 1, 0, -1):
        small = half(small, width(i + 1))
    ends = [layers.Flatten()(y) for y in (logits, _conv(1, start, **ending)(small))]
    outputs = [layers.Concatenate(dtype="float32", name="logits")(ends), maps[1], small, maps[2]]
    return keras.Model(data, outputs, name="discriminator")


def fastgan_decoders(
    discriminator: keras.Model, data_shape: Sequence[int], filters: int = 64
) -> list[keras.Model]:
    """What makes images again of the discriminator's maps (Liu et al. 2021, arXiv:2101.04775).

    The image of half the side, or of 128x128 if that is less, comes from the last map of each
    branch, and the same of a quarter of the image from a quarter of the map before the last.

    Args:
        discriminator: Keras model that gives what `fastgan_discriminator` does.
        data_shape: tuple (height, width, channels), the images'.
        filters: int, the discriminator's width, of which the largest maps here have half.

    Returns:
        A list of three Functional models, maps to images in [-1, 1].

    Raises:
        ValueError: if a map cannot be doubled up to four times to the image's size.

    Example:

    >>> discriminator = fastgan_discriminator((64, 64, 3), filters=2)
    >>> [d.output_shape[1:] for d in fastgan_decoders(discriminator, (64, 64, 3), filters=2)]
    [(32, 32, 3), (32, 32, 3), (32, 32, 3)]
    """
    (height, width), doublings = _stages(data_shape)
    size = tuple(side * 2 ** min(doublings - 1, SMALL) for side in (height, width))
    checks.instance("discriminator", discriminator, keras.Model)
    filters = checks.width("filters", filters)
    last, small, (rows, columns, channels) = (s[1:] for s in discriminator.output_shape[1:])
    part = (rows // 2, columns // 2, channels)
    return [_decoder(shape, size, data_shape[-1], filters) for shape in (last, small, part)]


def _decoder(shape, size, channels, filters):
    doublings = max(size[0] // shape[0], 1).bit_length() - 1
    fits = tuple(side * 2**doublings for side in shape[:2]) == size
    if not fits or doublings > len(DECODER_WIDTHS):
        raise ValueError(
            f"A decoder doubles a map up to four times, and must reach {size[0]}x{size[1]} by "
            f"that. Received: a map of {shape}"
        )
    inputs = x = keras.Input(shape)
    for width in DECODER_WIDTHS[:doublings]:
        x = layers.UpSampling2D()(x)
        x = _gated(_conv(2 * max(width * filters // 2, 1), 3)(x))
    images = _conv(channels, 3, activation="tanh", dtype="float32")(x)
    return keras.Model(inputs, images, name="decoder")


def quarter(x: Tensor, row: Tensor, column: Tensor) -> Tensor:
    """A quarter of maps or images.

    Args:
        x: tensor `(n, height, width, channels)`, the sides even.
        row: int scalar, 0 for the upper half.
        column: int scalar, 0 for the left half.

    Returns:
        A tensor `(n, height / 2, width / 2, channels)`.

    Example:

    >>> x = ops.reshape(ops.arange(16), (1, 4, 4, 1))
    >>> ops.convert_to_numpy(quarter(x, 0, 1))[0, :, :, 0].tolist()
    [[2, 3], [6, 7]]
    """
    _, height, width, channels = x.shape
    parts = ops.reshape(x, (-1, 2, height // 2, 2, width // 2, channels))
    return ops.take(ops.take(parts, row, axis=1), column, axis=2)
