"""R3GAN's networks: residual, without normalization."""

from collections.abc import Iterable, Sequence

import keras
from keras import initializers, layers

from kerasgan.layers import Conv2D
from kerasgan.layers.basis import DiscriminativeBasis, GenerativeBasis
from kerasgan.layers.grouped_convolution import GroupedConv2D
from kerasgan.layers.resampling import Downsample, Upsample
from kerasgan.networks.sizes import stages
from kerasgan.utils import checks


def _normal(gain=1.0):
    """Normal weights of standard deviation gain / sqrt(fan in)."""
    return initializers.VarianceScaling(gain**2, "fan_in", "untruncated_normal")


def _linear(filters, **kwargs):
    return Conv2D(filters, 1, use_bias=False, kernel_initializer=_normal(), **kwargs)


def _residual(x, cardinality, expansion, depth):
    """Inverted bottleneck, the identity at first: its last convolution starts at zero."""
    width = x.shape[-1]
    gain = (2 / (1 + 0.2**2)) ** 0.5 * depth**-0.25
    hidden = {"activation": "leaky_relu", "padding": "same"}
    y = Conv2D(expansion * width, 1, kernel_initializer=_normal(gain), **hidden)(x)
    y = GroupedConv2D(
        expansion * width, 3, groups=cardinality, kernel_initializer=_normal(gain), **hidden
    )(y)
    y = Conv2D(width, 1, use_bias=False, kernel_initializer="zeros")(y)
    return layers.Add()([x, y])


def _stages(data_shape, widths, blocks, cardinalities, expansion):
    """The smallest map's size, and each stage's (width, blocks, cardinality), smallest first."""
    height, width, doublings = stages(data_shape)
    n = doublings + 1
    checks.width("expansion", expansion)
    given = {"widths": widths, "blocks": blocks, "cardinalities": cardinalities}
    lists = {
        name: [value] * n if value is None or not isinstance(value, Iterable) else list(value)
        for name, value in given.items()
    }
    for name, values in lists.items():
        if len(values) != n:
            raise ValueError(
                f"Images {data_shape[0]}x{data_shape[1]} take {n} stages: `{name}` must be an int "
                f"or {n} of them. Received: {name}={given[name]}"
            )
    parts = []
    for w, b, groups in zip(*lists.values(), strict=True):
        checks.width("widths", w), checks.whole("blocks", b, least=0, most=checks.DEEPEST)
        if groups is not None:
            checks.width("cardinalities", groups)
        groups = expansion * w // 16 if groups is None else groups
        if not groups or expansion * w % groups or (cardinalities is None and expansion * w % 16):
            raise ValueError(
                "A stage's groups must divide expansion * width, and without `cardinalities` that "
                f"must be a multiple of 16. Received: {widths=}, {cardinalities=}, {expansion=}"
            )
        parts.append((w, b, groups))
    return (height, width), parts


def r3gan_generator(
    data_shape: Sequence[int],
    latent_dim: int,
    widths: int | Sequence[int] = 64,
    blocks: int | Sequence[int] = 2,
    cardinalities: int | Sequence[int] | None = None,
    expansion: int = 2,
    num_classes: int | None = None,
    activation: str | None = None,
) -> keras.Model:
    """R3GAN's generator (Huang et al. 2025, arXiv:2501.05441).

    A learned basis of the smallest map's size, modulated by a linear map of the latents; at each
    size residual blocks without normalization; between sizes a 1x1 convolution where the width
    changes, then `Upsample`; a 1x1 convolution to the image. No layer but the blocks' two hidden
    ones has a bias. The paper's network for CIFAR-10 is `widths=768` with `latent_dim=64`, for
    FFHQ-64 `widths=(768, 768, 768, 768, 384)`, for ImageNet-32 `widths=1536, cardinalities=96`.
    The default is narrower, for use without a GPU. A label's embedding, as long as the latents, is
    appended to them.

    Args:
        data_shape: tuple, (height, width, channels), as `stages` takes them.
        latent_dim: int; 64 in the paper.
        widths: int, or one for each size, the smallest first.
        blocks: int, or one for each size: residual blocks.
        cardinalities: int, or one for each size: groups of the 3x3 convolutions. None makes
            groups of 16 channels, as in the paper's networks for CIFAR-10 and FFHQ.
        expansion: int, a block's hidden width over its width.
        num_classes: int, or None for no labels.
        activation: of the images. None is the paper's, which leaves them unbounded; "tanh" keeps
            them in [-1, 1].

    Returns:
        A Functional model, `(n, latent_dim)` to `(n, *data_shape)`; with `num_classes`
        from `[(n, latent_dim), (n,) ints]`.

    Raises:
        ValueError: if the strides do not divide height and width, if the lists' lengths are not
            the number of sizes, or if the groups do not divide the hidden width.

    Example:

    >>> r3gan_generator((28, 28, 1), 64).output_shape
    (None, 28, 28, 1)
    """
    size, parts = _stages(data_shape, widths, blocks, cardinalities, expansion)
    depth = sum(b for _, b, _ in parts)
    latent_dim = checks.width("latent_dim", latent_dim)
    if activation is not None:
        checks.instance("activation", activation, str)
    inputs = x = keras.Input((latent_dim,), name="latents")
    if num_classes is not None:
        num_classes = checks.width("num_classes", num_classes)
        labels = keras.Input((), dtype="int32", name="labels")
        inputs = [inputs, labels]
        start = initializers.RandomNormal(stddev=num_classes**-0.5)
        x = layers.Concatenate()([x, layers.Embedding(num_classes, latent_dim, start)(labels)])
    for stage, (w, b, groups) in enumerate(parts):
        if stage == 0:
            x = layers.Dense(w, use_bias=False, kernel_initializer=_normal())(x)
            x = GenerativeBasis(size)(x)
        else:
            x = Upsample()(x if x.shape[-1] == w else _linear(w)(x))
        for _ in range(b):
            x = _residual(x, groups, expansion, depth)
    x = _linear(data_shape[-1], activation=activation, dtype="float32")(x)
    return keras.Model(inputs, x, name="generator")


def r3gan_discriminator(
    data_shape: Sequence[int],
    widths: int | Sequence[int] = 64,
    blocks: int | Sequence[int] = 2,
    cardinalities: int | Sequence[int] | None = None,
    expansion: int = 2,
    num_classes: int | None = None,
) -> keras.Model:
    """R3GAN's discriminator, the mirror of `r3gan_generator` (arXiv:2501.05441).

    With `num_classes` the last dense layer has as many outputs as the smallest map's channels, and
    the logit is their product with the label's embedding.

    Args:
        data_shape: tuple, (height, width, channels), as `stages` takes them.
        widths: int, or one for each size, the smallest first, as for the generator.
        blocks: int, or one for each size: residual blocks.
        cardinalities: int, or one for each size: groups of the 3x3 convolutions. None makes
            groups of 16 channels.
        expansion: int, a block's hidden width over its width.
        num_classes: int, or None for no labels.

    Returns:
        A Functional model, `(n, *data_shape)` to logits `(n, 1)`; with `num_classes`
        from `[(n, *data_shape), (n,) ints]`.

    Raises:
        ValueError: as `r3gan_generator`.

    Example:

    >>> r3gan_discriminator((28, 28, 1)).output_shape
    (None, 1)
    """
    _, parts = _stages(data_shape, widths, blocks, cardinalities, expansion)
    if num_classes is not None:
        num_classes = checks.width("num_classes", num_classes)
    depth = sum(b for _, b, _ in parts)
    inputs = x = keras.Input(data_shape, name="data")
    x = _linear(parts[-1][0])(x)
    for stage, (w, b, groups) in enumerate(reversed(parts)):
        if stage:
            x = Downsample()(x)
            x = x if x.shape[-1] == w else _linear(w)(x)
        for _ in range(b):
            x = _residual(x, groups, expansion, depth)
    x = DiscriminativeBasis()(x)
    outputs = w if num_classes else 1
    x = layers.Dense(
        outputs, use_bias=False, kernel_initializer=_normal(), dtype="float32", name="logit"
    )(x)
    if num_classes:
        labels = keras.Input((), dtype="int32", name="labels")
        inputs = [inputs, labels]
        start = initializers.RandomNormal(stddev=(w * num_classes) ** -0.5)
        embedding = layers.Embedding(num_classes, w, start, dtype="float32")(labels)
        x = layers.Dot(1, dtype="float32")([x, embedding])
    return keras.Model(inputs, x, name="discriminator")
