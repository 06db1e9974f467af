"""Draw images with a trained model."""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np

import kerasgan as kg
from kerasgan.cli import options
from kerasgan.cli.options import add
from kerasgan.utils import image_grid, save_image
from kerasgan.utils.archives import read_npz
from kerasgan.utils.files import expanded

PICTURES = (".png", ".jpg", ".jpeg", ".webp")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "examples:\n"
        "  kerasgan generate runs/dcgan --n 100 --out grid.png\n"
        "  kerasgan generate runs/acgan --labels each --out samples/ --grid\n"
        "  kerasgan generate runs/pets --labels cat,dog --out pets.png\n"
        "  kerasgan generate runs/infogan --codes categorical=each --codes continuous=1/0\n"
        "  kerasgan generate runs/dcgan --epoch 180 --out then.png"
    )
    options.add_model(parser)
    shown = "64, or 8 for each of several labels"
    add(parser, "--n", "how many", shown=shown, type=int, metavar="N")
    help = (
        "for a model with classes: one for all (7), several in turn (0,1,2), or each class in turn "
        "(each), a column of the grid for each of them; of a run on named classes, names too"
    )
    add(parser, "--labels", help, shown="random ones", metavar="L")
    help = (
        "for a model of condition vectors: an .npz file of them, `conditions` (n, d), used in turn"
    )
    parser.add_argument("--conditions", metavar="FILE", help=help)
    help = (
        "for an InfoGAN, KIND=V,V: categorical codes (class ids, or each) or continuous ones, "
        "several in turn, a column of the grid for each; where a kind has several codes, V/V; "
        "other codes are drawn"
    )
    add(parser, "--codes", help, shown="drawn", type=codes, action="append", metavar="CODES")
    add(parser, "--seed", "the same seed, the same images", 0, metavar="N")
    help = options.TRUNCATION
    add(parser, "--truncation", help, shown="without", type=float, metavar="X")
    help = (
        "a picture of them all (x.png), a folder for one PNG each (0000.png ...), or x.npz for an "
        "array in [-1, 1], to be read by numpy.load"
    )
    add(parser, "--out", help, "samples.png", metavar="PATH")
    parser.add_argument("--grid", action="store_true", help="with a folder, grid.png in it too")


def labels(text: str, names: Sequence[str], classes: int) -> list[int]:
    """Class ids of a text of ids and names with commas between, or each.

    Args:
        text: str, what was passed.
        names: those of the classes, in the order of their ids; empty if nobody knows them.
        classes: how many there are.

    Example:

    >>> labels("dog,0", ["cat", "dog"], 2), labels("each", [], 3)
    ([1, 0], [0, 1, 2])
    """
    if text == "each":
        return list(range(classes))
    ids = {name: i for i, name in enumerate(names)}
    if not any(name.isdecimal() for name in names):  # else they would be mistaken for ids
        ids = {str(i): i for i in range(classes)} | ids
    words = [text] if text in ids else [word.strip() for word in text.split(",")]
    if unknown := [word for word in words if word not in ids]:
        known = ", ".join(names) or f"0 to {classes - 1}"
        raise ValueError(
            f"There is no class {unknown[0]!r}, but {known}. Received: labels={text!r}"
        )
    return [ids[word] for word in words]


def codes(text: str) -> tuple[str, list[list[float]] | str]:
    """A kind of codes, and rows of them, or "each".

    Example:

    >>> codes("continuous=-1/0,1/0"), codes("categorical=each")
    (('continuous', [[-1.0, 0.0], [1.0, 0.0]]), ('categorical', 'each'))
    """
    kind, _, values = text.partition("=")
    if values == "each":
        return kind, values
    rows = [[float(value) for value in row.split("/")] for row in values.split(",")]
    if len({len(row) for row in rows}) > 1:
        raise ValueError("rows of several lengths")
    return kind, rows


def drawing_model(args: argparse.Namespace) -> Any:
    """The model that a command line names, which must draw from noise."""
    model = kg.load(args.model, epoch=args.epoch, safe_mode=not args.trust)
    if model.task != "generate":
        raise ValueError(
            f"A {type(model).__name__} translates pictures: kerasgan translate {args.model} "
            f"--data PICTURES --out FOLDER. Received: model={args.model!r}"
        )
    return model


def chosen_labels(args: argparse.Namespace, model: Any) -> list[int]:
    """The class ids that a command line names; none if it names none."""
    if args.labels is None:
        return []
    if not isinstance(model.condition, int):
        raise ValueError(f"The model has no classes. Received: labels={args.labels!r}")
    from kerasgan.runs.configuration import class_names

    return labels(args.labels, class_names(args.model), model.condition)


def chosen_codes(args: argparse.Namespace, model: Any) -> dict[str, np.ndarray]:
    """The codes that a command line names, arrays (m, codes) by kind; none if it names none."""
    given = dict(args.codes or ())
    if given and not hasattr(model, "with_codes"):
        raise ValueError(
            f"A {type(model).__name__} has no codes, as an InfoGAN has. Received: codes={given}"
        )
    if "each" in given.values():
        if given.get("categorical") != "each" or len(model.categorical) != 1:
            raise ValueError(
                f"Each class is drawn of one categorical code. Received: codes={given}, "
                f"categorical={model.categorical}, continuous={model.continuous}"
            )
        given["categorical"] = [[i] for i in range(*model.categorical)]
    return {kind: np.array(rows) for kind, rows in given.items()}


def run(args: argparse.Namespace) -> None:
    out = expanded(args.out)
    if out.suffix not in ("", ".npz", *PICTURES) and not out.is_dir():
        raise ValueError(
            f"--out must end in .npz or {', '.join(PICTURES)}, or be a folder. "
            f"Received: out={args.out!r}"
        )
    model = drawing_model(args)
    from kerasgan.latents.sheets import sheet  # which starts Keras
    from kerasgan.runs.configuration import class_names

    labels: Any = chosen_labels(args, model)
    if args.conditions is not None:
        labels = read_npz(expanded(args.conditions)).get("conditions", ())
        if not len(labels):
            raise ValueError(f"No array `conditions`. Received: conditions={args.conditions!r}")
    drawn = sheet(
        model,
        args.n,
        seed=args.seed,
        labels=labels,
        codes=chosen_codes(args, model),
        truncation=args.truncation,
        names=class_names(args.model),
    )
    if out.suffix == ".npz":
        out.parent.mkdir(parents=True, exist_ok=True)
        arrays = {"images": drawn.images}
        arrays |= {} if drawn.labels is None else {"labels": drawn.labels}
        np.savez_compressed(out, **arrays)  # type: ignore[arg-type]
    elif drawn.images.ndim != 4:
        raise ValueError(
            f"The model makes points, no images: write .npz. Received: out={args.out!r}"
        )
    else:
        _draw(drawn, out, args.grid)
    print(out)


def _draw(drawn, out, grid):
    alone = out.suffix in PICTURES and not out.is_dir()
    if not alone:
        digits = max(4, len(str(len(drawn.images) - 1)))
        for i, image in enumerate(drawn.images):
            save_image(image_grid(image[None], 1, padding=0), out / f"{i:0{digits}d}.png")
    if alone or grid:
        save_image(drawn.picture(), out if alone else out / "grid.png")
