"""Do InfoGAN's categorical codes, which no label names, become MNIST's digits?"""

from benchmarks.scorecard.row import Row, Section
from benchmarks.scorecard.training import core_minutes, train

CLASSES = 10
PER_CODE = 1000
COMMAND = (
    "kerasgan train infogan --data mnist --latent-dim 74 --categorical 10 --continuous 2 "
    "--filters 32 --ema-decay 0.999 --dtype auto --steps 12000 --seed 0 --out runs/x"
)
SECTION = Section(
    "InfoGAN's codes and MNIST's classes",
    "Codes are given to classes one to one, so that as many images as possible agree: of the "
    "10,000 test images, whose codes the recognizer reads; and of "
    f"{PER_CODE:,} generated images of each code, which a classifier names (the extractor "
    '"digits"). No label was in training; chance would give some 12%. In brackets stands what the '
    "paper reports of its best run (Chen et al. 2016, arXiv:1606.03657, section 7.2).",
    {
        "real": ("test images, %", "{:.1f}", 100),
        "generated": ("generated images, %", "{:.1f}", 100),
        "core_minutes": ("minutes of a core", "{:.0f}", 1),
    },
)


def agreement(codes, classes, count=CLASSES):
    """The largest share of images that agree when each code is given to a class of its own.

    Args:
        codes: int array (n,), of the images' codes.
        classes: int array (n,), of their classes.
        count: int, how many codes and classes there are.

    Returns:
        The share, a float in [0, 1]; the class of each code, a list of ints.

    Example:

    >>> agreement([0, 0, 1, 1, 1], [1, 1, 0, 0, 1], count=2)
    (0.8, [1, 0])
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    table = np.zeros((count, count), int)
    np.add.at(table, (np.asarray(codes), np.asarray(classes)), 1)
    rows, columns = linear_sum_assignment(table, maximize=True)
    return float(table[rows, columns].sum() / len(codes)), columns.tolist()


def scores(model, images, labels):
    """Both agreements of a model, with the classes that its codes are given to.

    Args:
        model: an InfoGAN of one categorical code of ten classes.
        images: float array, test images in [-1, 1].
        labels: int array, their classes.
    """
    import numpy as np

    from kerasgan.metrics import extractors

    real = agreement(model.recover(images)["categorical"][:, 0], labels)
    codes = np.repeat(np.arange(CLASSES), PER_CODE)
    made = model.generate(codes={"categorical": codes}, seed=0)
    named = extractors.get("digits").probabilities(made).argmax(axis=1)
    generated = agreement(codes, named)
    return {
        "scores": {"real": real[0], "generated": generated[0]},
        "classes": {"real": real[1], "generated": generated[1]},
    }


def trained(configuration, seed, folder):
    """Train, or go on with, a run in the folder, and score it."""
    import numpy as np

    from kerasgan import presets
    from kerasgan.datasets.idx import read_named

    train(configuration["command"], seed, folder)
    images, labels = read_named("mnist", "test", None)
    found = scores(presets.load(folder), images[..., None] / np.float32(127.5) - 1, labels)
    found["scores"]["core_minutes"] = core_minutes(folder)
    return found


ROWS = [
    Row(
        "infogan_mnist",
        "InfoGAN",
        SECTION,
        trained,
        {"command": COMMAND},
        published={"real": "95"},
        differs="networks, time, selection",
        seeds=(0, 1, 2),
        by_default=False,
    )
]
