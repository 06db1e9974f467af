"""Score how unusual each picture of a folder is, and draw where.

The folder of --out gets scores.csv, the highest score first, and a PNG for each picture: the
picture, what the model makes of it, and where they differ, from black for not at all to bright
yellow for half of the way from black to white, or more.
"""

import argparse
import csv
from typing import Any

import kerasgan as kg
from kerasgan.cli import names, options
from kerasgan.cli.translate import targets
from kerasgan.utils import save_image
from kerasgan.utils.files import expanded, replacing
from kerasgan.utils.progress import progress

SCORES = "scores.csv"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "examples:\n"
        "  kerasgan train wgangp --data normal --image-size 64 --out runs/wgangp\n"
        "  kerasgan train fanogan --gan runs/wgangp --data normal --image-size 64 --out runs/fano\n"
        "  kerasgan anomalies runs/fano new --out found\n"
        "  kerasgan anomalies runs/wgangp new --method search --out found"
    )
    help = f"{options.MODEL}: of an FAnoGAN, or for the search of any model of noise to images"
    parser.add_argument("model", metavar="MODEL", help=help)
    options.add_trust(parser)
    help = "the pictures, at any depth; they are resized and cut as the model's are"
    parser.add_argument("data", metavar="DIR", help=help)
    options.add(parser, "--out", "where all of it goes", "anomalies", metavar="FOLDER")
    help = "by the trained encoder, or by a search for the latents of each picture, without one"
    options.add(parser, "--method", help, "encoder", choices=names.table("models", "METHODS"))
    options.add(parser, "--steps", "of the search", 500, metavar="N")
    options.add(parser, "--seed", "of the search", 0, metavar="N")
    options.add(parser, "--batch-size", "pictures that are looked at at once", 64, metavar="N")


def run(args: argparse.Namespace) -> None:
    model = _model(args)
    from kerasgan.datasets.folder import existing_folder
    from kerasgan.models.anomalies import anomaly_picture

    source, out = existing_folder(args.data), expanded(args.out)
    pictures = targets(source, out)
    *size, channels = model.data_shape
    data = kg.datasets.load(
        source,
        args.batch_size,
        image_size=tuple(size),
        channels=channels,
        shuffle=False,
        drop_remainder=False,
        files=[path.as_posix() for path in pictures],
    )
    waiting, rows = iter(pictures.items()), []
    how = {name: getattr(args, name) for name in ("method", "steps", "seed", "batch_size")}
    batches = -(-len(pictures) // args.batch_size)
    for images in progress(data.as_numpy_iterator(), "anomalies", batches, "batch"):
        made = model.reconstruct(images, **how)
        scores, maps = model.anomaly_scores(images, made), model.anomaly_maps(images, made)
        for image, again, score, heat in zip(images, made, scores, maps, strict=True):
            path, target = next(waiting)
            rows.append((path.as_posix(), float(score)))
            save_image(anomaly_picture(image, again, heat), target)
    rows.sort(key=lambda row: -row[1])
    with replacing(out / SCORES) as temporary, temporary.open("w", newline="") as file:
        csv.writer(file).writerows([("file", "score"), *rows])
    print(out / SCORES)


def _model(args: argparse.Namespace) -> Any:
    """What finds anomalies; of a model without encoder, what does so by search."""
    model = kg.load(args.model, safe_mode=not args.trust)
    if hasattr(model, "anomaly_scores"):
        return model
    if args.method == "search" and model.task == "generate":
        return kg.FAnoGAN(args.model)
    raise ValueError(
        f"A {type(model).__name__} finds no anomalies by itself: kerasgan train fanogan "
        f"--gan {args.model} --data DIR, or, of a model that draws from noise, --method search. "
        f"Received: model={args.model!r}, method={args.method!r}"
    )
