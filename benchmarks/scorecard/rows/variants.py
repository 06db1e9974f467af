"""How many modes of the ring and the grid each variant finds, by the networks of apps/toy_2d.py.

Data and scores are those of `modes`. Both networks have three hidden layers of 128 with LeakyReLU
0.2, no variant's settings were searched for long, and nothing starts steep.
"""

import functools

from benchmarks.scorecard import mixtures
from benchmarks.scorecard.row import Row, Section
from benchmarks.scorecard.rows import modes

TRAINING = {
    "units": [128, 128, 128],
    "steps": 25_000,  # of the generator
    "batch": 128,  # for each step of the discriminator
    "pack": 1,
    "optimizer": "adam",
    "rate": 1e-3,
    "beta_1": 0.0,
    "beta_2": 0.999,
    "epsilon": 1e-7,
    "ema_decay": 0.999,
    "penalty": None,  # the variant's own
}
# name: title, and what differs from TRAINING
VARIANTS = {
    "r3gan": (
        "R3GAN",
        {
            "variant": "R3GAN",
            "rate": 3e-3,
            "beta_2": 0.99,
            "penalty": {"R1": [0.5, 0.05], "R2": [0.5, 0.05]},
        },
    ),
    "gan_r1_pack2": (
        "GAN, R1, pack 2",
        {"variant": "GAN", "rate": 3e-3, "penalty": {"R1": [0.5, 0.5]}, "pack": 2},
    ),
    "gan_r1": ("GAN, R1", {"variant": "GAN", "rate": 3e-3, "penalty": {"R1": [0.5, 0.5]}}),
    "gan": ("GAN", {"variant": "GAN"}),
    "gan_pack2": ("GAN, pack 2", {"variant": "GAN", "pack": 2}),
    "gan_pack4": ("GAN, pack 4", {"variant": "GAN", "pack": 4}),
    "conditional_gan": ("ConditionalGAN", {"variant": "ConditionalGAN"}),
    "acgan": ("ACGAN", {"variant": "ACGAN"}),
    "dcgan": ("DCGAN", {"variant": "DCGAN"}),
    "lsgan": ("LSGAN", {"variant": "LSGAN"}),
    "wgan": (
        "WGAN",
        {"variant": "WGAN", "optimizer": "rmsprop", "penalty": {"WeightClipping": [0.1, 0.1]}},
    ),
    "wgan_gp": (
        "WGAN-GP",
        {"variant": "WGANGP", "beta_2": 0.9, "penalty": {"GradientPenalty": [1.0, 1.0]}},
    ),
    "sngan": ("SNGAN", {"variant": "SNGAN", "beta_2": 0.9}),
}
MORE_SEEDS = ("r3gan", "gan_r1_pack2")
TEXT = (
    'Data and scores are those of "{section}"; the networks are those of `apps/toy_2d.py`, three '
    "hidden layers of 128 in both, 25,000 steps. ConditionalGAN and ACGAN are told which Gaussian "
    "to draw, so their modes come nearly for free. Packing by itself does not help at this length. "
    "WGAN's clipped critic and the networks with batch norm (DCGAN) find most modes, but few "
    "points near them."
)
SECTIONS = {
    data: Section(f"Variants on a {data}", TEXT.format(section=section.name), section.columns)
    for data, section in modes.SECTIONS.items()
}


def make(configuration, seed):
    """The model, which is not compiled."""
    from apps import toy_2d

    given = configuration
    same = ("variant", "units", "pack", "critic_steps", "ema_decay")
    classes = len(toy_2d.DATA[given["data"]][1])
    return toy_2d.make(**{name: given[name] for name in same}, classes=classes, seed=seed)


def row(data, name):
    """The row of a variant and "ring" or "grid"."""
    title, own = VARIANTS[name]
    given = {"data": data, "points": modes.POINTS, "samples": modes.SAMPLES, **TRAINING, **own}
    given["critic_steps"] = 2 if own["variant"] in ("WGAN", "WGANGP") else 1  # the app's
    run = functools.partial(mixtures.train, make)
    seeds = (0, 1, 2) if name in MORE_SEEDS else (0,)
    return Row(f"variants_{data}_{name}", title, SECTIONS[data], run, given, seeds=seeds)


ROWS = [row(data, name) for data in SECTIONS for name in VARIANTS]
