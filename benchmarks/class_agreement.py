"""Does a conditional GAN draw what it is asked for: ten ones, not just all ten digits?

    python -m benchmarks.class_agreement                               # the preset
    python -m benchmarks.class_agreement --model runs/digits           # a run, or a .keras file

A small CNN that has learned the real MNIST (test accuracy above 99%) names 1,000 images of each
class. The share that it names as asked for stands in three columns, for the same latents:

- single: made by `generate` in batches of one class.
- mixed: made by `generate` in batches of all ten.
- single, batch statistics: in batches of one class by the same network in training mode, which is
  how a generator with batch norm goes wrong when it is called with the default of a training loop:
  each batch is normalised by its own mean and variance instead of those of all classes.

MNIST comes from the folder in KERASGAN_DATA, else it is downloaded. The classifier is trained once,
in three to four minutes on two slow CPU cores, and kept. Results go to
`benchmarks/results/class_agreement.json`.
"""

import argparse
import json
import shlex
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

import kerasgan as kg
from kerasgan import runs

RESULTS = Path(__file__).parent / "results" / "class_agreement.json"
COLUMNS = {"single": "single", "mixed": "mixed", "batch_statistics": "single, batch statistics"}
EPOCHS = 4


def train_classifier(folder):
    """The digits' classifier: from the folder, or trained on MNIST and stored there.

    Args:
        folder: str or path-like.

    Returns:
        A compiled Keras model, images in [-1, 1] (n, 28, 28, 1) to logits (n, 10).
    """
    path = Path(folder) / "mnist_classifier.keras"
    if path.is_file():
        return keras.models.load_model(path)
    data = kg.datasets.load("mnist", 128, labels=True, seed=0)

    def block(filters, kernel, strides=1):
        conv = layers.Conv2D(filters, kernel, strides, padding="same", use_bias=False)
        return [conv, layers.BatchNormalization(), layers.ReLU()]

    classifier = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.RandomTranslation(0.08, 0.08, fill_mode="constant", fill_value=-1.0),
            *block(24, 5, strides=2),
            *block(48, 3),
            layers.MaxPooling2D(),
            *block(96, 3),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(96, activation="relu"),
            layers.Dense(10),
        ]
    )
    classifier.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, EPOCHS * len(data))),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    classifier.fit(data, epochs=EPOCHS, verbose=2)
    path.parent.mkdir(parents=True, exist_ok=True)
    classifier.save(path)
    return classifier


def accuracy_on_test(classifier):
    """Share of the 10,000 test images of MNIST that the classifier names rightly."""
    data = kg.datasets.load(
        "mnist", 500, labels=True, split="test", shuffle=False, drop_remainder=False
    )
    return float(classifier.evaluate(data, return_dict=True, verbose=0)["accuracy"])


def agreement(model, classifier, per_class=1000, batch_size=100):
    """How often the classifier sees in generated images the class that was asked for.

    Args:
        model: a model of class ids, such as `kerasgan.ConditionalGAN`; it is left as it was.
        classifier: Keras model, the model's images to logits.
        per_class: int, images of each class.
        batch_size: int, images that go through the generator at once.

    Returns:
        Dict of "single", "mixed" and "batch_statistics" (see above), each a list of shares in
        [0, 1], one a class.
    """
    classes = model.num_classes
    wanted = np.repeat(np.arange(classes, dtype="int32"), per_class)  # class after class
    shape = (len(wanted), model.latent_dim)
    latents = np.random.default_rng(0).standard_normal(shape).astype("float32")

    def parts(array):
        """Batches of one class each."""
        of_class = np.split(array, classes)
        return [a[i : i + batch_size] for a in of_class for i in range(0, per_class, batch_size)]

    single = [
        model.generate(latents=z, labels=y, batch_size=batch_size)
        for z, y in zip(parts(latents), parts(wanted), strict=True)
    ]
    turns = np.arange(len(wanted)).reshape(classes, per_class).T.ravel()  # class 0, 1, 2 ... 0, 1
    mixed = model.generate(latents=latents[turns], labels=wanted[turns], batch_size=batch_size)
    mixed = mixed[np.argsort(turns)]

    network = model.generator
    before = network.get_weights()
    if model.average is not None:  # which itself never leaves inference
        network.set_weights(model.average.network.get_weights())
    wrong = [
        ops.convert_to_numpy(network([z, y], training=True))
        for z, y in zip(parts(latents), parts(wanted), strict=True)
    ]
    network.set_weights(before)  # a call in training mode moves the running statistics

    made = np.concatenate(single), mixed, np.concatenate(wrong)
    return {name: _shares(classifier, x, wanted) for name, x in zip(COLUMNS, made, strict=True)}


def _shares(classifier, images, wanted):
    named = classifier.predict(images, batch_size=500, verbose=0).argmax(axis=1)
    return [round(float((named[wanted == c] == c).mean()), 4) for c in range(wanted.max() + 1)]


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="conditional_gan_mnist", help="preset, run or file")
    parser.add_argument("--classifier", default="runs/classifier", help="folder that keeps it")
    parser.add_argument("--per-class", type=int, default=1000)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--out", default=RESULTS, help="where the JSON goes")
    args = parser.parse_args(argv)

    keras.utils.set_random_seed(0)
    model = kg.presets.load(args.model)
    classifier = train_classifier(args.classifier)
    accuracy = accuracy_on_test(classifier)
    shares = agreement(model, classifier, args.per_class, args.batch_size)

    print(f"classifier: {accuracy:.2%} of the real test images named rightly")
    print("class | " + " | ".join(COLUMNS.values()))
    rows = {name: [shares[column][name] for column in COLUMNS] for name in range(model.num_classes)}
    rows["mean"] = np.mean(list(rows.values()), axis=0)
    for name, row in rows.items():
        cells = zip(row, COLUMNS.values(), strict=True)
        print(f"{name!s:>5} | " + " | ".join(f"{share:.1%}".rjust(len(c)) for share, c in cells))

    words = sys.argv[1:] if argv is None else argv
    result = {
        "command": shlex.join(["python", "-m", "benchmarks.class_agreement", *map(str, words)]),
        "model": args.model,
        "backend": keras.backend.backend(),
        "versions": runs.versions(),
        "classifier_test_accuracy": round(accuracy, 4),
        "per_class": args.per_class,
        "batch_size": args.batch_size,
        "agreement": shares,
    }
    Path(args.out).write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {args.out}")
    return result


if __name__ == "__main__":
    main()
