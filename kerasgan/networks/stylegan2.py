"""StyleGAN2's networks: mapping, synthesis with skips, and a residual discriminator."""

import math
from collections.abc import Sequence

import keras
from keras import layers
from keras.initializers import RandomNormal

from kerasgan.layers.equalized import EqualizedConv2D, EqualizedDense, scaled_leaky_relu
from kerasgan.layers.modulation import (
    LearnedMaps,
    MeanStyle,
    MinibatchDeviation,
    ModulatedConv2D,
)
from kerasgan.layers.noise_injection import NoiseInjection
from kerasgan.layers.resampling import Blur, Downsample, Upsample
from kerasgan.networks.sizes import stages
from kerasgan.utils import checks


def _widths(data_shape, filters, channel_base):
    """The smallest map's size, and the channels at each size, the smallest first."""
    height, width, doublings = stages(data_shape)
    checks.width("filters", filters), checks.whole("channel_base", channel_base)
    widths = [max(1, min(filters, channel_base // (4 * 2**i))) for i in range(doublings + 1)]
    return (height, width), widths


def _classes(num_classes, size):
    """An input of labels, and a learned vector of each label's, of length 1."""
    num_classes = checks.width("num_classes", num_classes)
    labels = keras.Input((), dtype="int32", name="labels")
    start = RandomNormal(stddev=1.0)
    vector = layers.Embedding(num_classes, size, start, dtype="float32")(labels)
    return labels, layers.UnitNormalization(dtype="float32")(vector)


def stylegan2_mapping(
    latent_dim: int, num_styles: int, depth: int = 8, num_classes: int | None = None
) -> keras.Model:
    """The network from latents to styles, w, of the same length (Karras et al. 2020,
    arXiv:1912.04958).

    Latents, and a label's embedding beside them, are scaled to a mean square of 1; dense layers
    follow, which learn at a hundredth of the rate. All is in float32.

    Args:
        latent_dim: int; 512 in the paper.
        num_styles: int, how many layers of the synthesis network take a style.
        depth: int, dense layers.
        num_classes: int, or None for no labels.

    Returns:
        A Functional model, `(n, latent_dim)` to `(n, num_styles, latent_dim)`; with `num_classes`
        from `[(n, latent_dim), (n,) ints]`.

    Example:

    >>> stylegan2_mapping(8, num_styles=4, depth=2).output_shape
    (None, 4, 8)
    """
    latent_dim = checks.width("latent_dim", latent_dim)
    checks.whole("depth", depth, most=checks.DEEPEST)
    checks.whole("num_styles", num_styles, most=checks.DEEPEST)
    inputs = x = keras.Input((latent_dim,), name="latents")
    x = layers.UnitNormalization(dtype="float32")(x)
    if num_classes is not None:
        labels, vector = _classes(num_classes, latent_dim)
        inputs, x = [inputs, labels], layers.Concatenate(dtype="float32")([x, vector])
    x = layers.Rescaling(math.sqrt(latent_dim), dtype="float32")(x)
    for _ in range(depth):
        x = EqualizedDense(latent_dim, 0.01, activation=scaled_leaky_relu, dtype="float32")(x)
    x = MeanStyle(dtype="float32", name="mean_style")(x)
    return keras.Model(inputs, layers.RepeatVector(num_styles, dtype="float32")(x), name="mapping")


def stylegan2_synthesis(
    data_shape: Sequence[int],
    latent_dim: int,
    filters: int = 64,
    channel_base: int = 2048,
    activation: str | None = None,
    seed: int | None = None,
) -> keras.Model:
    """The network from styles to images (Karras et al. 2020, arXiv:1912.04958).

    From a learned map of the smallest size, as `kerasgan.networks.sizes.stages` finds it; at each
    size two modulated 3x3 convolutions (one at the smallest) with noise, bias and LeakyReLU, and a
    modulated 1x1 convolution to colours, which are added to those of the smaller sizes.

    Args:
        data_shape: tuple (height, width, channels).
        latent_dim: int, the length of a style.
        filters: int, the most channels that a map has; 512 in the paper.
        channel_base: int. A map of 4 * 2**i pixels has at most `channel_base / (4 * 2**i)` of them;
            32768 in configuration F.
        activation: of the images. None is the paper's, which leaves them unbounded.
        seed: int or None, of the noise in training.

    Returns:
        A Functional model, `(n, num_styles, latent_dim)` to `(n, *data_shape)`, with two styles for
        each size, the last of which is that of the colours.

    Example:

    >>> network = stylegan2_synthesis((64, 64, 3), 8, filters=4)
    >>> network.input_shape, network.output_shape
    ((None, 10, 8), (None, 64, 64, 3))
    """
    size, widths = _widths(data_shape, filters, channel_base)
    latent_dim, seed = checks.width("latent_dim", latent_dim), checks.seed("seed", seed)
    if activation is not None:
        checks.instance("activation", activation, str)
    styles = keras.Input((2 * len(widths), latent_dim), name="styles")

    def modulated(i, maps, filters, size=3, **kwargs):
        style = EqualizedDense(maps.shape[-1], bias_initializer="ones")(styles[:, i])
        return ModulatedConv2D(filters, size, **kwargs)([maps, style])

    def styled(i, maps, filters, up=False):
        maps = modulated(i, maps, filters, up=up, use_bias=True)
        maps = NoiseInjection(None if seed is None else seed + i, place=i)(maps)
        return layers.Activation(scaled_leaky_relu)(maps)

    x, rgb = LearnedMaps((*size, widths[0]))(styles), None
    x = styled(0, x, widths[0])
    for stage, width in enumerate(widths):
        if stage:
            x = styled(2 * stage - 1, x, width, up=True)
            x = styled(2 * stage, x, width)
        to_colours = {"demodulate": False, "use_bias": True, "dtype": "float32"}
        colours = modulated(2 * stage + 1, x, data_shape[-1], 1, **to_colours)
        rgb = colours if stage == 0 else layers.Add()([Upsample(dtype="float32")(rgb), colours])
    if activation is not None:
        rgb = layers.Activation(activation, dtype="float32")(rgb)
    return keras.Model(styles, rgb, name="synthesis")


def stylegan2_generator(
    data_shape: Sequence[int],
    latent_dim: int,
    filters: int = 64,
    channel_base: int = 2048,
    depth: int = 8,
    num_classes: int | None = None,
    activation: str | None = None,
    seed: int | None = None,
) -> keras.Model:
    """StyleGAN2's generator, `stylegan2_mapping` and then `stylegan2_synthesis`, which are its
    layers "mapping" and "synthesis" (Karras et al. 2020, arXiv:1912.04958).

    Args:
        data_shape: tuple (height, width, channels).
        latent_dim: int; 512 in the paper.
        filters: int, the most channels that a map has; 512 in the paper.
        channel_base: int; 32768 in configuration F.
        depth: int, dense layers of the mapping.
        num_classes: int, or None for no labels.
        activation: of the images; None is the paper's.
        seed: int or None, of the noise in training.

    Returns:
        A Functional model, `(n, latent_dim)` to `(n, *data_shape)`; with `num_classes`
        from `[(n, latent_dim), (n,) ints]`.

    Raises:
        ValueError: if the strides do not divide height and width.

    Example:

    >>> stylegan2_generator((32, 32, 3), 8, filters=4, depth=2).output_shape
    (None, 32, 32, 3)
    """
    synthesis = stylegan2_synthesis(data_shape, latent_dim, filters, channel_base, activation, seed)
    mapping = stylegan2_mapping(latent_dim, synthesis.input_shape[1], depth, num_classes)
    inputs = keras.tree.map_structure(
        lambda x: keras.Input(x.shape[1:], dtype=x.dtype, name=x.name), mapping.input
    )
    return keras.Model(inputs, synthesis(mapping(inputs)), name="generator")


def stylegan2_discriminator(
    data_shape: Sequence[int],
    filters: int = 64,
    channel_base: int = 2048,
    group: int = 4,
    num_classes: int | None = None,
) -> keras.Model:
    """StyleGAN2's residual discriminator (Karras et al. 2020, arXiv:1912.04958).

    With `num_classes` the last dense layer has as many outputs as the smallest map's channels, and
    the logit is their product with the label's embedding, as in StyleGAN2-ADA (arXiv:2006.06676),
    which maps the embedding through dense layers first.

    Args:
        data_shape: tuple (height, width, channels).
        filters: int, the most channels that a map has; 512 in the paper.
        channel_base: int; 32768 in configuration F.
        group: int, the samples whose standard deviation the discriminator sees.
        num_classes: int, or None for no labels.

    Returns:
        A Functional model, `(n, *data_shape)` to logits `(n, 1)`; with `num_classes`
        from `[(n, *data_shape), (n,) ints]`.

    Raises:
        ValueError: if the strides do not divide height and width.

    Example:

    >>> stylegan2_discriminator((32, 32, 3), filters=4).output_shape
    (None, 1)
    """
    _, widths = _widths(data_shape, filters, channel_base)
    act = {"activation": scaled_leaky_relu}
    inputs = x = keras.Input(data_shape, name="data")
    x = EqualizedConv2D(widths[-1], 1, **act)(x)
    for width, narrower in zip(widths[:0:-1], widths[-2::-1], strict=True):
        y = EqualizedConv2D(width, 3, padding="same", **act)(x)
        y = EqualizedConv2D(narrower, 3, strides=2, **act)(Blur(2)(y))
        skip = EqualizedConv2D(narrower, 1, use_bias=False)(Downsample()(x))
        x = layers.Rescaling(math.sqrt(0.5))(layers.Add()([y, skip]))
    x = EqualizedConv2D(widths[0], 3, padding="same", **act)(MinibatchDeviation(group)(x))
    x = EqualizedDense(widths[0], **act)(layers.Flatten()(x))
    outputs = 1 if num_classes is None else widths[0]
    x = EqualizedDense(outputs, dtype="float32", name="logit")(x)
    if num_classes is not None:
        labels, vector = _classes(num_classes, widths[0])
        inputs, x = [inputs, labels], layers.Dot(1, dtype="float32")([x, vector])
    return keras.Model(inputs, x, name="discriminator")
