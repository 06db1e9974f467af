"""What a perceptual loss compares images by."""

import keras
from keras import layers, ops

from kerasgan.networks.fixed_features import FEATURES


def perceptual_features(name: str, channels: int) -> keras.Model:
    """The pixels, and maps of a trained network, of unit length at each place.

    The maps are compared as by `kerasgan.metrics.feature_distance`, but by the mean over channels,
    so that each weighs about as much as the pixels do. Without the package of the weights these are
    NaN, to be loaded from a file.

    Reference: Zhang, Isola, Efros, Shechtman & Wang 2018, The Unreasonable Effectiveness of Deep
    Features as a Perceptual Metric, arXiv:1801.03924.

    Args:
        name: str, a key of `kerasgan.networks.fixed_features.FEATURES`.
        channels: int, of the images: 3, or 1, which is repeated.

    Returns:
        A Functional model, `(n, height, width, channels)` in [-1, 1] to a list of the images and
        the maps. It is frozen.

    Raises:
        ValueError: if the images are neither grey nor RGB.

    Example:

    >>> [x.shape[-1] for x in perceptual_features("efficientnet_lite0", 1).outputs]
    [1, 24, 40, 112, 320]
    """
    if channels not in (1, 3):
        raise ValueError(f"The features are of images of 1 or 3 channels. Received: {channels=}")
    images = keras.Input((None, None, channels))
    coloured = images if channels == 3 else ops.repeat(images, 3, axis=-1)
    maps = FEATURES[name]()(coloured)
    units = [layers.UnitNormalization(dtype="float32")(x) for x in maps]
    model = keras.Model(images, [images, *units], name="perceptual_features")
    model.trainable = False
    return model
