"""The options of `kerasgan train MODEL` for the data, as the model's loader takes them."""

import argparse
from typing import Any

import kerasgan as kg
from kerasgan.cli import options
from kerasgan.datasets.preprocessing import MODES
from kerasgan.utils.directions import A_TO_B, B_TO_A, canonical

FOLDER = "a folder with trainA and trainB, and testA and testB, or train/A, train/B and so on"
SOURCES = {
    "images": f"{', '.join(kg.datasets.SPLITS)}, tfds:NAME of TensorFlow Datasets, a folder of "
    "image files, or an .npz file of images (and labels, or conditions, a vector each)",
    "unpaired": f"{FOLDER}; or tfds:NAME, such as tfds:cycle_gan/horse2zebra",
    "paired": f"{FOLDER}, where what belongs together has the same name; or with a folder train of "
    "files that hold A in their left and B in their right half",
}
BOTH_SIDES = ("load_size", "crop_size", "preprocess", "flip", "channels_a", "channels_b")
KINDS = {  # of data, and the loader's arguments that are options
    "images": ("image_size", "channels", "batch_size", "split", "data_dir"),
    "unpaired": (*BOTH_SIDES, "batch_size", "split", "data_dir"),
    "paired": (*BOTH_SIDES, "batch_size", "split", "direction"),
}
SIZE: dict[str, Any] = {"shown": "as they are", "type": options.one_or_more, "metavar": "N"}
CHANNELS: dict[str, Any] = {"shown": "as they are", "type": int, "choices": (1, 3)}
WAY: dict[str, Any] = {"default": A_TO_B, "type": canonical, "choices": (A_TO_B, B_TO_A)}
OPTIONS: dict[str, tuple[str, dict[str, Any]]] = {  # the help of each, and more of `options.add`
    "image_size": ("resize and crop images to N x N pixels, or H,W", SIZE),
    "channels": ("1: grey, 3: RGB", CHANNELS),
    "load_size": ("stretch images to N x N pixels, or H,W; for scale_width, the width", SIZE),
    "crop_size": ("then cut out N x N pixels, or H,W, anywhere", SIZE),
    "preprocess": ("what is done by these sizes", {"default": "resize_and_crop", "choices": MODES}),
    "flip": (
        "mirror half of the images, left to right",
        {"default": True, "action": argparse.BooleanOptionalAction},
    ),
    "channels_a": ("of images A, 1: grey, 3: RGB", CHANNELS),
    "channels_b": ("of images B, 1: grey, 3: RGB", CHANNELS),
    "split": ('"train", "test"; for tfds, any', {"default": "train"}),
    "data_dir": (options.DATA_DIR, {"shown": options.NO_DATA_DIR, "metavar": "FOLDER"}),
    "direction": ("BtoA learns the way from the images B of the data to A", WAY),
}


def add_data_options(group: Any, cls: type[Any]) -> None:
    """Adds what the loader takes."""
    constructor = options.parameters(cls, "__init__")
    if "num_classes" in constructor:
        group.description = (
            "Labels: those of the data set, or of the .npz file; in a folder of "
            "images, each subfolder is a class."
        )
    group.add_argument("--data", required=True, metavar="SOURCE", help=SOURCES[cls.data_kind])
    for name in KINDS[cls.data_kind]:
        help, more = OPTIONS[name] if name in OPTIONS else _batch_size(cls, constructor)
        options.add(group, "--" + name.replace("_", "-"), help, **more)


def _batch_size(cls, constructor):
    what = "images" if cls.data_kind == "images" else "pairs"
    size = 64 if cls.task == "generate" else 16 if what == "images" else 1
    if "critic_steps" not in constructor:
        return f"{what} in a batch", {"default": size, "metavar": "N"}
    each = constructor["critic_steps"][0].default
    help = (
        f"{what} for one step of the discriminator; with --critic-steps K, K times as many are "
        f"loaded at once{f', here {each}' if each > 1 else ''}"
    )
    return help, {"default": size, "metavar": "N"}
