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
        "among some two dozen trainings, so that they flatter it somewhat; its threshold of change "
        "afterwards, by 200 pairs of training images.",
    ),
    "paired": Section(
        "Translation with pairs",
        "Test drawings of OpenMoji in lines, coloured, against their true colours; beside the "
        "scores of the drawing as it is and of the mean image of the training data.",
    ),
    "large": Section(
        "Super-resolution",
        "The last 1,000 avatars by name, which were not in training, made small and large again; "
        "beside the scores of Pillow's bicubic enlargement.",
    ),
}
TASKS = {
    "cyclegan_emoji": "unpaired",
    "pix2pix_openmoji": "paired",
    "srresnet_avatars": "large",
    "srgan_avatars": "large",
}
DATA = {"unpaired": "emoji", "paired": "openmoji"}
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

    model = presets.load(configuration["preset"])
    task = configuration["task"]
    data = home() / DATA[task] if task in DATA else held_out_avatars(folder / "avatars")
    scores, _ = translation.TASKS[task](model, data)
    return {"scores": dict(flat(scores))}


def flat(scores, part=""):
    """("PART: SCORE", value) of nested scores, where a part is a direction, images or both."""
    for name, value in scores.items():
        if isinstance(value, dict):
            yield from flat(value, f"{part} {name}".strip())
        else:
            yield (f"{part}: {name}" if part else name), float(value)


def row(name, task):
    """The row of a preset."""
    from kerasgan import presets

    given = {"preset": name, "sha256": presets.card(name)["sha256"], "task": task}
    return Row(f"translation_{name}", f"`{name}`", SECTIONS[task], score, given)


ROWS = [row(name, task) for name, task in TASKS.items()]
