"""Draw images with a trained model."""

import argparse
import contextlib
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

import kerasgan as kg
from kerasgan.cli import options
from kerasgan.cli.options import add
from kerasgan.utils import image_grid, save_image
from kerasgan.utils.archives import read_conditions
from kerasgan.utils.files import expanded, replacing

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
    from kerasgan.latents.sheets import Sheet, order  # which starts Keras
    from kerasgan.runs.configuration import class_names

    labels: Any = chosen_labels(args, model)
    if args.conditions is not None:
        labels = read_conditions(expanded(args.conditions))
    chosen = order(
        args.n,
        labels=labels,
        codes=chosen_codes(args, model),
        truncation=args.truncation,
        names=class_names(args.model),
    )
    if out.suffix != ".npz" and len(model.data_shape) != 3:
        raise ValueError(
            f"The model makes points, no images: write .npz. Received: out={args.out!r}"
        )
    n = chosen.n
    make = partial(model.generate, n, seed=args.seed, labels=chosen.labels, **chosen.how)
    alone = out.suffix in PICTURES and not out.is_dir()
    if out.suffix == ".npz":
        with _archive(out, (n, *model.data_shape), chosen.labels) as archive:
            make(out=archive)
    elif not alone and not args.grid:
        make(out=_Taken(partial(_save, out, n)))
    else:
        drawn = Sheet(make(), chosen)
        if not alone:
            _save(out, n, slice(n), drawn.images)
        save_image(drawn.picture(), out if alone else out / "grid.png")
    print(out)


class _Taken:
    """What hands the images that are assigned to it to `take(where, images)`, and keeps none."""

    def __init__(self, take: Callable[[slice, np.ndarray], Any]) -> None:
        self._take = take

    def __setitem__(self, where: slice, images: np.ndarray) -> None:
        self._take(where, images)


def _save(folder, n, where, images):
    digits = max(4, len(str(n - 1)))
    for i in range(len(images)):
        name = f"{where.indices(n)[0] + i:0{digits}d}.png"
        save_image(image_grid(images[i : i + 1], 1, padding=0), folder / name)


@contextlib.contextmanager
def _archive(path, shape, labels):
    """An `.npz` file as `numpy.savez_compressed` writes it, but image by image."""
    with (
        replacing(path) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        with made.open("images.npy", "w", force_zip64=True) as file:
            header = {"descr": "<f4", "fortran_order": False, "shape": shape}
            np.lib.format.write_array_header_1_0(file, header)
            yield _Taken(lambda where, images: file.write(images.astype("<f4").tobytes()))
        if labels is not None:
            with made.open("labels.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asarray(labels))
