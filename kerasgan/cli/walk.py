"""Animate walks through a model's latents, as a GIF or MP4 that closes on itself."""

import argparse

from kerasgan.cli import options
from kerasgan.cli.generate import chosen_labels, drawing_model
from kerasgan.cli.options import add
from kerasgan.latents import walk
from kerasgan.utils import checks, image_grid
from kerasgan.utils.animations import check_animation, save_animation
from kerasgan.utils.files import expanded


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "examples:\n"
        "  kerasgan walk runs/dcgan --out walk.gif\n"
        "  kerasgan walk runs/acgan --labels each --seconds 12 --out walk.mp4"
    )
    options.add_model(parser)
    help = "x.gif, or x.mp4 where the package imageio-ffmpeg is installed"
    add(parser, "--out", help, "walk.gif", metavar="FILE")
    add(parser, "--seconds", "how long it is", 8.0, metavar="X")
    add(parser, "--fps", "frames a second", 12.0, metavar="X")
    add(parser, "--stops", "between how many random latents", 8, metavar="K")
    shown = "16, or one for each of several labels"
    add(parser, "--n", "how many walks beside each other", shown=shown, type=int, metavar="N")
    help = "for a model with classes: one or several (0,1,2 or by names), or each, in turn"
    add(parser, "--labels", help, shown="random ones", metavar="L")
    add(parser, "--seed", "the same seed, the same walks", 0, metavar="N")
    help = options.TRUNCATION
    add(parser, "--truncation", help, shown="without", type=float, metavar="X")


def run(args: argparse.Namespace) -> None:
    out = expanded(args.out)
    check_animation(out)
    checks.number("seconds", args.seconds, above=0)
    checks.number("fps", args.fps, above=0, most=50)
    model = drawing_model(args)
    if len(model.data_shape) != 3:
        raise ValueError(f"The model makes points, no images. Received: model={args.model!r}")
    ids = chosen_labels(args, model)
    n = args.n if args.n is not None else len(ids) if len(ids) > 1 else 16
    frames = walk(
        model,
        n,
        stops=args.stops,
        frames=max(1, round(args.seconds * args.fps)),
        seed=args.seed,
        labels=[ids[i % len(ids)] for i in range(n)] if ids else None,
        truncation=args.truncation,
    )
    cols = -(-n // max(1, int(n**0.5)))
    save_animation((image_grid(frame, cols) for frame in frames), out, args.fps)
    print(out)
