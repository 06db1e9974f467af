"""The residual image translator.

`SIZE_MULTIPLE` and `LEAST_SIZE` are what `resnet_translator` wants of height and width.
"""

import keras
from keras import layers
from keras.initializers import RandomNormal

from kerasgan.layers import Conv2D, Conv2DTranspose, ReflectionPadding2D
from kerasgan.networks.normalization import normalized
from kerasgan.utils import checks

SIZE_MULTIPLE = 4
LEAST_SIZE = 8


def resnet_translator(
    in_channels: int,
    out_channels: int,
    filters: int = 64,
    blocks: int = 9,
    *,
    normalization: str | None = "instance",
    torch_padding: bool = False,
) -> keras.Model:
    """CycleGAN's generator: residual blocks at a quarter of the size, for any size.

    A 7x7 convolution, two 3x3 ones of stride 2 that double the channels, `blocks` residual blocks
    of two 3x3 convolutions without an activation after the sum, two 3x3 transposed convolutions
    of stride 2, a 7x7 convolution and tanh; ReLU and normalization between. The 7x7 convolutions
    and the blocks mirror their inputs at the borders. Weights start from N(0, 0.02). The paper has
    9 blocks for 256x256 and more, 6 for 128x128.

    References: Zhu et al. 2017, Unpaired Image-to-Image Translation using Cycle-Consistent
    Adversarial Networks, arXiv:1703.10593; Johnson et al. 2016, arXiv:1603.08155.

    Args:
        in_channels: int.
        out_channels: int.
        filters: int, the channels of the first convolution.
        blocks: int.
        normalization: "instance", "batch" or None.
        torch_padding: bool. True pads the convolutions of stride 2 by one pixel on every side, as
            the authors' PyTorch code does, so that its weights give its images. False pads as
            "same" does, below and to the right.

    Returns:
        A Functional model, `(n, height, width, in_channels)` to
        `(n, height, width, out_channels)` in [-1, 1]; height and width must be multiples of
        `SIZE_MULTIPLE`, at least `LEAST_SIZE` (see `kerasgan.networks.sizes.check_size`).

    Raises:
        ValueError: if the normalization is unknown.

    Example:

    >>> resnet_translator(3, 3).count_params()
    11378179
    """

    def convolve(x, filters, size, layer=Conv2D, **kwargs):
        kernel = RandomNormal(stddev=0.02)
        bias = normalization != "batch"
        x = layer(filters, size, use_bias=bias, kernel_initializer=kernel, **kwargs)(x)
        if torch_padding and layer is Conv2DTranspose:
            x = layers.Cropping2D(((1, 0), (1, 0)))(x)
        return normalized(x, normalization)

    strided = {"strides": 2, "padding": "valid" if torch_padding else "same"}
    filters = checks.width("filters", filters)
    blocks = checks.whole("blocks", blocks, least=0, most=checks.DEEPEST)
    inputs = keras.Input((None, None, checks.width("in_channels", in_channels)), name="images")
    x = layers.ReLU()(convolve(ReflectionPadding2D(3)(inputs), filters, 7))
    for width in (2 * filters, 4 * filters):
        x = layers.ZeroPadding2D(1)(x) if torch_padding else x
        x = layers.ReLU()(convolve(x, width, 3, **strided))
    for _ in range(blocks):
        y = layers.ReLU()(convolve(ReflectionPadding2D(1)(x), 4 * filters, 3))
        y = convolve(ReflectionPadding2D(1)(y), 4 * filters, 3)
        x = layers.Add()([x, y])
    for width in (2 * filters, filters):
        x = layers.ReLU()(convolve(x, width, 3, Conv2DTranspose, **strided))
    kernel = RandomNormal(stddev=0.02)
    out_channels = checks.width("out_channels", out_channels)
    images = Conv2D(out_channels, 7, activation="tanh", kernel_initializer=kernel, dtype="float32")(
        ReflectionPadding2D(3)(x)
    )
    return keras.Model(inputs, images, name="generator")
