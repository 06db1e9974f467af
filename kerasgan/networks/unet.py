"""The U-Net of pix2pix."""

import random

import keras
from keras import layers, ops
from keras.initializers import RandomNormal

from kerasgan.layers import Conv2D, Conv2DTranspose, NoiseDropout
from kerasgan.networks.normalization import normalized
from kerasgan.utils import checks


def unet_translator(
    in_channels: int,
    out_channels: int,
    depth: int = 8,
    filters: int = 64,
    *,
    normalization: str | None = "batch",
    dropout: float = 0.5,
    noise: bool = False,
    seed: int | None = None,
) -> keras.Model:
    """pix2pix's generator: an encoder and a decoder with a skip connection at every size.

    `depth` 4x4 convolutions of stride 2 and LeakyReLU 0.2, whose channels double up to
    `8 * filters`; as many transposed ones and ReLU, each joined to the encoder's map of its size;
    tanh. The outermost maps and the innermost one, of 1x1 pixel at `2**depth`, are not normalised.
    Dropout follows the decoder's blocks of `8 * filters` channels but the innermost, three
    at depth 8, none below 6. All this is as in the authors' PyTorch code; in their first code the
    innermost map is normalised and dropout follows the three innermost blocks. Weights start from
    N(0, 0.02).

    Reference: Isola et al. 2017, Image-to-Image Translation with Conditional Adversarial Networks,
    arXiv:1611.07004.

    Args:
        in_channels: int.
        out_channels: int.
        depth: int, at least 2: 8 for images of 256x256, 7 for 128x128, and so on down.
        filters: int, the channels of the first convolution.
        normalization: "instance", "batch" or None.
        dropout: float in [0, 1), the share of units that is dropped.
        noise: bool, whether dropout draws in inference too, as the paper's does.
        seed: int or None, of the dropout; None draws one.

    Returns:
        A Functional model, `(n, height, width, in_channels)` to
        `(n, height, width, out_channels)` in [-1, 1]; height and width must be multiples of
        `2**depth` (see `kerasgan.networks.sizes.check_size`).

    Raises:
        ValueError: if `depth` is less than 2, the normalization is unknown, or there is no dropout
            to make the noise.

    Example:

    >>> unet_translator(3, 3, depth=6, filters=8, noise=True).output_shape
    (None, None, None, 3)
    """
    depth = checks.whole("depth", depth, least=2, most=checks.DEEPEST)
    in_channels = checks.width("in_channels", in_channels)
    out_channels = checks.width("out_channels", out_channels)
    filters = checks.width("filters", filters)
    dropout = checks.number("dropout", dropout, least=0, below=1)
    seed = checks.seed("seed", seed)
    if noise and not (dropout and depth > 5):
        raise ValueError(
            "Noise comes from dropout, which a U-Net has from depth 6 on. "
            f"Received: {noise=}, {depth=}, {dropout=}"
        )
    seed = random.randrange(2**31) if seed is None else seed
    drop = NoiseDropout if noise else layers.Dropout

    def convolve(x, layer, filters, use_bias, **kwargs):
        kernel = RandomNormal(stddev=0.02)
        kwargs |= {"strides": 2, "padding": "same", "kernel_initializer": kernel}
        return layer(filters, 4, use_bias=use_bias, **kwargs)(x)

    bias = normalization != "batch"
    inputs = keras.Input((None, None, in_channels), name="images")
    widths = [filters * min(2**i, 8) for i in range(depth)]
    x = convolve(inputs, Conv2D, filters, bias)
    maps = [x]
    for i in range(1, depth):
        x = convolve(layers.LeakyReLU(0.2)(x), Conv2D, widths[i], bias)
        if i < depth - 1:
            x = normalized(x, normalization)
            maps.append(x)
    for i in reversed(range(depth - 1)):
        x = convolve(layers.ReLU()(x), Conv2DTranspose, widths[i], bias)
        x = normalized(x, normalization)
        if dropout and 3 <= i < depth - 2:
            x = drop(dropout, seed=seed + i)(x)
        x = ops.concatenate([maps[i], x], axis=-1)  # unlike the layer, checks sizes
    x = layers.ReLU()(x)
    images = convolve(x, Conv2DTranspose, out_channels, True, activation="tanh", dtype="float32")
    return keras.Model(inputs, images, name="generator")
