"""What a patchwise contrastive loss compares: a translator's own features, and heads on them."""

from collections.abc import Callable, Sequence

import keras
from keras import layers

from kerasgan.utils.checks import width


def tapped(network: keras.Model) -> tuple[Callable, Callable]:
    """A translator with its features, and the encoder in it that gives the features alone.

    Features are the outputs of all convolutions with strides, and of the first and the middle
    residual sum. Of `resnet_translator` with 9 blocks these, with the pixels themselves, are the
    five layers of CUT's paper: both downsampling convolutions, the first and the fifth block.

    Args:
        network: a model of Keras's functional API, images to images.

    Returns:
        Two functions of images (and `training`), and no models, lest Keras stored the network's
        layers again: to a list of the translated images and each feature map, and to a list of the
        feature maps.

    Raises:
        ValueError: if the network is not functional, or has no such layer.

    Example:

    >>> import kerasgan as kg
    >>> translate, encode = tapped(kg.networks.resnet_translator(3, 3, filters=4, blocks=9))
    >>> [x.shape for x in encode(keras.KerasTensor((1, 32, 32, 3)))]
    [(1, 16, 16, 8), (1, 8, 8, 16), (1, 8, 8, 16), (1, 8, 8, 16)]
    """
    if not getattr(network, "inputs", None):
        raise ValueError(
            "The generator must be made by Keras's functional API, for its features to be found. "
            f"Received: generator={network}"
        )
    strided = [x for x in network.layers if isinstance(x, layers.Conv2D) and max(x.strides) > 1]
    sums = [layer for layer in network.layers if isinstance(layer, layers.Add)]
    chosen = [*strided, *(sums[i] for i in sorted({0, len(sums) // 2}) if sums)]
    if not chosen:
        raise ValueError(
            "The generator has features to compare only where it has convolutions with strides, "
            f"or residual sums by `keras.layers.Add`. Received: generator={network}"
        )
    features = [layer.output for layer in chosen]
    return _listing(network, [*network.outputs, *features]), _listing(network, features)


def _listing(network, outputs):
    """A function of images to a list of some of a network's tensors."""
    model = keras.Model(network.inputs[0], outputs)
    return lambda images, **kwargs: keras.tree.flatten(model(images, **kwargs))


def projection_heads(channels: Sequence[int], units: int = 256) -> keras.Model:
    """Two-layer perceptrons, one for each of several feature maps.

    Args:
        channels: list of ints, of each map.
        units: int, the width of both layers.

    Returns:
        A Functional model, a list of `(n, places, channels)` to a list of `(n, places, units)`.

    Example:

    >>> [tensor.shape for tensor in projection_heads([3, 64], 256).outputs]
    [(None, None, 256), (None, None, 256)]
    """
    inputs = [keras.Input((None, width("channels", c))) for c in channels]
    hidden = [layers.Dense(width("units", units), activation="relu")(x) for x in inputs]
    return keras.Model(inputs, [layers.Dense(units)(x) for x in hidden], name="heads")
