"""Networks for faces, each trained anew for the same time, by the features of another network."""

from benchmarks.scorecard.row import Row, Section
from benchmarks.scorecard.rows.translation import home
from benchmarks.scorecard.training import core_minutes, train

SAMPLES = 5000
COMMAND = "kerasgan train {} --data avatars --batch-size 16 --dtype auto --seed 0 --out runs/x"
MODELS = {  # what they are made of, and how many steps take as long as those of the others
    "DCGAN": "dcgan --filters 32 --ema-decay 0.999 --steps 84000",
    "SNGAN": "sngan --generator-filters 32 --discriminator-filters 32 --critic-steps 1 "
    "--latent-dim 64 --ema-decay 0.999 --steps 7000",
    "FastGAN": "fastgan --filters 16 --latent-dim 64 --steps 10000",
    "ProjectedGAN": "projectedgan --filters 16 --latent-dim 64 --feature-size 128 "
    "--mixing-filters 32 --steps 5000",
}
SECTION = Section(
    "Faces of 64 pixels",
    f"{SAMPLES:,} generated avatars against {SAMPLES:,} others than the 8,000 of the training "
    "(`kerasgan data avatars avatars`, and `avatars_test --start 8000 --count 5000`). Each model "
    "makes as many steps of batch 16 as take about an hour of one core in bfloat16 on a processor "
    "that multiplies it; how long it took is in the table. Fréchet distance, precision and recall "
    "are of VGG16's features (`benchmarks/vgg.py`), which train none of the models; the Fréchet "
    "distance of EfficientNet-Lite0's, which ProjectedGAN's discriminators see, stands beside "
    "them. The first row are training images.",
    {
        "fd": ("FD", "{:.1f}", 1),
        "precision": ("precision", "{:.3f}", 1),
        "recall": ("recall", "{:.3f}", 1),
        "efficientnet_fd": ("FD, EfficientNet", "{:.1f}", 1),
        "core_minutes": ("minutes of a core", "{:.0f}", 1),
    },
)


def real(name, count):
    """The first images of a folder of data, in their order."""
    import numpy as np

    from kerasgan import datasets

    batches = datasets.load(home() / name, 100, shuffle=False, drop_remainder=False)
    return np.concatenate([batch.numpy() for batch in batches.take(count // 100)])


def scores(fake, count):
    """Scores of images against the test images."""
    from benchmarks import vgg
    from kerasgan.metrics import evaluate

    test = real("avatars_test", count)
    own = evaluate(fake, test, ["fd", "precision_recall"], vgg.extractor(), cache=False)
    other = evaluate(fake, test, ["fd"], "efficientnet_lite0")
    return {
        "scores": {**own["scores"], "efficientnet_fd": other["scores"]["fd"]},
        "fingerprint": own["fingerprint"],
    }


def training_images(configuration, seed, folder):
    """Score the training images themselves."""
    return scores(real("avatars", configuration["samples"]), configuration["samples"])


def trained(configuration, seed, folder):
    """Train, or go on with, a run in the folder, and score it."""
    from benchmarks import vgg
    from kerasgan import presets

    vgg.weights_file()  # whose package is better asked for before an hour of training
    train(configuration["command"], seed, folder, home() / "avatars")
    count = configuration["samples"]
    made = scores(presets.load(folder).generate(count, seed=seed), count)
    made["scores"]["core_minutes"] = core_minutes(folder)
    return made


def row(title, options):
    """The row of a model that is trained with these options."""
    given = {"command": COMMAND.format(options), "samples": SAMPLES}
    return Row(
        f"faces_{title.lower()}", title, SECTION, trained, given, seeds=(0, 1, 2), by_default=False
    )


ROWS = [
    Row("faces_training_images", "training images", SECTION, training_images, {"samples": SAMPLES}),
    *(row(title, options) for title, options in MODELS.items()),
]
