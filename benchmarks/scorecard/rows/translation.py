"""The translators' presets beside what costs nothing, by `benchmarks/translation.py`."""

import os
from pathlib import Path

from benchmarks.scorecard.row import Row, Section

SECTIONS = {
    "unpaired": Section(
        "Translation without pairs",
        "Test images of emoji of one vendor, translated, against the same emoji of the other, "
        "which training did not know; beside the scores of the image as it is and of the image "
        "shifted by the difference of the mean colours. The preset was chosen by these very scores "
        "among some two dozen trainings, so that they flatter it somewhat.",
    ),
    "paired": Section(
        "Translation with pairs",
        "Test drawings of OpenMoji in lines, coloured, against their true colours; beside the "
        "scores of the drawing as it is and of the mean image of the training data.",
    ),
    "large": Section(
        "Super-resolution",
        "The last 1,000 avatars by name, which were not in training, made small and large again; "
        "beside the scores of Pillow's bicubic enlargement. Feature distance is by "
        "EfficientNet-Lite0, which `srgan_avatars` was trained by, and by VGG16, which no model "
        "was.",
    ),
}
TASKS = {"emoji": "unpaired", "openmoji": "paired", "avatars_train": "large"}  # of their data
HELD_OUT = 1000


def home():
    """The folder of data sets."""
    if "KERASGAN_DATA" not in os.environ:
        raise ValueError(
            "Name the folder that holds emoji, openmoji and avatars in the environment variable "
            "KERASGAN_DATA. Received: KERASGAN_DATA=None"
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
    from benchmarks import translation
    from kerasgan import presets

    name, task = configuration["preset"], configuration["task"]
    large = task == "large"
    data = held_out_avatars(folder / "avatars") if large else home() / presets.card(name)["data"]
    scores, _ = translation.TASKS[task](presets.load(name), data)
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
