"""Make a model of networks that well-known PyTorch code trained.

Its `.pth` files are read without PyTorch, and no code in them is run.
"""

import argparse

from kerasgan.cli import names
from kerasgan.cli.options import add, one_or_more


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the files, what they hold, and where the model goes."""
    parser.epilog = (
        "examples:\n"
        "  kerasgan import latest_net_G_A.pth latest_net_G_B.pth --as cyclegan --out horses.keras\n"
        "  kerasgan import netG.pth netD.pth --as dcgan --out faces.keras"
    )
    help = (
        "of cyclegan, those of G_A and G_B, and of D_A and D_B where there are such; of the others "
        "the generator's, and the discriminator's where there is one"
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help=help)
    known = names.table("models", "ROLES")
    help = "whose networks they are: of CycleGAN's and pix2pix's own code, or PyTorch's DCGAN"
    parser.add_argument("--as", required=True, dest="architecture", choices=known, help=help)
    help = "a new file that ends in .keras"
    parser.add_argument("--out", required=True, metavar="FILE", help=help)
    help = "the size of pictures that a translator shall be trained on further"
    add(parser, "--size", help, shown="256", type=one_or_more, metavar="N")


def run(args: argparse.Namespace) -> None:
    from kerasgan.utils.files import expanded, replacing

    out = expanded(args.out)
    if out.suffix != ".keras" or out.exists():
        raise ValueError(f"Name a new file that ends in .keras. Received: out={args.out!r}")
    from kerasgan.models import import_torch

    model = import_torch(args.architecture, args.files, args.size)
    with replacing(out) as path:
        model.save(path)
    print(f"{out}: {type(model).__name__}, as `kerasgan {model.task} {out}` takes it")
