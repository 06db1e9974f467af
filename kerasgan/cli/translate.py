"""Translate each picture of a folder at its own size, or enlarge it.

Each becomes a PNG of the same name.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import kerasgan as kg
from kerasgan.cli import options
from kerasgan.utils import image_grid, save_image
from kerasgan.utils.directions import canonical
from kerasgan.utils.files import expanded
from kerasgan.utils.progress import progress


class ModelFirst(argparse.Action):
    """Says where the model that `--model` named goes now."""

    def __call__(self, parser: argparse.ArgumentParser, *rest: Any) -> None:
        parser.error("name the model first: kerasgan translate MODEL --data FOLDER --out FOLDER")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "examples:\n"
        "  kerasgan translate runs/cyclegan --data zebras --direction BtoA --out horses\n"
        "  kerasgan translate runs/srgan --data small --alpha --out large"
    )
    add = parser.add_argument
    options.add_model(parser)
    add("--model", action=ModelFirst, help=argparse.SUPPRESS)
    add("--data", required=True, metavar="FOLDER", help="the pictures, at any depth")
    add("--out", required=True, metavar="FOLDER", help="where the translated ones go")
    help = "AtoB or BtoA"
    options.add(parser, "--direction", help, "AtoB", type=canonical, metavar="WAY")
    help = "translate larger pictures in overlapping squares of N pixels, where memory is short"
    add("--tile", type=int, metavar="N", help=help)
    help = "keep transparency (default: lay it over white)"
    add("--alpha", action="store_true", help=help)


def run(args: argparse.Namespace) -> None:
    model = kg.load(args.model, epoch=args.epoch, safe_mode=not args.trust)
    if model.task != "translate":
        raise ValueError(
            f"A {type(model).__name__} draws from noise: kerasgan generate {args.model}. "
            f"Received: model={args.model!r}"
        )
    if args.direction not in model.directions:
        raise ValueError(
            f"Unknown direction; there are {', '.join(model.directions)}. "
            f"Received: direction={args.direction!r}"
        )
    from kerasgan.datasets.folder import existing_folder

    source, out = existing_folder(args.data), expanded(args.out)
    goals = targets(source, out)
    channels = model.translators()[args.direction].input_shape[-1]
    pictures = kg.datasets.read_pictures(source, channels)
    for path, picture, alpha in progress(pictures, "translate", len(goals), "picture"):
        images = picture[None].astype("float32") / 127.5 - 1
        try:
            made = model.translate(images, args.direction, pad=True, tile=args.tile)
        except ValueError as error:
            raise ValueError(f"{source / path}: {error}") from error
        pixels = image_grid(made, 1, padding=0)
        if args.alpha and alpha is not None:
            pixels = np.concatenate([pixels, _resized(alpha, pixels.shape[:2])], axis=-1)
        save_image(pixels, goals[path])
    print(f"{out}/")


def targets(source: Path, out: Path) -> dict[Path, Path]:
    """The PNG that what is made of each picture goes to, by the picture's path in its folder.

    Raises:
        ValueError: if one of the folders is in the other, or two pictures have one PNG.
    """
    from kerasgan.datasets.walking import image_files

    folders = source.resolve(), out.resolve()
    if any(a.is_relative_to(b) for a, b in (folders, folders[::-1])):
        raise ValueError(
            "What is made of pictures goes into a folder apart, neither in that of their sources "
            f"nor around it. Received: out={str(out)!r}, data={str(source)!r}"
        )
    paths = [Path(file) for file in image_files(source)]
    goals = {path: out / path.with_suffix(".png") for path in paths}
    first: dict[Path, Path] = {}
    for path, target in goals.items():
        if first.setdefault(target, path) != path:
            raise ValueError(
                f"Two pictures would go into {target}: {first[target]} and {path}. Rename one. "
                f"Received: data={str(source)!r}"
            )
    return goals


def _resized(alpha, size):
    """Opacity as a channel of a picture of (height, width) `size`."""
    image = Image.fromarray(alpha).resize(size[::-1], Image.Resampling.BICUBIC)
    return np.asarray(image)[..., None]
