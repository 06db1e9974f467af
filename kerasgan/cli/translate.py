"""`kerasgan translate`: each picture of a folder by a trained translator."""

import argparse
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from kerasgan import datasets, presets
from kerasgan.cli import options
from kerasgan.datasets.folder import existing_folder, image_files
from kerasgan.models.image_to_image import ImageToImage
from kerasgan.utils import image_grid, save_image


def add_command(commands):
    """Adds `translate` to the subparsers `commands`."""
    command = commands.add_parser(
        "translate",
        help="Translate a folder of pictures with a trained model.",
        description="Translate each picture of a folder at its own size, or enlarge it, into a PNG "
        "of the same name.",
        epilog="examples:\n"
        "  kerasgan translate --model runs/cyclegan --data zebras --direction BtoA --out horses\n"
        "  kerasgan translate --model runs/srgan --data small --alpha --out large",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--model", required=True, metavar="MODEL", help=options.MODEL)
    command.add_argument(
        "--data", required=True, metavar="FOLDER", help="the pictures, at any depth"
    )
    command.add_argument(
        "--out", required=True, metavar="FOLDER", help="where the translated ones go"
    )
    command.add_argument(
        "--direction", default="AtoB", metavar="WAY", help="AtoB or BtoA (default: AtoB)"
    )
    command.add_argument(
        "--tile",
        type=int,
        metavar="N",
        help="translate larger pictures in overlapping squares of N pixels, where memory is short",
    )
    command.add_argument(
        "--alpha", action="store_true", help="keep transparency (default: lay it over white)"
    )
    command.set_defaults(run=run)


def run(args):
    """Translate each picture of a folder."""
    source, out = existing_folder(args.data), Path(args.out).expanduser()
    targets = _targets(source, out)
    model = presets.load(args.model)
    if not isinstance(model, ImageToImage):
        raise ValueError(
            f"A {type(model).__name__} draws from noise: kerasgan generate {args.model}. "
            f"Received: model={args.model!r}"
        )
    if args.direction not in model.directions:
        raise ValueError(
            f"Unknown direction; there are {', '.join(model.directions)}. "
            f"Received: direction={args.direction!r}"
        )
    channels = model.translators()[args.direction].input_shape[-1]
    progress = keras.utils.Progbar(len(targets), unit_name="picture")
    for path, picture, alpha in datasets.read_pictures(source, channels):
        images = picture[None].astype("float32") / 127.5 - 1
        try:
            made = model.translate(images, args.direction, pad=True, tile=args.tile)
        except ValueError as error:
            raise ValueError(f"{source / path}: {error}") from error
        pixels = image_grid(made, 1, padding=0)
        if args.alpha and alpha is not None:
            pixels = np.concatenate([pixels, _resized(alpha, pixels.shape[:2])], axis=-1)
        save_image(pixels, targets[path])
        progress.add(1)
    print(f"{out}/")


def _targets(source, out):
    """The file that each picture's translation goes to, by the picture's path in its folder."""
    folders = source.resolve(), out.resolve()
    if any(a.is_relative_to(b) for a, b in (folders, folders[::-1])):
        raise ValueError(
            "Translated pictures go into a folder apart, neither in that of their sources nor "
            f"around it. Received: out={str(out)!r}, data={str(source)!r}"
        )
    paths = [file.relative_to(source) for file in image_files(source)]
    targets = {path: out / path.with_suffix(".png") for path in paths}
    first = {}
    for path, target in targets.items():
        if first.setdefault(target, path) != path:
            raise ValueError(
                f"Two pictures would go into {target}: {first[target]} and {path}. Rename one. "
                f"Received: data={str(source)!r}"
            )
    return targets


def _resized(alpha, size):
    """Opacity as a channel of a picture of (height, width) `size`."""
    image = Image.fromarray(alpha).resize(size[::-1], Image.Resampling.BICUBIC)
    return np.asarray(image)[..., None]
