"""Translators of one typeface into another, each trained anew for the same time."""

from benchmarks.scorecard.row import Row, Section
from benchmarks.scorecard.rows.translation import GLYPHS, home
from benchmarks.scorecard.training import core_minutes, train

COMMAND = "kerasgan train {} --data glyphs --no-flip --dtype auto --seed 0 --out runs/x"
SMALL = "--filters 16 --discriminator-filters 32 --batch-size 4"
MODELS = {  # what they are made of, and how many steps take as long as those of the others
    "CycleGAN": f"cyclegan {SMALL} --blocks 4 --steps 7000",
    "CUT": f"cut {SMALL} --blocks 4 --steps 8500",
    "FastCUT": f"cut --fast {SMALL} --blocks 4 --steps 13000",
}
SECTION = Section(
    "From one typeface to another, without pairs",
    "The 355 test characters of `kerasgan data glyphs glyphs`, from Noto Sans CJK SC to LXGW "
    "WenKai, which training sees on neither side. L1 is the mean absolute error "
    "on the scale of [-1, 1]; named right is the share of translations to which, of all 3,755 true "
    "glyphs, the right one is nearest (`benchmarks/glyphs.py`). As it is: the glyph of the other "
    "typeface itself. Each model makes as many steps as take about half an hour of one core in "
    "bfloat16 on a processor with AMX; where the table has twice as many minutes, it did so in "
    "float32 on one without.",
    {**GLYPHS, "core_minutes": ("minutes of a core", "{:.0f}", 1)},
)


def trained(configuration, seed, folder):
    """Train, or go on with, a run in the folder, and score it."""
    from benchmarks import glyphs
    from benchmarks.translation import flat
    from kerasgan import presets

    train(configuration["command"], seed, folder, home() / "glyphs")
    found, _ = glyphs.scores(presets.load(folder), home() / "glyphs")
    return {"scores": {**dict(flat(found)), "made: core_minutes": core_minutes(folder)}}


def row(title, options):
    """The row of a model that is trained with these options."""
    given = {"command": COMMAND.format(options)}
    return Row(f"glyphs_{title.lower()}", title, SECTION, trained, given, by_default=False)


ROWS = [row(title, options) for title, options in MODELS.items()]
