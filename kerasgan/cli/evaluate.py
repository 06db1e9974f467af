"""Score a trained model, or a folder of images, against real images.

The scores come with the protocol that they were made by, and are compared with others only if that
is the same.
"""

import argparse
import json

import numpy as np

import kerasgan as kg
from kerasgan.cli import names, options
from kerasgan.cli.options import add
from kerasgan.utils.files import expanded, reading, replacing
from kerasgan.utils.versions import versions

PAIRS = ("l1", "psnr", "ssim", "feature_distance")
PATH_LENGTH, STEPS = "ppl", 1000  # of the model, not of images
MOST = 10_000  # samples, if no number is named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "examples:\n"
        "  kerasgan evaluate runs/dcgan --data mnist --extractor digits --out scores.json\n"
        "  kerasgan evaluate fakes/ --data photos/ --split train --metrics fd,kd\n"
        "  kerasgan evaluate runs/pix2pix --data openmoji --metrics l1,ssim"
    )
    options.add_model(parser, ", or a folder of images")
    help = (
        "the real images, as for kerasgan train: a name, a folder or an .npz file; of a "
        "translator, the folder of both sides"
    )
    parser.add_argument("--data", required=True, metavar="DATA", help=help)
    known = (*names.table("metrics", "METRICS"), PATH_LENGTH)
    shown = (
        f"{','.join(names.table('metrics', 'DEFAULT'))}; of a translator that was trained on "
        f"pairs, {','.join(PAIRS)}"
    )
    help = f"with commas between, out of {', '.join(known)}"
    add(parser, "--metrics", help, shown=shown, type=options.words, metavar="NAMES")
    help = f"what the images are seen by: {', '.join(names.table('metrics/extractors', 'NAMES'))}"
    add(parser, "--extractor", help, "efficientnet_lite0", metavar="NAME")
    shown = f"as many as real ones, at most {MOST}"
    add(parser, "--samples", "how many are drawn", shown=shown, type=int, metavar="N")
    add(parser, "--split", 'of the data; folders have "train" alone', "test")
    add(parser, "--seed", "of what is drawn", 0, type=int, metavar="N")
    help = "for two folders, bring all images to N x N pixels, or H,W"
    add(parser, "--image-size", help, shown="as they are", type=options.one_or_more, metavar="N")
    shown = options.NO_DATA_DIR
    add(parser, "--data-dir", options.DATA_DIR, shown=shown, metavar="FOLDER")
    help = "a JSON file for the scores and protocol"
    parser.add_argument("--out", metavar="FILE", help=help)
    help = "such a file of other scores, made alike, to compare with"
    parser.add_argument("--against", metavar="FILE", help=help)
    help = "keep nothing of the real images on disk"
    parser.add_argument("--no-cache", action="store_true", help=help)


def run(args: argparse.Namespace) -> None:
    other = _scores(expanded(args.against)) if args.against else None
    model = _model(args)
    default = PAIRS if model is not None and model.paired else kg.metrics.DEFAULT
    wanted = args.metrics or default
    of_images = [name for name in wanted if name != PATH_LENGTH]
    kg.metrics.check_names(of_images or default)
    protocol = {"split": args.split}
    if model is not None and model.task == "generate":
        protocol["seed"] = args.seed
    report = {"source": args.model, "data": args.data, "scores": {}, "fingerprint": {}}
    report |= {"epoch": args.epoch} if args.epoch else {}
    if PATH_LENGTH in wanted:
        report |= _path_length(model, args)
    rounds = [] if not of_images else _pictures(args) if model is None else _of_model(model, args)
    for suffix, fake, real in rounds:
        found = kg.metrics.evaluate(
            fake,
            real,
            of_images,
            args.extractor,
            protocol=protocol,
            cache=not args.no_cache,
            verbose=1,
        )
        report["scores"] |= {name + suffix: score for name, score in found["scores"].items()}
        if "real" in report["fingerprint"]:  # of the other direction
            report["fingerprint"]["real" + suffix] = found["fingerprint"]["real"]
        else:
            report["fingerprint"] |= found["fingerprint"]
    differences = kg.metrics.compare(other, report) if other else {}
    for name, score in report["scores"].items():
        apart = f"  {differences[name]:+.5g} from {args.against}" if name in differences else ""
        print(f"{name:24}{score:.6g}{apart}")
    print("made with:")
    for name, value in report["fingerprint"].items():
        print(f"  {name:16}{value}")
    if args.out:
        with replacing(expanded(args.out)) as temporary:
            temporary.write_text(json.dumps(report, indent=1) + "\n")


def _scores(path):
    """What `--out` wrote of other scores."""
    with reading(path):
        found = json.loads(path.read_text())
        scores = {name: float(score) for name, score in found["scores"].items()}
        return {"scores": scores, "fingerprint": dict(found["fingerprint"])}


def _model(args):
    """The model that a command line names; None for a folder of images."""
    path = expanded(args.model)
    holds = any((path / name).is_file() for name in ("card.json", "model.keras", "config.json"))
    if args.model not in kg.presets.list() and path.is_dir() and not holds and args.epoch is None:
        return None
    return kg.load(args.model, epoch=args.epoch, safe_mode=not args.trust)


def _path_length(model, args):
    """The report of the one score that is not of images."""
    extractor = kg.metrics.extractors.get(args.extractor)
    steps = args.samples or STEPS
    length = kg.metrics.perceptual_path_length(model, extractor, steps, seed=args.seed)
    protocol = {"steps": steps, "seed": args.seed, "versions": versions()}
    return {"scores": {PATH_LENGTH: length}, "fingerprint": {**extractor.fingerprint, **protocol}}


def _of_model(model, args):
    """(suffix, made, real) of a model, each way that it works."""
    settings = {"split": args.split, "shuffle": False, "drop_remainder": False}
    if model.data_kind == "images":
        *size, channels = model.data_shape
        settings |= {"image_size": tuple(size), "channels": channels, "data_dir": args.data_dir}
        settings["labels"] = by_vectors = isinstance(getattr(model, "condition", None), tuple)
    else:
        settings["flip"] = False
    real = kg.datasets.LOADERS[model.data_kind](args.data, 100, **settings)
    if model.task == "generate":
        if not by_vectors:
            n, labels = args.samples or min(sum(len(batch) for batch in real), MOST), None
        else:
            vectors = np.concatenate([labels for _, labels in real.as_numpy_iterator()])
            n = args.samples or min(len(vectors), MOST)
            labels = np.resize(vectors, (n, *model.condition))
        return [("", model.generate(n, seed=args.seed, labels=labels), real)]
    sides = [model.sides(batch) for batch in real.as_numpy_iterator()]
    a, b = (np.concatenate(side) for side in zip(*sides, strict=True))
    ways = dict(zip(model.directions, ((a, b), (b, a)), strict=False))
    return [
        (f"_{way}" if len(ways) > 1 else "", model.translate(given, way, pad=True), true)
        for way, (given, true) in ways.items()
    ]


def _pictures(args):
    """The images of a folder, and the real ones, both seen as RGB unless both are grey."""
    same = {"image_size": args.image_size, "shuffle": False, "drop_remainder": False}
    fake = kg.datasets.load(args.model, 100, **same)
    channels = 3 if fake.element_spec.shape[-1] == 3 else None  # grey becomes RGB while it is seen
    real = kg.datasets.load(
        args.data, 100, **same, channels=channels, split=args.split, data_dir=args.data_dir
    )
    return [("", fake, real)]
