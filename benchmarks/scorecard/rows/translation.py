"""The translators' presets beside what costs nothing, by `benchmarks/translation.py`."""

import os
from pathlib import Path

from benchmarks.scorecard.row import Row, Section

L1 = {"l1": ("L1", "{:.3f}", 1)}
DISTANCES = {**L1, "feature_distance": ("feature distance", "{:.2f}", 1)}
GLYPHS = {**L1, "named": ("named right, %", "{:.1f}", 100)}
SECTIONS = {
    "unpaired": Section(
        "Translation without pairs",
        "Faces with fair and with dark hair of `kerasgan data avatar_hair`: test images, "
        "translated, against the same faces with the other hair, which training did not know; "
        "beside the scores of the image as it is and of the image shifted by the difference of the "
        "mean colours.",
        DISTANCES,
    ),
    "paired": Section(
        "Translation with pairs",
        "Test images against the true ones: drawings of OpenMoji in lines, coloured, and outlines "
        "of avatars in their colours, filled in (`kerasgan data avatar_outlines`); beside the "
        "scores of the drawing as it is and of the mean image of the training data.",
        DISTANCES,
    ),
    "glyphs": Section(
        "From one typeface to another, by the presets",
        "Scores as in the table above, of what `pix2pix_glyphs` learned from pairs and "
        "`cyclegan_glyphs` without.",
        GLYPHS,
    ),
    "large": Section(
        "Super-resolution",
        "The last 1,000 avatars by name, which were not in training, made small and large again; "
        "beside the scores of Pillow's bicubic enlargement. Feature distance is by "
        "EfficientNet-Lite0, which `srgan_avatars` was trained by, and by VGG16, which no model "
        "was.",
        {
            **DISTANCES,
            "vgg_distance": ("feature distance, VGG16", "{:.2f}", 1),
            "psnr": ("PSNR, dB", "{:.1f}", 1),
        },
    ),
}
TASKS = {  # of their data
    "avatar_hair": "unpaired",
    "avatar_outlines": "paired",
    "openmoji": "paired",
    "glyphs": "glyphs",
    "glyphs_all": "glyphs",
    "avatars_train": "large",
}
HELD_OUT = 1000


def home():
    """The folder of data sets."""
    if "KERASGAN_DATA" not in os.environ:
        raise ValueError(
            "Name the folder that holds the data sets in the environment variable KERASGAN_DATA. "
            "Received: KERASGAN_DATA=None"
        )
    return Path(os.environ["KERASGAN_DATA"])


def held_out_avatars(folder):
    """A folder of links to the last avatars by name.

    Args:
        folder: `pathlib.Path`, where to make it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((home() / "avatars").rglob("*.png"))[-HELD_OUT:]:
        if not (folder / path.name).exists():
            (folder / path.name).symlink_to(path.resolve())
    return folder


def score(configuration, seed, folder):
    """Score a preset."""
    from benchmarks import glyphs, translation
    from kerasgan import presets

    tasks = {**translation.TASKS, "glyphs": glyphs.scores}
    name, task = configuration["preset"], configuration["task"]
    if task == "large":
        data = held_out_avatars(folder / "avatars")
    else:
        data = home() / ("glyphs" if task == "glyphs" else presets.card(name)["data"])
    scores, _ = tasks[task](presets.load(name), data)
    return {"scores": dict(translation.flat(scores))}


def row(card):
    """The row of a preset's card."""
    name, task = card["name"], TASKS[card["data"]]
    given = {"preset": name, "sha256": card["sha256"], "task": task}
    if task == "large":
        given["extractors"] = ["efficientnet_lite0", "vgg16_edges"]
    return Row(f"translation_{name}", f"`{name}`", SECTIONS[task], score, given)


def rows():
    """The presets of the data sets of translation."""
    from kerasgan import presets

    cards = [presets.card(name) for name in presets.list()]
    return [row(card) for data in TASKS for card in cards if card["data"] == data]


ROWS = rows()
