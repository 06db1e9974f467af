"""Do conditional presets draw what they are asked for, in batches of one class and of all?"""

from benchmarks.scorecard.row import Row, Section
from benchmarks.scorecard.rows.presets import EXTRACTORS

PER_CLASS = 1000
BATCH = 100
CLASSES = 10
SECTION = Section(
    "Conditional accuracy",
    f"Share in % of {PER_CLASS:,} images of each class that a classifier of the real data (the "
    "presets' extractor) names as asked for: made in batches of one class; in batches of all, of "
    "the same latents; and, the usual mistake, in batches of one class by the network in training "
    "mode, whose batch norm then takes the statistics of that class. 0 to 9 are the classes, in "
    "batches of one class; the last column is how far a class is from that in batches of all, at "
    "most.",
    {
        "single": ("one class", "{:.1f}", 100),
        "mixed": ("all classes", "{:.1f}", 100),
        "batch_statistics": ("one class, batch statistics", "{:.1f}", 100),
        **{f"class_{i}": (str(i), "{:.1f}", 100) for i in range(CLASSES)},
        "largest_difference": ("difference", "{:.1f}", 100),
    },
)


def score(configuration, seed, folder):
    """Score a preset."""
    import keras

    from benchmarks.class_agreement import agreement
    from kerasgan import presets
    from kerasgan.metrics import extractors

    keras.utils.set_random_seed(seed)
    model = presets.load(configuration["preset"])
    classifier = extractors.get(configuration["extractor"])
    shares = agreement(model, classifier, configuration["per_class"], configuration["batch"])
    return {"scores": summary(shares), "agreement": shares}


def summary(shares):
    """The scores of what `class_agreement.agreement` gives."""
    single, mixed = shares["single"], shares["mixed"]
    return {
        **{name: sum(each) / len(each) for name, each in shares.items()},
        **{f"class_{i}": share for i, share in enumerate(single)},
        "largest_difference": max(abs(a - b) for a, b in zip(single, mixed, strict=True)),
    }


def row(card):
    """The row of a preset's card."""
    given = {
        "preset": card["name"],
        "sha256": card["sha256"],
        "extractor": EXTRACTORS[card["data"]],
        "per_class": PER_CLASS,
        "batch": BATCH,
    }
    return Row(f"conditional_{card['name']}", f"`{card['name']}`", SECTION, score, given)


def rows():
    """The presets of MNIST and Fashion-MNIST that have classes."""
    from kerasgan import presets

    cards = [presets.card(name) for name in presets.list()]
    return [
        row(card)
        for card in cards
        if card["data"] in EXTRACTORS and card["config"].get("num_classes")
    ]


ROWS = rows()
