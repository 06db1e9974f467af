"""The deep convolutional networks of DCGAN, for any size that their strides divide."""

import math
from collections.abc import Collection, Sequence

import keras
from keras import layers
from keras.initializers import RandomNormal

from kerasgan.layers import BatchNormalization, Conv2D, Conv2DTranspose, SelfAttention2D
from kerasgan.networks.attention import attention_sides
from kerasgan.networks.conditions import condition_input
from kerasgan.networks.sizes import stages
from kerasgan.utils import checks
from kerasgan.utils.types import Shape, Tensor

NORMALIZATIONS = "batch", "layer", None


def from_normal() -> RandomNormal:
    """What all weights start from, N(0, 0.02)."""
    return RandomNormal(stddev=0.02)


def normalised(x: Tensor, normalization: str | None) -> Tensor:
    """A layer's output by "batch" or "layer" normalization, or as it is."""
    if normalization == "batch":
        gamma = RandomNormal(mean=1.0, stddev=0.02)
        return BatchNormalization(momentum=0.9, epsilon=1e-5, gamma_initializer=gamma)(x)
    if normalization == "layer":  # over all of a sample, with a scale and an offset a channel
        return layers.GroupNormalization(groups=1, epsilon=1e-5)(x)
    return x


def _attended(x, sides):
    """The map, with self-attention if its height is one of `sides`."""
    return SelfAttention2D(False, from_normal())(x) if x.shape[1] in sides else x


def halved(
    x: Tensor, halvings: int, filters: int, normalization: str | None, sides: Collection[int] = ()
) -> Tensor:
    """The convolutions of the discriminator and the encoder, flattened."""
    for i in range(halvings):
        x = Conv2D(
            filters * 2**i,
            4,
            strides=2,
            padding="same",
            use_bias=False,
            kernel_initializer=from_normal(),
        )(x)
        x = _attended(layers.LeakyReLU(0.2)(normalised(x, normalization if i else None)), sides)
    return layers.Flatten()(x)


def dcgan_generator(
    data_shape: Sequence[int],
    latent_dim: int,
    filters: int = 128,
    *,
    condition: int | Shape | None = None,
    embedding_dim: int = 10,
    attention: int | Sequence[int] | None = None,
) -> keras.Model:
    """DCGAN's generator: a dense layer to a small map, then transposed convolutions.

    Each 4x4 convolution of stride 2 doubles the map and halves the channels, with batch norm and
    ReLU between them and tanh at the end; 64x64 images start from a 4x4 map of `8 * filters`
    channels. All weights start from N(0, 0.02), none has a bias. Batch norm keeps its statistics
    with momentum 0.9, so that they follow a generator that changes quickly.

    Reference: Radford, Metz & Chintala 2015, Unsupervised Representation Learning with Deep
    Convolutional Generative Adversarial Networks, arXiv:1511.06434.

    Args:
        data_shape: tuple (height, width, channels); the sides must be multiples of 4.
        latent_dim: int.
        filters: int, the channels of the last hidden map; the paper's 64x64 networks have 128.
        condition: None, an int (the number of classes) or a tuple `(d,)` (condition vectors): the
            network then takes `[latents, conditions]`.
        embedding_dim: int, the length of the vector that a condition becomes, which is joined to
            the latents.
        attention: int or tuple of ints or None, heights of the hidden maps behind which a
            `kerasgan.layers.SelfAttention2D` is put, without spectral normalization.

    Returns:
        A Functional model, `(n, latent_dim)` to `(n, *data_shape)` in [-1, 1].

    Raises:
        ValueError: if the strides do not divide the size; the message names the nearest that works.

    Example:

    >>> generator = dcgan_generator((64, 64, 3), 100)
    >>> [layer.output.shape[1:] for layer in generator.layers if "transpose" in layer.name]
    [(8, 8, 512), (16, 16, 256), (32, 32, 128), (64, 64, 3)]
    """
    height, width, doublings = stages(data_shape)
    sides = attention_sides(attention, [height * 2**k for k in range(doublings)])
    latent_dim, filters = checks.width("latent_dim", latent_dim), checks.width("filters", filters)
    inputs = x = keras.Input((latent_dim,), name="latents")
    if condition is not None:
        conditions, vector = condition_input(condition, embedding_dim)
        inputs, x = [inputs, conditions], layers.Concatenate()([x, vector])
    channels = filters * 2 ** (doublings - 1)
    size = height * width * channels
    x = layers.Dense(size, use_bias=False, kernel_initializer=from_normal())(x)
    x = layers.ReLU()(normalised(layers.Reshape((height, width, channels))(x), "batch"))
    x = _attended(x, sides)

    def upsample(x, channels, **kwargs):
        return Conv2DTranspose(
            channels,
            4,
            strides=2,
            padding="same",
            use_bias=False,
            kernel_initializer=from_normal(),
            **kwargs,
        )(x)

    for _ in range(doublings - 1):
        channels //= 2
        x = _attended(layers.ReLU()(normalised(upsample(x, channels), "batch")), sides)
    images = upsample(x, data_shape[2], activation="tanh", dtype="float32")
    return keras.Model(inputs, images, name="generator")


def dcgan_discriminator(
    data_shape: Sequence[int],
    filters: int = 64,
    *,
    normalization: str | None = "batch",
    condition: int | Shape | None = None,
    embedding_dim: int = 10,
    classes: int | None = None,
    attention: int | Sequence[int] | None = None,
) -> keras.Model:
    """DCGAN's discriminator: 4x4 convolutions of stride 2, LeakyReLU 0.2, one dense logit.

    The first convolution is not normalised; the number of channels doubles as the map halves.

    Reference: Radford, Metz & Chintala 2015, arXiv:1511.06434.

    Args:
        data_shape: tuple (height, width, channels); the sides must be multiples of 4.
        filters: int, channels of the first convolution.
        normalization: "batch", "layer" (over all of a sample, as WGAN-GP's critic wants) or None.
        condition: as for `dcgan_generator`: the network then takes `[data, conditions]`; a
            condition becomes one more channel of the image.
        embedding_dim: int, as for `dcgan_generator`.
        classes: int or None. With it a second output names the class, as in ACGAN.
        attention: as for `dcgan_generator`.

    Returns:
        A Functional model, `(n, *data_shape)` to logits `(n, 1)`, or to these and class logits
        `(n, classes)`.

    Raises:
        ValueError: if the strides do not divide the size, or the normalization is unknown.

    Example:

    >>> discriminator = dcgan_discriminator((64, 64, 3))
    >>> sum(math.prod(w.shape) for w in discriminator.trainable_weights)
    2765568
    """
    checks.one_of("normalization", normalization, NORMALIZATIONS)
    height, _, halvings = stages(data_shape)
    sides = attention_sides(attention, [height * 2**k for k in range(halvings)])
    filters = checks.width("filters", filters)
    inputs = x = keras.Input(data_shape, name="data")
    if condition is not None:
        conditions, vector = condition_input(condition, embedding_dim)
        vector = layers.Dense(math.prod(data_shape[:2]))(vector)
        channel = layers.Reshape((*data_shape[:2], 1))(vector)
        inputs, x = [inputs, conditions], layers.Concatenate()([x, channel])
    x = halved(x, halvings, filters, normalization, sides)

    def head(units, name):
        kernel = from_normal()
        return layers.Dense(
            units, use_bias=False, kernel_initializer=kernel, dtype="float32", name=name
        )(x)

    outputs = head(1, "logit")
    if classes is not None:
        outputs = [outputs, head(checks.width("classes", classes), "class_logits")]
    return keras.Model(inputs, outputs, name="discriminator")


def dcgan_encoder(
    data_shape: Sequence[int],
    latent_dim: int,
    filters: int = 64,
    *,
    normalization: str | None = "batch",
) -> keras.Model:
    """An encoder for DCGAN's generator: its discriminator's convolutions, then a dense layer.

    Args:
        data_shape: tuple (height, width, channels); the sides must be multiples of 4.
        latent_dim: int, the length of a latent vector. They are not bounded.
        filters: int, channels of the first convolution.
        normalization: "batch", "layer" or None, as for `dcgan_discriminator`.

    Returns:
        A Functional model, `(n, *data_shape)` to `(n, latent_dim)`.

    Raises:
        ValueError: as `dcgan_discriminator`.

    Example:

    >>> encoder = dcgan_encoder((64, 64, 3), 100)
    >>> sum(math.prod(w.shape) for w in encoder.trainable_weights)
    3576676
    """
    checks.one_of("normalization", normalization, NORMALIZATIONS)
    latent_dim, filters = checks.width("latent_dim", latent_dim), checks.width("filters", filters)
    _, _, halvings = stages(data_shape)
    inputs = keras.Input(data_shape, name="data")
    x = halved(inputs, halvings, filters, normalization)
    latents = layers.Dense(latent_dim, kernel_initializer=from_normal(), dtype="float32")(x)
    return keras.Model(inputs, latents, name="encoder")
