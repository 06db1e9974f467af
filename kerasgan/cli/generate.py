"""Draw images with a trained model."""

import argparse
import math

import numpy as np

import kerasgan as kg
from kerasgan.cli import options
from kerasgan.cli.options import add
from kerasgan.utils import image_grid, save_image
from kerasgan.utils.files import expanded

PICTURES = (".png", ".jpg", ".jpeg", ".webp")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "examples:\n"
        "  kerasgan generate runs/dcgan --n 100 --out grid.png\n"
        "  kerasgan generate runs/acgan --labels each --out samples/ --grid"
    )
    parser.add_argument("model", metavar="MODEL", help=options.MODEL)
    shown = "64, or 8 for each of several labels"
    add(parser, "--n", "how many", shown=shown, type=int, metavar="N")
    help = (
        "for a model with classes: one for all (7), several in turn (0,1,2), or each class in turn "
        "(each), a column of the grid for each of them"
    )
    add(parser, "--labels", help, shown="random ones", type=labels, metavar="L")
    add(parser, "--seed", "the same seed, the same images", 0, metavar="N")
    help = (
        "a picture of them all (x.png), a folder for one PNG each (0000.png ...), or x.npz for an "
        "array in [-1, 1], to be read by numpy.load"
    )
    add(parser, "--out", help, "samples.png", metavar="PATH")
    parser.add_argument("--grid", action="store_true", help="with a folder, grid.png in it too")


def labels(text: str) -> str | list[int]:
    """Class ids with commas between, or each."""
    return text if text == "each" else options.numbers(text)


def run(args: argparse.Namespace) -> None:
    out = expanded(args.out)
    if out.suffix not in ("", ".npz", *PICTURES) and not out.is_dir():
        raise ValueError(
            f"--out must end in .npz or {', '.join(PICTURES)}, or be a folder. "
            f"Received: out={args.out!r}"
        )
    model = kg.load(args.model)
    if model.task != "generate":
        raise ValueError(
            f"A {type(model).__name__} translates pictures: kerasgan translate {args.model} "
            f"--data PICTURES --out FOLDER. Received: model={args.model!r}"
        )
    chosen = args.labels
    if chosen == "each":
        if not isinstance(model.condition, int):
            raise ValueError(f"The model has no classes. Received: labels={chosen!r}")
        chosen = list(range(model.condition))
    several = chosen is not None and len(chosen) > 1
    n = args.n if args.n is not None else 8 * len(chosen) if several else 64
    if chosen is not None:
        chosen = np.resize(chosen, max(n, 1))
    made = model.generate(n, seed=args.seed, labels=chosen)
    if out.suffix == ".npz":
        out.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(out, images=made, **({} if chosen is None else {"labels": chosen}))
    elif made.ndim != 4:
        raise ValueError(
            f"The model makes points, no images: write .npz. Received: out={args.out!r}"
        )
    else:
        cols = len(set(chosen.tolist())) if several else math.ceil(math.sqrt(n))
        _draw(made, out, cols, args.grid)
    print(out)


def _draw(images, out, cols, grid):
    if out.suffix in PICTURES and not out.is_dir():
        save_image(image_grid(images, cols), out)
        return
    digits = max(4, len(str(len(images) - 1)))
    for i in range(len(images)):
        save_image(image_grid(images[i : i + 1], 1, padding=0), out / f"{i:0{digits}d}.png")
    if grid:
        save_image(image_grid(images, cols), out / "grid.png")
