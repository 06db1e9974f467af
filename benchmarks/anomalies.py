"""How well `kerasgan.FAnoGAN` tells a class of Fashion-MNIST from the others.

    KERAS_BACKEND=tensorflow python -m benchmarks.anomalies                        # all ten classes
    KERAS_BACKEND=tensorflow python -m benchmarks.anomalies --classes 0 5
    KERAS_BACKEND=tensorflow python -m benchmarks.anomalies --protocol one_class
    python -m benchmarks.anomalies --table

Fashion-MNIST, all 60,000 and 10,000 images, lies in the folder that KERASGAN_DATA names.

- Protocol `left_out`: one class is left out of the training images, so that the GAN and the
  encoder see the nine others. Among all 10,000 test images those of that class are the anomalies.
- Protocol `one_class`: the GAN and the encoder see one class alone, 6,000 images. Among all 10,000
  test images those of the nine others are the anomalies. It is the easier task, and what most
  published tables of one-class methods are of.

Both train a WGAN-GP, then the encoder, by one recipe with a fixed seed. What is reported is the
area under the ROC curve (AUROC) of the anomaly score, of the image residual alone, and, as what
costs nothing, of the squared distance to the mean training image.

Each class is a line of `benchmarks/results/anomalies.json`, written as soon as it is done, with
the configuration, the seconds of both trainings and versions: the command can be stopped and given
again, and then makes what is not there yet, with the trained GANs that are kept in `--work`.

No choice is made by test images. `--validate` trains on the first 50,000 training images and scores
the last 10,000 of them instead. So kappa, 10, was chosen over the paper's 1 on the first class, and
latents of 8 over 16 and 64 (AUROC .768, .705 and .607): the fewer, the less of what it has not seen
can a GAN make.
"""

import argparse
import functools
import hashlib
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.results import Records, markdown, write
from benchmarks.runner import run_all

PATH = Path(__file__).parent / "results" / "anomalies.json"
CLASSES = (
    *("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag"),
    "ankle boot",
)
PROTOCOLS = ("left_out", "one_class")
SCORES = ("auroc", "residual", "mean image")
RECIPE = {
    "latent_dim": 8,
    "gan": {"filters": 32, "critic_steps": 5},
    "gan_rate": 1e-3,
    "gan_steps": 1500,
    "encoder": {"filters": 32, "kappa": 10},
    "encoder_steps": 2000,
    "encoder_rate": 1e-3,
    "batch": 64,
}


def auroc(scores, anomalous):
    """The chance that an anomaly has a higher score than what is normal; a tie is half.

    Args:
        scores: float array (n,).
        anomalous: bool array (n,).

    Example:

    >>> auroc(np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, True, False, True]))
    0.875
    """
    values, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    n = int(anomalous.sum())
    above = ranks[anomalous].sum() - n * (n + 1) / 2
    return float(above / (n * (len(scores) - n)))


def divided(label, protocol, validate=False):
    """Training images, images to be scored, and which of those are anomalies.

    Args:
        label: int, the class.
        protocol: str, one of `PROTOCOLS`.
        validate: bool, whether to score training images that are not trained on.

    Returns:
        Two float arrays (n, 28, 28, 1), and a bool array.
    """
    from kerasgan.datasets.idx import read_named

    parts = [read_named("fashion_mnist", "train", None)]
    if validate:
        ((images, labels),) = parts
        parts = [(images[:50_000], labels[:50_000]), (images[50_000:], labels[50_000:])]
    else:
        parts.append(read_named("fashion_mnist", "test", None))
    (real, real_labels), (given, given_labels) = parts
    inside, anomalous = real_labels == label, given_labels != label
    if protocol == "left_out":
        inside, anomalous = ~inside, ~anomalous
    scaled = [x.reshape(-1, 28, 28, 1).astype("float32") / 127.5 - 1 for x in (real[inside], given)]
    return *scaled, anomalous


def batches(images, size, seed):
    """Endless batches, each image drawn anew."""
    rng = np.random.default_rng(seed)
    while True:
        yield (images[rng.integers(len(images), size=size)],)


def train(images, recipe, seed, file):
    """An `FAnoGAN` of these images, and the seconds that both trainings took; the GAN is kept in a
    file, to go on from."""
    import keras

    import kerasgan as kg

    falling = keras.optimizers.schedules.CosineDecay
    keras.utils.set_random_seed(seed)
    clock, start = file.with_suffix(".json"), time.perf_counter()
    if clock.exists():  # which is written last
        gan = kg.load(file)
    else:
        gan = kg.WGANGP((28, 28, 1), recipe["latent_dim"], seed=seed, **recipe["gan"])
        steps = {"generator": recipe["gan_steps"]}
        steps["discriminator"] = gan.critic_steps * recipe["gan_steps"]
        gan.compile(
            optimizer={
                player: keras.optimizers.Adam(falling(recipe["gan_rate"], n), 0.0, 0.9)
                for player, n in steps.items()
            }
        )
        stream = batches(images, recipe["batch"] * gan.critic_steps, seed)
        gan.fit(stream, steps_per_epoch=recipe["gan_steps"], shuffle=False, verbose=2)
        file.parent.mkdir(parents=True, exist_ok=True)
        gan.save(file)
        write(json.dumps(time.perf_counter() - start), clock)
    keras.utils.set_random_seed(seed + 1)
    model = kg.FAnoGAN(gan, seed=seed, **recipe["encoder"])
    rate = falling(recipe["encoder_rate"], recipe["encoder_steps"])
    model.compile(optimizer=keras.optimizers.Adam(rate))
    stream = batches(images, recipe["batch"], seed + 1)
    start = time.perf_counter()
    model.fit(stream, steps_per_epoch=recipe["encoder_steps"], shuffle=False, verbose=2)
    return model, json.loads(clock.read_text()) + time.perf_counter() - start


def scored(model, normal, images, anomalous):
    """The AUROC of each of `SCORES`, a dict; `normal` are the training images."""
    made = model.reconstruct(images, batch_size=500)
    scores = (
        model.anomaly_scores(images, made),
        np.square(images - made).mean(axis=(1, 2, 3)),
        np.square(images - normal.mean(axis=0)).mean(axis=(1, 2, 3)),
    )
    return {name: auroc(s, anomalous) for name, s in zip(SCORES, scores, strict=True)}


def place(label, protocol, seed, validate, recipe):
    """The file name of a GAN: another one where what it is trained by is another."""
    told = {n: recipe[n] for n in ("latent_dim", "gan", "gan_rate", "gan_steps", "batch")}
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]
    return f"{protocol}{'_validate' * validate}_{label}_{seed}_{digest}.keras"


def key(label, protocol, seed, recipe=RECIPE):
    """What tells a record from the others, and what it was made by."""
    return {"protocol": protocol, "class": label, "seed": seed, "configuration": recipe}


def make(label, protocol, seed, records, work, validate=False, recipe=RECIPE):
    """Make a class's record, and store it unless it is of training images; it as a text."""
    from kerasgan import backend
    from kerasgan.utils.versions import versions

    normal, images, anomalous = divided(label, protocol, validate)
    file = work / place(label, protocol, seed, validate, recipe)
    model, seconds = train(normal, recipe, seed, file)
    record = {
        **key(label, protocol, seed, recipe),
        "scores": scored(model, normal, images, anomalous),
        "seconds": round(seconds, 1),
        "backend": backend.name,
        "versions": versions(),
    }
    if not validate:
        records.add(record)
    text = ", ".join(f"{name} {score:.4f}" for name, score in record["scores"].items())
    return f"{text} ({record['seconds']:.0f} s)"


def table(records, protocol, seed=0, recipe=RECIPE):
    """The classes that are there, and their means."""
    found = [records.find(key(label, protocol, seed, recipe)) for label in range(len(CLASSES))]
    there = [record for record in found if record]
    rows = [
        [CLASSES[record["class"]], *(f"{record['scores'][name]:.3f}" for name in SCORES)]
        + [f"{record['seconds'] / 60:.1f}"]
        for record in there
    ]
    if there:
        means = [statistics.mean(r["scores"][name] for r in there) for name in SCORES]
        minutes = f"{sum(record['seconds'] for record in there) / 60:.0f} in all"
        rows.append([f"mean of {len(there)}", *(f"{x:.3f}" for x in means), minutes])
    return markdown([protocol, *SCORES, "minutes"], rows)


def main(argv=None):
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.anomalies",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--protocol", choices=PROTOCOLS, default="left_out")
    every = range(len(CLASSES))
    parser.add_argument("--classes", nargs="+", type=int, choices=every, default=every, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--validate", action="store_true", help="by training images; not stored")
    parser.add_argument("--table", action="store_true", help="print the table, make nothing")
    parser.add_argument("--results", type=Path, default=PATH, help="the file of results")
    parser.add_argument("--work", type=Path, default=Path("runs/anomalies"), help="of what goes on")
    args = parser.parse_args(argv)
    records = Records(args.results, "protocol", "class", "seed")
    code = 0
    if not args.table:
        code = run_all(
            (
                f"{args.protocol}, {CLASSES[label]}",
                functools.partial(
                    make, label, args.protocol, args.seed, records, args.work, args.validate
                ),
            )
            for label in args.classes
            if args.validate or not records.find(key(label, args.protocol, args.seed))
        )
    if not args.validate:
        print(table(records, args.protocol, args.seed))
    return code


if __name__ == "__main__":
    sys.exit(main())
