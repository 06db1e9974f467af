"""Small classifiers of digits and clothes, whose features and names of classes scores are made of.

python -m kerasgan.metrics.extractors.classifier mnist             # trains "digits" anew
python -m kerasgan.metrics.extractors.classifier fashion_mnist     # and "clothes"
"""

import argparse
import hashlib
import json
import time
import zipfile
from pathlib import Path

import keras
import numpy as np
from keras import layers

from kerasgan import datasets
from kerasgan.metrics.extractors.extractor import Extractor
from kerasgan.utils.versions import versions

FOLDER = Path(__file__).parent / "data"
NAMES = {"mnist": "digits", "fashion_mnist": "clothes"}
EPOCHS = {"mnist": 6, "fashion_mnist": 15}
FINE = ("clothes",)
CLASSES = 10
SHAPE = (28, 28, 1)
MAPS = ("maps_1", "maps_2", "maps_3")
BATCH_SIZE = 128
SEED = 0


def digits():
    """The extractor of a small network trained on MNIST: 96 features, 10 classes, three maps.

    See `card("digits")` for its training and its accuracy on the test images.

    Returns:
        An `Extractor` of images of any size, resized to 28x28.

    Raises:
        ValueError: if its files are damaged.

    Example:

    >>> import numpy as np
    >>> digits().probabilities(np.zeros((5, 28, 28, 1))).shape
    (5, 10)
    """
    return load("digits")


def clothes():
    """The extractor of a small network trained on Fashion-MNIST, otherwise as `digits`.

    Returns:
        An `Extractor` of images of any size, resized to 28x28.

    Raises:
        ValueError: if its files are damaged.
    """
    return load("clothes")


def card(name):
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


def load(name):
    """The extractor of a stored classifier.

    Args:
        name: "digits" or "clothes".

    Returns:
        An `Extractor`.

    Raises:
        ValueError: if its files are damaged.
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


def build(fine=False):
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


def train(data, epochs=None):
    """Trains a classifier and stores it, as float16, with its card.

    Args:
        data: "mnist" or "fashion_mnist", see `kerasgan.datasets.load`.
        epochs: int, or None for as many as the stored ones were trained.

    Returns:
        The folder.
    """
    keras.utils.set_random_seed(SEED)
    epochs, name = epochs or EPOCHS[data], NAMES[data]
    augment = {
        "digits": layers.RandomTranslation(0.05, 0.05, fill_mode="constant", fill_value=-1.0),
        "clothes": layers.RandomFlip("horizontal"),
    }[name]
    batches = datasets.load(data, BATCH_SIZE, labels=True, augment=augment, seed=SEED)
    model, head = build(name in FINE)
    classifier = keras.Sequential([model, head])
    steps = epochs * len(batches)
    classifier.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    start = time.monotonic()
    classifier.fit(batches, epochs=epochs, verbose=2)
    seconds = time.monotonic() - start
    weights = [array.astype("float16") for array in classifier.get_weights()]
    classifier.set_weights(weights)
    test = datasets.load(data, 500, labels=True, split="test", shuffle=False, drop_remainder=False)
    accuracy = classifier.evaluate(test, return_dict=True, verbose=0)["accuracy"]
    folder = FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "weights.npz", **{str(i): w for i, w in enumerate(weights)})
    made = {
        "name": name,
        "data": data,
        "command": f"python -m kerasgan.metrics.extractors.classifier {data}",
        "steps": steps,
        "epochs": epochs,
        "batch_size": BATCH_SIZE,
        "seed": SEED,
        "backend": keras.backend.backend(),
        "seconds": round(seconds, 1),
        "versions": versions(),
        "scores": {"test_accuracy": round(float(accuracy), 4)},
        "sha256": hashlib.sha256((folder / "weights.npz").read_bytes()).hexdigest(),
    }
    (folder / "card.json").write_text(json.dumps(made, indent=2) + "\n")
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", choices=NAMES)
    print(train(parser.parse_args().data))
