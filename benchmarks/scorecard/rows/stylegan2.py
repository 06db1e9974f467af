"""StyleGAN2 of MNIST and Fashion-MNIST at 32 pixels, trained anew, scored as the presets are."""

from benchmarks.scorecard.row import Row
from benchmarks.scorecard.rows import presets
from benchmarks.scorecard.training import core_minutes, train

SIZE = 32
COMMAND = (
    "kerasgan train stylegan2 --data {} --image-size 32 --filters 32 --mapping-layers 2 "
    "--latent-dim 64 --batch-size 32 --dtype auto --steps 5000 --seed 0 --out runs/x"
)


def trained(configuration, seed, folder):
    """Train, or go on with, a run in the folder, and score it."""
    from kerasgan.presets import load

    train(configuration["command"], seed, folder)
    fake = load(folder).generate(configuration["samples"], seed=seed)
    return {**presets.scores(fake, configuration, seed), "core_minutes": core_minutes(folder)}


def row(data):
    """The row of a data set."""
    given = presets.configuration(data, command=COMMAND.format(data), image_size=SIZE)
    return Row(
        f"stylegan2_{data}",
        "StyleGAN2",
        presets.SECTIONS[data],
        trained,
        given,
        differs=f"{SIZE} px, an hour of a core",
        by_default=False,
    )


ROWS = [row(data) for data in presets.EXTRACTORS]
