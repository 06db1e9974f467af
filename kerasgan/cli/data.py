"""The options of `kerasgan train MODEL` for the data, as the model's loader takes them."""

import argparse
from typing import Any

import kerasgan as kg
from kerasgan.cli import options
from kerasgan.cli.options import add
from kerasgan.datasets.preprocessing import MODES
from kerasgan.utils.directions import canonical

BOTH_SIDES = ("load_size", "crop_size", "preprocess", "flip", "channels_a", "channels_b")
KINDS = {  # of data, and the loader's arguments that are options
    "images": ("image_size", "channels", "batch_size", "split", "data_dir"),
    "unpaired": (*BOTH_SIDES, "batch_size", "split", "data_dir"),
    "paired": (*BOTH_SIDES, "batch_size", "split", "direction"),
}
SOURCE = (
    "a folder with trainA and trainB, and testA and testB for the pictures, or train/A and so on"
)
SOURCES = {
    "images": f"{', '.join(kg.datasets.SPLITS)}, tfds:NAME of TensorFlow Datasets, a folder of "
    "image files, or an .npz file of images (and labels)",
    "unpaired": f"{SOURCE}; or tfds:NAME, such as tfds:cycle_gan/horse2zebra",
    "paired": f"{SOURCE}, where what belongs together has the same name; or with a folder train of "
    "files that hold A in their left and B in their right half",
}


def add_data_options(group: Any, cls: type[Any]) -> None:
    """Adds what the loader takes."""
    kind = cls.data_kind
    group.add_argument("--data", required=True, metavar="SOURCE", help=SOURCES[kind])
    size, text = (_add_images if kind == "images" else _add_both_sides)(group, cls)
    add(group, "--batch-size", text, size, metavar="N")
    add(group, "--split", '"train", "test"; for tfds, any', "train")
    if "data_dir" in KINDS[kind]:
        shown = options.NO_DATA_DIR
        add(group, "--data-dir", options.DATA_DIR, shown=shown, metavar="FOLDER")
    else:
        help = "BtoA learns the way from the images B of the data to A"
        add(group, "--direction", help, "AtoB", type=canonical, choices=("AtoB", "BtoA"))


def _add_images(group, cls):
    """Adds the options of images; gives the size of a batch and what it is."""
    constructor = options.parameters(cls, "__init__")
    if "num_classes" in constructor:
        group.description = (
            "Labels: those of the data set, or of the .npz file; in a folder of "
            "images, each subfolder is a class."
        )
    help, shown = "resize and crop images to N x N pixels, or H,W", "as they are"
    add(group, "--image-size", help, shown=shown, type=options.one_or_more, metavar="N")
    add(group, "--channels", "1: grey, 3: RGB", shown=shown, type=int, choices=(1, 3))
    if "critic_steps" not in constructor:
        return 16, "images in a batch"
    each = constructor["critic_steps"][0].default
    return 64, (
        "images for one step of the discriminator; with --critic-steps K, K times as many are "
        f"loaded at once{f', here {each}' if each > 1 else ''}"
    )


def _add_both_sides(group, cls):
    """Adds the options of two sides; gives the size of a batch and what it is."""
    same = {"shown": "as they are", "type": options.one_or_more, "metavar": "N"}
    help = "stretch images to N x N pixels, or H,W; for scale_width, the width"
    add(group, "--load-size", help, **same)
    add(group, "--crop-size", "then cut out N x N pixels, or H,W, anywhere", **same)
    help = "what is done by these sizes"
    add(group, "--preprocess", help, "resize_and_crop", choices=MODES)
    help = "mirror half of the images, left to right"
    add(group, "--flip", help, True, action=argparse.BooleanOptionalAction)
    for side in "ab":
        help = f"of images {side.upper()}, 1: grey, 3: RGB"
        add(group, f"--channels-{side}", help, shown="as they are", type=int, choices=(1, 3))
    return 1, "pairs in a batch"
