"""The presets that draw MNIST and Fashion-MNIST, by a classifier's features and EfficientNet's.

The seed of its card is the preset as it is shipped. Another is trained by the card's command, with
that seed; a run that is stopped goes on from its last whole epoch.
"""

from benchmarks.scorecard.row import Row, Section
from benchmarks.scorecard.training import train

SAMPLES = 10_000
METRICS = ["fd", "kd", "precision_recall", "density_coverage"]
EXTRACTORS = {"mnist": "digits", "fashion_mnist": "clothes"}
NAMES = {"mnist": "MNIST", "fashion_mnist": "Fashion-MNIST"}
# Lucic et al. 2018, Table 2; only what has the same loss as one of theirs
PUBLISHED = {
    ("GAN", "fashion_mnist"): "NS 26.5 ± 1.6",
    ("DCGAN", "fashion_mnist"): "NS 26.5 ± 1.6",
    ("WGANGP", "mnist"): "20.3",
}
MORE_SEEDS = (  # each takes minutes to train
    "gan_fashion_mnist",
    "dcgan_fashion_mnist",
    "sngan_mnist",
    "sngan_fashion_mnist",
)
TEXT = (
    "{samples:,} generated images against the {samples:,} test images of {name}. Fréchet distance, "
    "kernel distance, precision, recall, density and coverage are of the features "
    '"{extractor}", a classifier of {name}; the last column is the Fréchet distance of '
    "EfficientNet-Lite0's features. The first row are {samples:,} training images, what a perfect "
    'model would get. In brackets stands the FID of "Are GANs Created Equal?" (Lucic et al. 2018, '
    "arXiv:1711.10337) for the same loss: of Inception's features, and the best of many "
    "hyperparameters. Extractor and protocol differ, so the figures cannot be compared."
)


def section(data):
    """The section of one data set."""
    return Section(
        f"Presets of {NAMES[data]}",
        TEXT.format(samples=SAMPLES, name=NAMES[data], extractor=EXTRACTORS[data]),
        {
            "fd": ("FD", "{:.2f}", 1),
            "kd": ("KD", "{:.2f}", 1),
            "precision": ("precision", "{:.3f}", 1),
            "recall": ("recall", "{:.3f}", 1),
            "density": ("density", "{:.3f}", 1),
            "coverage": ("coverage", "{:.3f}", 1),
            "efficientnet_fd": ("FD, EfficientNet", "{:.2f}", 1),
        },
    )


SECTIONS = {data: section(data) for data in EXTRACTORS}


def images(data, split):
    """Batches of a data set's images, in their order."""
    from kerasgan import datasets

    kept = {"shuffle": False, "drop_remainder": False}
    return datasets.load(data, 100, split=split, **kept)


def scores(fake, configuration, seed):
    """Scores of images against the test images, by both extractors, with their fingerprints."""
    from kerasgan.metrics import evaluate

    data = configuration["data"]
    protocol = {"data": data, "split": "test", "seed": seed}
    real = images(data, "test")
    own = evaluate(
        fake, real, configuration["metrics"], configuration["extractor"], protocol=protocol
    )
    other = evaluate(fake, real, ["fd"], "efficientnet_lite0", protocol=protocol)
    return {
        "scores": {**own["scores"], "efficientnet_fd": other["scores"]["fd"]},
        "fingerprint": own["fingerprint"],
        "efficientnet_fingerprint": other["fingerprint"],
    }


def training_images(configuration, seed, folder):
    """Score training images, others for each seed."""
    import numpy as np

    train = np.concatenate([batch.numpy() for batch in images(configuration["data"], "train")])
    chosen = np.random.default_rng(seed).permutation(len(train))[: configuration["samples"]]
    return scores(train[chosen], configuration, seed)


def preset(configuration, seed, folder):
    """Score a preset, or a run like it with another seed."""
    from kerasgan import presets

    card = presets.card(configuration["preset"])
    source = configuration["preset"]
    if seed != card["seed"]:
        source = folder
        train(card["command"], seed, folder)
    model = presets.load(source)
    return scores(model.generate(configuration["samples"], seed=seed), configuration, seed)


def configuration(data, **more):
    """All that the scores of a data set's rows depend on."""
    return {
        "data": data,
        "samples": SAMPLES,
        "extractor": EXTRACTORS[data],
        "metrics": METRICS,
        **more,
    }


def row(card):
    """The row of a preset's card."""
    name, data = card["name"], card["data"]
    published = PUBLISHED.get((card["class"], data))
    return Row(
        f"preset_{name}",
        f"`{name}`",
        SECTIONS[data],
        preset,
        configuration(data, preset=name, sha256=card["sha256"]),
        published={"fd": published} if published else {},
        differs="features, selection" if published else "",
        seeds=(0, 1, 2) if name in MORE_SEEDS else (card["seed"],),
    )


def rows():
    """Training images, then the presets, of both data sets."""
    from kerasgan import presets

    cards = [presets.card(name) for name in presets.list()]
    found = []
    for data in EXTRACTORS:
        title = "training images"
        given = configuration(data), {}
        found.append(
            Row(f"preset_{data}_training_images", title, SECTIONS[data], training_images, *given)
        )
        found += [row(card) for card in cards if card["data"] == data]
    return found


ROWS = rows()
