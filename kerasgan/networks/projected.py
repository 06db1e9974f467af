"""Projected GAN's networks: fixed features, mixed at random, and a discriminator for each map."""

from collections.abc import Sequence

import keras
from keras import layers, ops

from kerasgan.layers import BatchNormalization, Conv2D, SpectralNormalization
from kerasgan.networks.fixed_features import FEATURES
from kerasgan.utils import checks
from kerasgan.utils.types import Shape, Size

SIZE = 224  # of the photos that EfficientNet-Lite0 was trained on


def projector(
    features: str | keras.Model,
    data_shape: Sequence[int],
    feature_size: int | Size | None = None,
    filters: int = 64,
    seed: int | None = None,
) -> keras.Model:
    """Maps of fixed features, mixed across channels and scales (Sauer et al. 2021,
    arXiv:2111.01007).

    Images are resized, grey ones repeated to as many channels as the features want. Each map of the
    features passes a random 1x1 convolution (cross-channel mixing) to `filters` channels and twice
    as many at each smaller scale. Then, from the smallest up, what came from below is added, a
    random 3x3 convolution halves the channels again, and the map is doubled bilinearly (cross-scale
    mixing). Nothing of it is trained: all of it, `features` included, is frozen.

    Args:
        features: "efficientnet_lite0", or a Keras model of images in [-1, 1] to two or more maps
            `(n, h, w, c)`, the largest first.
        data_shape: tuple (height, width, channels) of the images.
        feature_size: int or (height, width) to which images are resized; None for 224 with
            "efficientnet_lite0" where a side is below 256, for what a model of fixed size takes,
            and else for the images' own.
        filters: int, the mixed channels of the largest map; 64 in the paper.
        seed: int or None, of the random convolutions.

    Returns:
        A Functional model, `(n, *data_shape)` to a list of maps, the largest first, each twice the
        size that the features have there.

    Raises:
        ValueError: if the name is unknown, the model gives no maps, or the channels do not fit.

    Example:

    >>> images = keras.Input((16, 16, 3))
    >>> large = layers.Conv2D(4, 3, 2, "same")(images)
    >>> small = layers.Conv2D(6, 3, 2, "same")(large)
    >>> maps = projector(keras.Model(images, [large, small]), (16, 16, 1), filters=2)
    >>> maps.output_shape
    [(None, 16, 16, 2), (None, 8, 8, 2)]
    """
    filters, seed = checks.width("filters", filters), checks.seed("seed", seed)
    size = checks.height_and_width("feature_size", feature_size)
    if isinstance(features, str):
        checks.one_of("features", features, FEATURES)
        if size is None and min(data_shape[:2]) < 256:
            size = (SIZE, SIZE)
        features = FEATURES[features]()
    checks.instance("features", features, keras.Model)
    *own, wanted = features.input_shape[1:]
    if size is None and None not in own:
        size = tuple(own)
    images = x = keras.Input(data_shape, name="data")
    if wanted not in (None, data_shape[-1]):
        if data_shape[-1] != 1:
            raise ValueError(
                f"The features take images of {wanted} channels, or of 1, which are repeated. "
                f"Received: {data_shape=}"
            )
        x = ops.repeat(x, wanted, axis=-1)
    if size not in (None, tuple(data_shape[:2])):
        x = ops.image.resize(x, size, "bilinear")
    maps = features(x)
    shapes = [tuple(each.shape) for each in keras.tree.flatten(maps)]
    if len(shapes) < 2 or any(len(shape) != 4 for shape in shapes):
        raise ValueError(
            "The features must be a model that gives two or more maps (n, h, w, c). "
            f"Received: features with output shapes {shapes}"
        )

    def mix(x, filters, kernel):
        start = keras.initializers.HeNormal(None if seed is None else (seed + len(mixed)) % 2**31)
        return Conv2D(filters, kernel, padding="same", kernel_initializer=start)(x)

    sizes = [tuple(2 * side for side in shapes[0][1:3]), *(shape[1:3] for shape in shapes)]
    mixed: list = []
    for i in range(len(maps) - 1, -1, -1):
        x = mix(maps[i], filters * 2**i, 1)
        if mixed:
            x = layers.Add()([x, mixed[0]])
        x = mix(x, filters * 2 ** max(i - 1, 0), 3)
        mixed.insert(0, ops.image.resize(x, sizes[i], "bilinear"))
    model = keras.Model(images, mixed, name="projector")
    model.trainable = False
    return model


def projected_discriminator(shapes: Sequence[Shape], filters: int = 64) -> keras.Model:
    """Projected GAN's discriminators, one for each of the projected maps (arXiv:2111.01007).

    Each halves its map by 4x4 convolutions with batch norm, once for the last and once more for
    each one before it, ends with `8 * filters` channels, and gives a map of logits by a last 4x4
    convolution. All convolutions are spectrally normalised.

    Args:
        shapes: list of (height, width, channels), the maps', the largest first.
        filters: int, the least width; 64 in the paper.

    Returns:
        A Functional model, a list of maps to all logits `(n, k)`.

    Example:

    >>> projected_discriminator([(32, 32, 4), (16, 16, 4)], filters=4).output_shape
    (None, 50)
    """
    filters = checks.width("filters", filters)
    inputs = [keras.Input(checks.widths("shapes", shape, 3)) for shape in shapes]

    def conv(filters, size, **kwargs):
        return SpectralNormalization(Conv2D(filters, size, use_bias=False, **kwargs))

    logits = []
    for level, x in enumerate(inputs):
        halvings = len(inputs) - level
        for i in range(halvings):
            width = max(8 * filters // 2 ** (halvings - 1 - i), filters)
            x = conv(width, 4, strides=2, padding="same")(x)
            x = layers.LeakyReLU(0.2)(BatchNormalization(momentum=0.9, epsilon=1e-5)(x))
        kernel = tuple(min(4, side) for side in x.shape[1:3])
        logits.append(layers.Flatten()(conv(1, kernel, dtype="float32")(x)))
    outputs = layers.Concatenate(dtype="float32", name="logits")(logits)
    return keras.Model(inputs, outputs, name="discriminator")
