"""Animate walks through a model's latents, as a GIF or MP4 that closes on itself."""

import argparse

from kerasgan.cli import options
from kerasgan.cli.generate import chosen_labels, drawing_model
from kerasgan.cli.options import add
from kerasgan.latents.sheets import film
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
    model = drawing_model(args)
    frames = film(
        model,
        args.n,
        seconds=args.seconds,
        fps=args.fps,
        labels=chosen_labels(args, model),
        stops=args.stops,
        seed=args.seed,
        truncation=args.truncation,
    )
    save_animation(frames, out, args.fps)
    print(out)
