"""Does a conditional GAN draw what it is asked for: ten ones, not just all ten digits?

    python -m benchmarks.class_agreement                               # the preset
    python -m benchmarks.class_agreement --model runs/digits           # a run, or a .keras file

The classifier of the real MNIST that comes with the package (test accuracy above 99.3%) names
1,000 images of each class. The share that it names as asked for stands in three columns, for the
same latents:

- single: made by `generate` in batches of one class.
- mixed: made by `generate` in batches of all ten.
- single, batch statistics: in batches of one class by the same network in training mode, which is
  how a generator with batch norm goes wrong when it is called with the default of a training loop:
  each batch is normalised by its own mean and variance instead of those of all classes.

With `--extractor clothes` it is that of Fashion-MNIST. Results go to
`benchmarks/results/class_agreement.json`.
"""

import argparse
import json
import shlex
import sys
from pathlib import Path

import keras
import numpy as np
from keras import ops

import kerasgan as kg
from kerasgan.metrics import extractors
from kerasgan.metrics.extractors import classifier
from kerasgan.utils.versions import versions

RESULTS = Path(__file__).parent / "results" / "class_agreement.json"
COLUMNS = {"single": "single", "mixed": "mixed", "batch_statistics": "single, batch statistics"}


def agreement(model, extractor, per_class=1000, batch_size=100):
    """How often a classifier sees in generated images the class that was asked for.

    Args:
        model: a model of class ids, such as `kerasgan.ConditionalGAN`; it is left as it was.
        extractor: a `kerasgan.metrics.extractors.Extractor` with a head for the model's classes.
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
    return {name: _shares(extractor, x, wanted) for name, x in zip(COLUMNS, made, strict=True)}


def _shares(extractor, images, wanted):
    named = extractor.probabilities(images).argmax(axis=1)
    return [round(float((named[wanted == c] == c).mean()), 4) for c in range(wanted.max() + 1)]


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="conditional_gan_mnist", help="preset, run or file")
    parser.add_argument("--extractor", default="digits", choices=classifier.NAMES.values())
    parser.add_argument("--per-class", type=int, default=1000)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--out", default=RESULTS, help="where the JSON goes")
    args = parser.parse_args(argv)

    keras.utils.set_random_seed(0)
    model = kg.presets.load(args.model)
    accuracy = classifier.card(args.extractor)["scores"]["test_accuracy"]
    extractor = extractors.get(args.extractor)
    shares = agreement(model, extractor, args.per_class, args.batch_size)

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
        "versions": versions(),
        "extractor": extractor.fingerprint,
        "classifier_test_accuracy": accuracy,
        "per_class": args.per_class,
        "batch_size": args.batch_size,
        "agreement": shares,
    }
    Path(args.out).write_text(json.dumps(result, indent=1) + "\n")
    print(f"written to {args.out}")
    return result


if __name__ == "__main__":
    main()
