"""`kerasgan evaluate`: scores of a trained model, or of a folder of images, with their protocol."""

import argparse
import json
from pathlib import Path

import numpy as np

from kerasgan import datasets, metrics, presets
from kerasgan.cli import options
from kerasgan.models import CycleGAN, NoiseToData, SRResNet
from kerasgan.utils.files import replacing
from kerasgan.utils.versions import versions

PAIRS = ("l1", "psnr", "ssim", "feature_distance")
PATH_LENGTH, STEPS = "ppl", 1000  # of the model, not of images
MOST = 10_000  # samples, if no number is named


def add_command(commands):
    """Adds `evaluate` to the subparsers `commands`."""
    command = commands.add_parser(
        "evaluate",
        help="Score a trained model, or a folder of images, against real images.",
        description="Score a trained model, or a folder of images, against real images. The "
        "scores come with the protocol that they were made by, and are compared with others only "
        "if that is the same.",
        epilog="examples:\n"
        "  kerasgan evaluate runs/dcgan --data mnist --extractor digits --out scores.json\n"
        "  kerasgan evaluate fakes/ --data photos/ --split train --metrics fd,kd\n"
        "  kerasgan evaluate runs/pix2pix --data openmoji --metrics l1,ssim",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "source",
        metavar="SOURCE",
        help="a preset (kerasgan list), a run's folder, a .keras file, or a folder of images",
    )
    command.add_argument(
        "--data",
        required=True,
        metavar="DATA",
        help="the real images, as for kerasgan train: a name, a folder or an .npz file; of a "
        "translator, the folder of both sides",
    )
    command.add_argument(
        "--metrics",
        type=options.words,
        metavar="NAMES",
        help=f"with commas between, out of {', '.join((*metrics.METRICS, PATH_LENGTH))} (default: "
        f"{','.join(metrics.DEFAULT)}; of a translator that was trained on pairs, "
        f"{','.join(PAIRS)})",
    )
    command.add_argument(
        "--extractor",
        default="efficientnet_lite0",
        metavar="NAME",
        help=f"what the images are seen by: {', '.join(metrics.extractors.NAMES)} "
        "(default: efficientnet_lite0)",
    )
    command.add_argument(
        "--samples",
        type=options.whole,
        metavar="N",
        help=f"how many are drawn (default: as many as real ones, at most {MOST})",
    )
    command.add_argument(
        "--split", default="test", help='of the data; folders have "train" alone (default: test)'
    )
    command.add_argument("--seed", type=options.whole, default=0, metavar="N", help="(default: 0)")
    command.add_argument(
        "--image-size",
        type=options.size,
        metavar="N",
        help="for two folders, bring all images to N x N pixels, or H,W (default: as they are)",
    )
    command.add_argument(
        "--data-dir",
        metavar="FOLDER",
        help="where the named data set lies (default: the variable KERASGAN_DATA, else download)",
    )
    command.add_argument("--out", metavar="FILE", help="a JSON file for the scores and protocol")
    command.add_argument(
        "--against", metavar="FILE", help="such a file of other scores, made alike, to compare with"
    )
    command.add_argument(
        "--no-cache", action="store_true", help="keep nothing of the real images on disk"
    )
    command.set_defaults(run=run)


def run(args):
    """Score a trained model, or a folder of images, against real images."""
    other = json.loads(Path(args.against).read_text()) if args.against else None
    if args.metrics:
        of_images = [name for name in args.metrics if name != PATH_LENGTH]
        metrics.check_names(of_images or metrics.DEFAULT)
    model = _model(args.source)
    if not args.metrics:
        of_images = PAIRS if _paired(model) else metrics.DEFAULT
    protocol = {"split": args.split}
    if isinstance(model, NoiseToData):
        protocol["seed"] = args.seed
    report = {"source": args.source, "data": args.data, "scores": {}, "fingerprint": {}}
    if args.metrics and PATH_LENGTH in args.metrics:
        report |= _path_length(model, args)
    if not of_images:
        rounds = []
    elif model is None:
        rounds = _pictures(args)
    else:
        rounds = _of_model(model, args)
    for suffix, fake, real in rounds:
        found = metrics.evaluate(
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
    differences = metrics.compare(other, report) if other else {}
    for name, score in report["scores"].items():
        apart = f"  {differences[name]:+.5g} from {args.against}" if name in differences else ""
        print(f"{name:24}{score:.6g}{apart}")
    print("made with:")
    for name, value in report["fingerprint"].items():
        print(f"  {name:16}{value}")
    if args.out:
        with replacing(args.out) as temporary:
            temporary.write_text(json.dumps(report, indent=1) + "\n")


def _model(source):
    """The model that a source names; None for a folder of images."""
    path = Path(source).expanduser()
    holds = any((path / name).is_file() for name in ("card.json", "model.keras", "config.json"))
    if source not in presets.list() and path.is_dir() and not holds:
        return None
    return presets.load(source)


def _paired(model):
    return model is not None and not isinstance(model, NoiseToData | CycleGAN)


def _path_length(model, args):
    """The report of the one score that is not of images."""
    extractor = metrics.extractors.get(args.extractor)
    steps = args.samples or STEPS
    length = metrics.perceptual_path_length(model, extractor, steps, seed=args.seed)
    protocol = {"steps": steps, "seed": args.seed, "versions": versions()}
    return {"scores": {PATH_LENGTH: length}, "fingerprint": {**extractor.fingerprint, **protocol}}


def _of_model(model, args):
    """(suffix, made, real) of a model, each way that it works."""
    if isinstance(model, NoiseToData):
        real = _load(args, model.data_shape)
        n = args.samples or min(sum(len(batch) for batch in real), MOST)
        return [("", model.generate(n, seed=args.seed), real)]
    if isinstance(model, SRResNet):
        large = np.concatenate([batch.numpy() for batch in _load(args, model.data_shape)])
        return [("", model.translate(model.small(large)), large)]
    load = datasets.load_unpaired if isinstance(model, CycleGAN) else datasets.load_paired
    given = {"split": args.split, "flip": False, "shuffle": False, "drop_remainder": False}
    pairs = [[side.numpy() for side in batch] for batch in load(args.data, 100, **given)]
    a, b = (np.concatenate(side) for side in zip(*pairs, strict=True))
    if len(model.directions) == 1:
        return [("", model.translate(a, pad=True), b)]
    made = [model.translate(x, way, pad=True) for x, way in ((a, "AtoB"), (b, "BtoA"))]
    return [("_AtoB", made[0], b), ("_BtoA", made[1], a)]


def _load(args, shape):
    """Real images of the model's shape."""
    height, width, channels = shape
    return datasets.load(
        args.data,
        100,
        image_size=(height, width),
        channels=channels,
        split=args.split,
        data_dir=args.data_dir,
        shuffle=False,
        drop_remainder=False,
    )


def _pictures(args):
    """The images of a folder, and the real ones."""
    same = {"image_size": args.image_size, "shuffle": False, "drop_remainder": False}
    fake = datasets.load(args.source, 100, **same)
    channels = fake.element_spec.shape[-1]
    real = datasets.load(
        args.data, 100, **same, channels=channels, split=args.split, data_dir=args.data_dir
    )
    return [("", fake, real)]
