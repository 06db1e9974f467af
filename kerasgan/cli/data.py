"""Make a data set from packages that anyone can install."""

import argparse

from kerasgan.cli import names
from kerasgan.cli.options import add


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the data set, its folder, and what the data sets take."""
    parser.epilog = (
        "examples:\n"
        "  kerasgan data avatars avatars --size 128\n"
        "  kerasgan data mnist data/mnist      # then: KERASGAN_DATA=data kerasgan train ...\n"
        "  kerasgan data glyphs glyphs --fonts Sans.otf Hand.ttf --characters text.txt"
    )
    known = names.table("datasets", "MAKERS")
    parser.add_argument("name", metavar="NAME", choices=known, help=", ".join(known))
    help = "folder that is made; what is there already is left as it is"
    parser.add_argument("directory", metavar="DIR", help=help)
    add(parser, "--size", "height and width of pictures", shown="64", type=int, metavar="N")
    add(parser, "--count", "how many avatars", shown="8000", type=int, metavar="N")
    help = "the first avatar's number: others than those before"
    add(parser, "--start", help, shown="0", type=int, metavar="N")
    help = "of glyphs, a font file each for A and B; FILE#N is typeface N of a collection"
    shown = "Noto Sans CJK SC and LXGW WenKai of Debian's packages"
    add(parser, "--fonts", help, shown=shown, nargs=2, metavar=("A", "B"))
    help = "of glyphs, a text in UTF-8 whose characters are drawn, or all that both fonts have"
    shown = "the 3,755 common Chinese ones"
    add(parser, "--characters", help, shown=shown, metavar="FILE|all")
    help = "a folder in which npm packages may lie, as `npm pack` makes them"
    add(parser, "--packages", help, shown="npm fetches them", metavar="FOLDER")


def run(args: argparse.Namespace) -> None:
    from kerasgan.datasets import facts, prepare
    from kerasgan.utils.files import expanded

    there = facts.read_facts(expanded(args.directory))
    given = ("size", "count", "start", "fonts", "characters", "packages")
    folder = prepare(args.name, args.directory, **{name: getattr(args, name) for name in given})
    told = facts.read_facts(folder)
    print(f"{folder}: {told['source']}{' (it was there already)' if there else ''}")
    print(f"licence: {told['licence']}; to be named: {told['attribution']}")
