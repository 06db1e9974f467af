"""Draw what a model's strongest directions in its latents change, a row for each.

They are the closed-form ones of SeFa (Shen & Zhou 2021, arXiv:2007.06600).
"""

import argparse

from kerasgan.cli import options
from kerasgan.cli.generate import chosen_labels, drawing_model
from kerasgan.cli.options import add
from kerasgan.latents.sheets import direction_sheet
from kerasgan.utils import save_image
from kerasgan.utils.files import expanded


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "example: kerasgan directions runs/dcgan --n 5 --out directions.png"
    options.add_model(parser)
    add(parser, "--out", "a picture", "directions.png", metavar="FILE")
    add(parser, "--n", "how many directions", 8, metavar="N")
    add(parser, "--extent", "how far to each side", 4.0, metavar="X")
    help = "for a model with classes: the one to draw"
    add(parser, "--labels", help, shown="the first", metavar="L")
    add(parser, "--seed", "of the latents that are moved", 0, metavar="N")


def run(args: argparse.Namespace) -> None:
    model = drawing_model(args)
    ids = chosen_labels(args, model)
    out = expanded(args.out)
    label = ids[0] if ids else None
    picture = direction_sheet(model, args.n, extent=args.extent, seed=args.seed, label=label)
    save_image(picture, out)
    print(out)
