"""Draw what a model's strongest directions in its latents change, a row for each.

They are the closed-form ones of SeFa (Shen & Zhou 2021, arXiv:2007.06600).
"""

import argparse

import numpy as np

from kerasgan import latents
from kerasgan.cli import options
from kerasgan.cli.generate import chosen_labels, drawing_model
from kerasgan.cli.options import add
from kerasgan.utils import checks, image_grid, save_image
from kerasgan.utils.files import expanded

COLS = 7


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
    checks.number("extent", args.extent, above=0)
    checks.whole("seed", args.seed, least=0)
    model = drawing_model(args)
    ids = chosen_labels(args, model) or [0]
    made = latents.traverse(
        model,
        np.random.default_rng(args.seed).standard_normal(model.latent_dim),
        latents.directions(model, min(args.n, model.latent_dim)),
        np.linspace(-args.extent, args.extent, COLS),
        labels=ids[0] if isinstance(model.condition, int) else None,
    )
    out = expanded(args.out)
    save_image(image_grid(made, COLS), out)
    print(out)
