"""SRGAN's networks for super-resolution."""

from collections.abc import Sequence

import keras
from keras import layers
from keras.initializers import Constant

from kerasgan.layers import BatchNormalization, Conv2D, PixelShuffle
from kerasgan.networks.sizes import check_size
from kerasgan.utils import checks


def _normalised(x):
    return BatchNormalization(momentum=0.9, epsilon=1e-5)(x)


def srgan_generator(
    channels: int = 3, scale: int = 4, filters: int = 64, blocks: int = 16
) -> keras.Model:
    """SRGAN's generator, SRResNet: residual blocks at the small size, then pixel shuffles.

    A 9x9 convolution, `blocks` residual blocks of two 3x3 convolutions with batch norm, a 3x3
    one and the sum with the first map; for each doubling a 3x3 convolution to `4 * filters`
    channels that become pixels; a 9x9 convolution and tanh. The activations are PReLU, one slope a
    channel, which starts from 0.25. Convolutions before batch norm have no bias.

    Reference: Ledig et al. 2017, Photo-Realistic Single Image Super-Resolution Using a Generative
    Adversarial Network, arXiv:1609.04802.

    Args:
        channels: int.
        scale: int, by which height and width grow: 2, 4 (the paper's) or another power of two.
        filters: int, the channels of all hidden maps.
        blocks: int.

    Returns:
        A Functional model, `(n, height, width, channels)` of any size to
        `(n, scale * height, scale * width, channels)` in [-1, 1].

    Raises:
        ValueError: if `scale` is not a power of two, or less than 2.

    Example:

    >>> srgan_generator(blocks=2).compute_output_shape((1, 24, 32, 3))
    (1, 96, 128, 3)
    """
    channels, filters = checks.width("channels", channels), checks.width("filters", filters)
    blocks = checks.whole("blocks", blocks, least=0, most=checks.DEEPEST)
    if checks.whole("scale", scale, least=2, most=checks.WIDEST) & (scale - 1):
        raise ValueError(f"The scale must be 2, 4 or another power of two. Received: {scale=}")

    def convolve(x, filters, size=3, **kwargs):
        return Conv2D(filters, size, padding="same", **kwargs)(x)

    def prelu(x):
        return layers.PReLU(alpha_initializer=Constant(0.25), shared_axes=[1, 2])(x)

    inputs = keras.Input((None, None, channels), name="images")
    first = x = prelu(convolve(inputs, filters, 9))
    for _ in range(blocks):
        y = prelu(_normalised(convolve(x, filters, use_bias=False)))
        x = layers.Add()([x, _normalised(convolve(y, filters, use_bias=False))])
    x = layers.Add()([first, _normalised(convolve(x, filters, use_bias=False))])
    for _ in range(scale.bit_length() - 1):
        x = prelu(PixelShuffle(2)(convolve(x, 4 * filters)))
    images = convolve(x, channels, 9, activation="tanh", dtype="float32")
    return keras.Model(inputs, images, name="generator")


def srgan_discriminator(data_shape: Sequence[int], filters: int = 64) -> keras.Model:
    """SRGAN's discriminator: eight 3x3 convolutions, a dense layer of 1024, one logit.

    The channels go from `filters` to eight times as many in pairs of convolutions, the second of
    each pair with stride 2; all but the first have batch norm and no bias; LeakyReLU 0.2.

    Reference: Ledig et al. 2017, arXiv:1609.04802.

    Args:
        data_shape: tuple (height, width, channels) of the large images; the sides must be multiples
            of 16.
        filters: int, the channels of the first convolution.

    Returns:
        A Functional model, `(n, *data_shape)` to logits `(n, 1)`.

    Raises:
        ValueError: if the strides do not divide the size; the message names the nearest that works.

    Example:

    >>> srgan_discriminator((32, 32, 3)).count_params()
    6790145
    """
    check_size(data_shape, 16)
    filters = checks.width("filters", filters)
    inputs = x = keras.Input(data_shape, name="data")
    for i in range(8):
        width, strides = filters * 2 ** (i // 2), 1 + i % 2
        x = Conv2D(width, 3, strides=strides, padding="same", use_bias=i == 0)(x)
        x = layers.LeakyReLU(0.2)(_normalised(x) if i else x)
    x = layers.LeakyReLU(0.2)(layers.Dense(1024)(layers.Flatten()(x)))
    logits = layers.Dense(1, dtype="float32", name="logit")(x)
    return keras.Model(inputs, logits, name="discriminator")
