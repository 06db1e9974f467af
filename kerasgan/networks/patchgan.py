"""Discriminators that judge an image patch by patch."""

import keras
from keras.initializers import RandomNormal
from keras.layers import LeakyReLU, ZeroPadding2D

from kerasgan.layers import Conv2D
from kerasgan.networks.normalization import normalized
from kerasgan.utils.checks import DEEPEST, instance, whole, width


def patchgan(
    channels: int, filters: int = 64, layers: int = 3, *, normalization: str | None = "instance"
) -> keras.Model:
    """The PatchGAN discriminator: a map of logits, each for a patch of the image.

    `layers` 4x4 convolutions of stride 2 and one of stride 1, whose channels double up to
    `8 * filters`, with LeakyReLU 0.2 and, all but the first, normalization; a last one of
    stride 1 to the logits. Each pads its input by one zero on every side. A logit sees 16, 34, 70,
    142 or 286 pixels in each direction with 1 to 5 layers (see `receptive_field`). Weights start
    from N(0, 0.02).

    References: Isola et al. 2017, arXiv:1611.07004; Zhu et al. 2017, arXiv:1703.10593.

    Args:
        channels: int, of the images; of both together where it judges pairs.
        filters: int, the channels of the first convolution.
        layers: int, the number of convolutions of stride 2; the papers' network has 3.
        normalization: "instance", "batch" or None.

    Returns:
        A Functional model, `(n, height, width, channels)` to logits
        `(n, height // 2**layers - 2, width // 2**layers - 2, 1)`; height and width must be at least
        `3 * 2**layers`.

    Raises:
        ValueError: if `layers` is negative, or the normalization is unknown.

    Example:

    >>> network = patchgan(3)
    >>> network.count_params(), network.compute_output_shape((1, 256, 256, 3))
    (2764737, (1, 30, 30, 1))
    """
    whole("layers", layers, least=0, most=DEEPEST)
    channels, filters = width("channels", channels), width("filters", filters)

    def convolve(x, filters, **kwargs):
        kernel = RandomNormal(stddev=0.02)
        return Conv2D(filters, 4, kernel_initializer=kernel, **kwargs)(ZeroPadding2D(1)(x))

    inputs = x = keras.Input((None, None, channels), name="data")
    for i in range(layers + 1):
        strides = 2 if i < layers else 1
        bias = i == 0 or normalization != "batch"
        x = convolve(x, filters * min(2**i, 8), strides=strides, use_bias=bias)
        x = LeakyReLU(0.2)(normalized(x, normalization if i else None))
    logits = convolve(x, 1, dtype="float32", name="logits")
    return keras.Model(inputs, logits, name="discriminator")


def pixel_discriminator(
    channels: int, filters: int = 64, *, normalization: str | None = "instance"
) -> keras.Model:
    """The discriminator that judges each pixel by itself, by 1x1 convolutions.

    Two convolutions, to `filters` and to twice as many channels, with LeakyReLU 0.2, the second
    normalised; and one to the logits. Weights start from N(0, 0.02).

    Reference: Isola et al. 2017, arXiv:1611.07004.

    Args:
        channels: int, as for `patchgan`.
        filters: int, the channels of the first convolution.
        normalization: "instance", "batch" or None.

    Returns:
        A Functional model, `(n, height, width, channels)` to logits `(n, height, width, 1)`.

    Raises:
        ValueError: if the normalization is unknown.

    Example:

    >>> pixel_discriminator(3).count_params()
    8705
    """

    def convolve(x, filters, **kwargs):
        return Conv2D(filters, 1, kernel_initializer=RandomNormal(stddev=0.02), **kwargs)(x)

    channels, filters = width("channels", channels), width("filters", filters)
    inputs = keras.Input((None, None, channels), name="data")
    x = LeakyReLU(0.2)(convolve(inputs, filters))
    x = convolve(x, 2 * filters, use_bias=normalization != "batch")
    x = LeakyReLU(0.2)(normalized(x, normalization))
    logits = convolve(x, 1, dtype="float32", name="logits")
    return keras.Model(inputs, logits, name="discriminator")


def receptive_field(network: keras.Model) -> int:
    """How many pixels in each direction an output of a chain of convolutions sees.

    What instance normalization brings from the rest of the image is not counted.

    Args:
        network: Keras model whose `Conv2D` layers follow one another, with square kernels.

    Returns:
        An int.

    Example:

    >>> receptive_field(patchgan(3)), receptive_field(pixel_discriminator(3))
    (70, 1)
    """
    instance("network", network, keras.Model)
    pixels = 1
    for layer in reversed(network.layers):
        if isinstance(layer, keras.layers.Conv2D):
            pixels = (pixels - 1) * layer.strides[0] + layer.kernel_size[0]
    return pixels
