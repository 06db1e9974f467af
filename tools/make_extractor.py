"""Trains the small classifiers that come with the package as extractors.

python -m tools.make_extractor mnist             # "digits"
python -m tools.make_extractor fashion_mnist     # "clothes"
"""

import argparse
import hashlib
import json
import time
from pathlib import Path

import keras
import numpy as np
from keras import layers

from kerasgan import datasets
from kerasgan.metrics.extractors import classifier
from kerasgan.utils.versions import versions

EPOCHS = {"mnist": 6, "fashion_mnist": 15}
BATCH_SIZE = 128


def train(data: str, epochs: int | None = None) -> Path:
    """Trains a classifier and stores it, as float16, with its card.

    Args:
        data: "mnist" or "fashion_mnist", see `kerasgan.datasets.load`.
        epochs: int, or None for as many as the stored ones were trained.

    Returns:
        The folder.
    """
    keras.utils.set_random_seed(classifier.SEED)
    epochs, name = epochs or EPOCHS[data], classifier.NAMES[data]
    augment = {
        "digits": layers.RandomTranslation(0.05, 0.05, fill_mode="constant", fill_value=-1.0),
        "clothes": layers.RandomFlip("horizontal"),
    }[name]
    batches = datasets.load(data, BATCH_SIZE, labels=True, augment=augment, seed=classifier.SEED)
    model, head = classifier.build(name in classifier.FINE)
    network = keras.Sequential([model, head])
    steps = epochs * len(batches)
    network.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    start = time.monotonic()
    network.fit(batches, epochs=epochs, verbose=2)
    seconds = time.monotonic() - start
    weights = [array.astype("float16") for array in network.get_weights()]
    network.set_weights(weights)
    test = datasets.load(data, 500, labels=True, split="test", shuffle=False, drop_remainder=False)
    accuracy = network.evaluate(test, return_dict=True, verbose=0)["accuracy"]
    folder = classifier.FOLDER / name
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "weights.npz", **{str(i): w for i, w in enumerate(weights)})
    made = {
        "name": name,
        "data": data,
        "command": f"python -m tools.make_extractor {data}",
        "steps": steps,
        "epochs": epochs,
        "batch_size": BATCH_SIZE,
        "seed": classifier.SEED,
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
    parser.add_argument("data", choices=classifier.NAMES)
    print(train(parser.parse_args().data))
