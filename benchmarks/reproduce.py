"""Makes a preset again, from its data on, and holds the new scores against those of its card.

    python -m benchmarks.reproduce PRESET FOLDER

Into FOLDER come the data and the run, by the commands of the card; a preset that starts from
another one's run has that trained first. What is there already is left as it is, and a training
that was stopped goes on. The backend is the card's, unless KERAS_BACKEND names another. Scores
differ somewhat from machine to machine.
"""

import argparse
import contextlib
import os
import shlex
import sys
from pathlib import Path

from kerasgan import presets

STARTS = ("--from", "--gan")  # options that name a run to begin with


def trained(card, folder):
    """Makes the data of a card and trains by its command, within a folder.

    Returns:
        The run's folder.

    Raises:
        SystemExit: if the data cannot be made.
        RuntimeError: if the training fails.
    """
    from benchmarks.scorecard.training import train
    from kerasgan import cli

    words = shlex.split(card["command"])
    for option, value in zip(words, words[1:], strict=False):
        if option in STARTS and Path(value).name in presets.list():
            trained(presets.card(Path(value).name), folder)
    if card["data_command"].startswith("kerasgan "):
        cli.main(shlex.split(card["data_command"])[1:])
    run = Path(words[words.index("--out") + 1])
    train(card["command"], card["seed"], run)
    return run


def reproduce(name, folder):
    """The scores of a preset made again, and its card.

    Args:
        name: str, one of `kerasgan.presets.list()`.
        folder: str or path-like, which is made if need be.
    """
    from kerasgan import runs
    from tools.preset_scores import scores

    card = presets.card(name)
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["KERASGAN_DATA"] = str(folder)
    with contextlib.chdir(folder):
        run = trained(card, folder)
        return scores(presets.load(run), runs.read_config(run)), card


def table(found, card):
    """The scores beside the card's, a line each."""
    names = sorted(found.keys() | card["scores"].keys())
    width = max(map(len, names))
    rows = [(name, card["scores"].get(name, "-"), found.get(name, "-")) for name in names]
    lines = [("", "card", "now"), *rows]
    return "\n".join(f"{name:{width}} {old!s:>10} {new!s:>10}" for name, old, new in lines)


def main(argv=None):
    """Runs the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("preset", choices=presets.list())
    parser.add_argument("folder", help="for the data and the run")
    args = parser.parse_args(argv)
    os.environ.setdefault("KERAS_BACKEND", presets.card(args.preset)["backend"])
    found, card = reproduce(args.preset, args.folder)
    minutes = card["seconds"] / 60
    print(f"{args.preset}: the card's training took {minutes:.0f} minutes under {card['backend']}")
    print(table(found, card))


if __name__ == "__main__":
    sys.exit(main())
