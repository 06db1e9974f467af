"""Stacked MNIST: how many of 1,000 modes a GAN reaches, and how evenly.

The stacks are made of MNIST, into the folder of unfinished rows, the same each time.
"""

import numpy as np

from benchmarks.scorecard.row import Row, Section
from benchmarks.scorecard.training import core_minutes, train

STACKS = 128_000
SAMPLES = 26_000
DIGITS = 10
MODES = np.indices((DIGITS,) * 3).reshape(3, -1).T
COMMAND = "kerasgan train {} --data stacked_mnist.npz --dtype auto --seed 0 --out runs/x"
MODELS = {  # what they are made of, and what is published
    "DCGAN": (
        "dcgan --filters 64 --ema-decay 0.999 --schedule cosine --steps 60000",
        {"modes": "99", "kl": "3.40"},
    ),
    "R3GAN": (
        "r3gan --filters 32,32,16 --gamma 1 --learning-rate 1e-3 --latent-dim 64 "
        "--ema-decay 0.999 --batch-size 32 --schedule-steps 11000 --steps 11000",
        {"modes": "1000", "kl": "0.029"},
    ),
    "StyleGAN2": (
        "stylegan2 --filters 32 --mapping-layers 2 --latent-dim 64 --batch-size 32 "
        "--path-weight 0 --mixing 0 --schedule cosine --ema-decay 0.999 --steps 11000",
        {"modes": "940", "kl": "0.42"},
    ),
}
SECTION = Section(
    "Stacked MNIST",
    f"{STACKS:,} images of three random digits of MNIST's training split, one in each channel. Of "
    f'{SAMPLES:,} generated ones a classifier (the extractor "digits") names the digit in each '
    "channel: how many of the 1,000 triples are there, and the KL divergence, in nats, of their "
    "shares from equal ones. The first row are as many training images, what a perfect model would "
    "get. Each model trained for about half an hour of one core, in bfloat16 on a processor with "
    "AMX; how long is in the table. In brackets stands what VEEGAN's paper (Srivastava et al. "
    "2017, arXiv:1705.07761: DCGAN) and R3GAN's (Huang et al. 2025, arXiv:2501.05441) report, of "
    "larger networks on GPUs.",
    {
        "modes": ("modes of 1,000", "{:.0f}", 1),
        "kl": ("KL", "{:.3f}", 1),
        "core_minutes": ("minutes of a core", "{:.0f}", 1),
    },
)


def stacks(digits, count, seed=0):
    """Images of three random digits each, one a channel.

    Args:
        digits: uint8 array (n, height, width).
        count: int.
        seed: int.

    Returns:
        uint8 array (count, height, width, 3).
    """
    chosen = np.random.default_rng(seed).integers(len(digits), size=(count, 3))
    return np.moveaxis(digits[chosen], 1, -1)


def training_stacks(count):
    """The first of the stacks that training sees."""
    from kerasgan.datasets.idx import read_named

    return stacks(read_named("mnist", "train", None)[0], count)


def data_file(folder):
    """The stacks in a file, which is made if need be."""
    from kerasgan.utils.files import replacing

    path = folder / "stacked_mnist.npz"
    if not path.exists():
        with replacing(path) as temporary:
            np.savez(temporary, images=training_stacks(STACKS))
    return path


def score(images):
    """Modes and KL of images in [-1, 1] by the classifier of digits."""
    from kerasgan.metrics import extractors, mode_statistics

    classifier = extractors.get("digits")
    channels = np.split(images, 3, axis=-1)
    named = np.stack([classifier.probabilities(c).argmax(axis=1) for c in channels], axis=1)
    found = mode_statistics(named, MODES, std=0.1)  # each triple lies on its mode
    return {"modes": found["modes"], "kl": found["reverse_kl"]}


def training_images(configuration, seed, folder):
    """Score training images."""
    return {"scores": score(training_stacks(configuration["samples"]) / np.float32(127.5) - 1)}


def trained(configuration, seed, folder):
    """Train, or go on with, a run in the folder, and score it."""
    from kerasgan import presets

    train(configuration["command"], seed, folder, data_file(folder.parents[1]))
    scores = score(presets.load(folder).generate(configuration["samples"], seed=seed))
    return {"scores": {**scores, "core_minutes": core_minutes(folder)}}


def row(title, options, published):
    """The row of a model that is trained with these options."""
    return Row(
        f"stacked_{title.lower()}",
        title,
        SECTION,
        trained,
        {"command": COMMAND.format(options), "stacks": STACKS, "samples": SAMPLES},
        published=published,
        differs="networks, time",
        by_default=False,
    )


ROWS = [
    Row(
        "stacked_training_images",
        "training images",
        SECTION,
        training_images,
        {"stacks": STACKS, "samples": SAMPLES},
    ),
    *(row(title, *rest) for title, rest in MODELS.items()),
]
