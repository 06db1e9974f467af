"""Do conditional presets draw what they are asked for, in batches of one class and of all?"""

from benchmarks.scorecard.row import Row, Section
from benchmarks.scorecard.rows.presets import EXTRACTORS
from benchmarks.scorecard.training import train

PER_CLASS = 1000
BATCH = 100
CLASSES = 10
PERCEPTRONS = (
    "kerasgan train conditionalgan --data mnist --epochs 40 --ema-decay 0.999 --seed 0 "
    "--out runs/conditional_gan_mlp"
)
SECTION = Section(
    "Conditional accuracy",
    f"Share in % of {PER_CLASS:,} images of each class that a classifier of the real data (the "
    "presets' extractor) names as asked for: made in batches of one class; in batches of all, of "
    "the same latents; and, the usual mistake, in batches of one class by the network in training "
    "mode, whose batch norm then takes the statistics of that class. 0 to 9 are the classes, in "
    "batches of one class; the last column is how far a class is from that in batches of all, at "
    f"most. The perceptrons are those of `{PERCEPTRONS}`.",
    {
        "single": ("one class", "{:.1f}", 100),
        "mixed": ("all classes", "{:.1f}", 100),
        "batch_statistics": ("one class, batch statistics", "{:.1f}", 100),
        **{f"class_{i}": (str(i), "{:.1f}", 100) for i in range(CLASSES)},
        "largest_difference": ("difference", "{:.1f}", 100),
    },
)


def agreement(model, extractor, per_class=1000, batch_size=100):
    """How often a classifier sees in generated images the class that was asked for.

    Args:
        model: a model of class ids, such as `kerasgan.ConditionalGAN`; it is left as it was.
        extractor: a `kerasgan.metrics.extractors.Extractor` with a head for the model's classes.
        per_class: int, images of each class.
        batch_size: int, images that go through the generator at once.

    Returns:
        Dict of "single", "mixed" and "batch_statistics", the last by the network in training mode,
        for the same latents; each a list of shares in [0, 1], one a class.
    """
    import numpy as np
    from keras import ops

    def shares(images):
        named = extractor.probabilities(images).argmax(axis=1)
        return [round(float((named[wanted == c] == c).mean()), 4) for c in range(classes)]

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

    made = {"single": np.concatenate(single), "mixed": mixed}
    made["batch_statistics"] = np.concatenate(wrong)
    return {name: shares(images) for name, images in made.items()}


def score(configuration, seed, folder):
    """Score a preset, or what a command trains."""
    import keras

    from kerasgan import presets
    from kerasgan.metrics import extractors

    given, source = configuration, configuration.get("preset", folder)
    if "command" in given:
        train(given["command"], seed, folder)
    keras.utils.set_random_seed(seed)
    classifier = extractors.get(given["extractor"])
    shares = agreement(presets.load(source), classifier, given["per_class"], given["batch"])
    return {"scores": summary(shares), "agreement": shares}


def summary(shares):
    """The scores of what `agreement` gives."""
    single, mixed = shares["single"], shares["mixed"]
    return {
        **{name: sum(each) / len(each) for name, each in shares.items()},
        **{f"class_{i}": share for i, share in enumerate(single)},
        "largest_difference": max(abs(a - b) for a, b in zip(single, mixed, strict=True)),
    }


def row(name, title, data, **source):
    """A row of a model of a data set."""
    how = {"extractor": EXTRACTORS[data], "per_class": PER_CLASS, "batch": BATCH}
    return Row(f"conditional_{name}", title, SECTION, score, {**source, **how})


def rows():
    """The presets of MNIST and Fashion-MNIST that have classes, and the tutorials' perceptrons."""
    from kerasgan import presets

    cards = [presets.card(name) for name in presets.list()]
    found = [
        row(c["name"], f"`{c['name']}`", c["data"], preset=c["name"], sha256=c["sha256"])
        for c in cards
        if c["data"] in EXTRACTORS and c["config"].get("num_classes")
    ]
    return [*found, row("perceptrons", "perceptrons", "mnist", command=PERCEPTRONS)]


ROWS = rows()
