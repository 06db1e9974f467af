"""The options of `kerasgan train MODEL` for the data, as the model's loader takes them."""

import argparse

import kerasgan as kg
from kerasgan.cli import options
from kerasgan.datasets.preprocessing import MODES
from kerasgan.runs.data import SIDES

IMAGES = ("image_size", "channels", "batch_size", "split", "data_dir")
BOTH_SIDES = ("load_size", "crop_size", "preprocess", "flip", "channels_a", "channels_b")


def data_options(cls):
    """The names of the loader's arguments that are options."""
    if cls.__name__ not in SIDES:
        return IMAGES
    last = "direction" if cls is kg.Pix2Pix else "data_dir"
    return (*BOTH_SIDES, "batch_size", "split", last)


def add_data_options(group, cls):
    """Adds what the loader takes."""
    if cls.__name__ in SIDES:
        _add_two_sides(group, cls)
    else:
        _add_images(group, cls)
    group.add_argument(
        "--split", default="train", help='"train", "test"; for tfds, any (default: train)'
    )


def _add_images(group, cls):
    constructor = options.parameters(cls, "__init__")
    group.add_argument(
        "--data",
        required=True,
        metavar="SOURCE",
        help=f"{', '.join(kg.datasets.SPLITS)}, tfds:NAME of TensorFlow Datasets, a folder of "
        "image files, or an .npz file of images (and labels)",
    )
    if "num_classes" in constructor:
        group.description = (
            "Labels: those of the data set, or of the .npz file; in a folder of "
            "images, each subfolder is a class."
        )
    group.add_argument(
        "--image-size",
        type=options.size,
        metavar="N",
        help="resize and crop images to N x N pixels, or H,W (default: as they are)",
    )
    group.add_argument(
        "--channels", type=int, choices=(1, 3), help="1: grey, 3: RGB (default: as they are)"
    )
    if "critic_steps" in constructor:
        each = constructor["critic_steps"][0].default
        size = 64
        text = (
            "images for one step of the discriminator; with --critic-steps K, K times as many "
            f"are loaded at once{f', here {each}' if each > 1 else ''}"
        )
    else:
        size, text = 16, "images in a batch"
    _add_batch_size(group, size, text)
    _add_data_dir(group)


def _add_two_sides(group, cls):
    paired = cls is kg.Pix2Pix
    group.add_argument(
        "--data",
        required=True,
        metavar="SOURCE",
        help="a folder with trainA and trainB, and testA and testB for the pictures, or train/A "
        "and so on"
        + (
            ", where what belongs together has the same name; or with a folder train of files "
            "that hold A in their left and B in their right half"
            if paired
            else "; or tfds:NAME, such as tfds:cycle_gan/horse2zebra"
        ),
    )
    for name, text in (
        ("load-size", "stretch images to N x N pixels, or H,W; for scale_width, the width"),
        ("crop-size", "then cut out N x N pixels, or H,W, anywhere"),
    ):
        group.add_argument(
            f"--{name}", type=options.size, metavar="N", help=f"{text} (default: as they are)"
        )
    group.add_argument(
        "--preprocess",
        choices=MODES,
        default="resize_and_crop",
        help="what is done by these sizes (default: resize_and_crop)",
    )
    group.add_argument(
        "--flip",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="mirror half of the images, left to right (default: True)",
    )
    for side in "ab":
        group.add_argument(
            f"--channels-{side}",
            type=int,
            choices=(1, 3),
            help=f"of images {side.upper()}, 1: grey, 3: RGB (default: as they are)",
        )
    if paired:
        group.add_argument(
            "--direction",
            choices=("AtoB", "BtoA"),
            default="AtoB",
            help="BtoA learns the way from the images B of the data to A (default: AtoB)",
        )
    else:
        _add_data_dir(group)
    _add_batch_size(group, 1, "pairs in a batch")


def _add_batch_size(group, size, text):
    help = f"{text} (default: {size})"
    group.add_argument("--batch-size", type=int, default=size, metavar="N", help=help)


def _add_data_dir(group):
    group.add_argument(
        "--data-dir",
        metavar="FOLDER",
        help="where the named data set lies (default: the variable KERASGAN_DATA, else download)",
    )
