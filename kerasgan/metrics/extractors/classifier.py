"""Small classifiers of digits and clothes, whose features and names of classes scores are made of.

`python -m tools.make_extractor` trains them.
"""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from kerasgan.metrics.extractors.extractor import Extractor

FOLDER = Path(__file__).parent / "data"
NAMES = {"mnist": "digits", "fashion_mnist": "clothes"}
FINE = ("clothes",)
CLASSES = 10
SHAPE = (28, 28, 1)
MAPS = ("maps_1", "maps_2", "maps_3")
SEED = 0


def card(name: str) -> dict[str, Any]:
    """How a classifier came to be.

    Args:
        name: "digits" or "clothes".

    Returns:
        A dict: `name`; `data`, `command`, `steps`, `epochs`, `batch_size`, `seed`, `backend`,
        `seconds` and `versions` of its training; `scores`, with its `test_accuracy`; and `sha256`
        of its weights' file.

    Example:

    >>> card("digits")["scores"]["test_accuracy"] > 0.993
    True
    """
    return json.loads((FOLDER / name / "card.json").read_text())


def load(name: str) -> Extractor:
    """The extractor of a small network: 96 features, 10 classes, maps at three depths.

    See its `card` for its training and its accuracy on the test images.

    Args:
        name: "digits", trained on MNIST, or "clothes", on Fashion-MNIST.

    Returns:
        An `Extractor` of images of any size, resized to 28x28.

    Raises:
        ValueError: if its files are damaged.

    Example:

    >>> load("digits").probabilities(np.zeros((5, 28, 28, 1))).shape
    (5, 10)
    """
    path = FOLDER / name / "weights.npz"
    model, head = build(name in FINE)
    try:
        want = card(name)["sha256"]
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        if sha256 != want:
            raise ValueError(f"its sha256 is not its card's. Received: {sha256=}, want {want}")
        with np.load(path) as arrays:
            weights = [arrays[str(i)].astype("float32") for i in range(len(arrays.files))]
        count = len(model.weights)
        model.set_weights(weights[:count])
        head.set_weights(weights[count:])
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    return Extractor(
        model, name, head=head, maps=MAPS, size=SHAPE[:2], weights=sha256, batch_size=256
    )


def build(fine: bool = False) -> tuple[keras.Model, keras.Layer]:
    """The network: three convolutions and a dense layer, whose outputs are the features.

    Args:
        fine: bool, whether the first convolution looks at every place and is pooled, as the others
            are, instead of having a stride.

    Returns:
        A Functional model, images `(n, 28, 28, 1)` to features `(n, 96)`, and a Dense layer from
        these to logits `(n, 10)`.
    """
    inputs = x = keras.Input(SHAPE)
    for i, (filters, kernel) in enumerate(((24, 5), (48, 3), (96, 3)), start=1):
        pooled = i > 1 or fine
        settings = {"padding": "same", "use_bias": False, "dtype": "float32"}
        x = layers.Conv2D(filters, kernel, 1 if pooled else 2, **settings)(x)
        x = layers.BatchNormalization(dtype="float32")(x)
        x = layers.ReLU(name=f"maps_{i}", dtype="float32")(x)
        if pooled:
            x = layers.MaxPooling2D(dtype="float32")(x)
    x = layers.Dropout(0.3, seed=SEED, dtype="float32")(layers.Flatten(dtype="float32")(x))
    features = layers.Dense(96, activation="relu", dtype="float32", name="features")(x)
    head = layers.Dense(CLASSES, dtype="float32", name="logits")
    head.build(features.shape)
    return keras.Model(inputs, features), head
