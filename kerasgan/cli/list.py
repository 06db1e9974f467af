"""Print the models, presets, data sets, losses and penalties there are."""

import argparse

from kerasgan import presets
from kerasgan.cli import names


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""


def run(args: argparse.Namespace) -> None:
    print("models, for `kerasgan train`:")
    for name, sentence in names.models().items():
        print(f"  {name.lower():16}{sentence}")
    print("presets, for `kerasgan generate` or, of models of images to images, `translate`:")
    for card in map(presets.card, presets.list()):
        scores = ", ".join(f"{key} {value}" for key, value in card["scores"].items())
        made = f"{card['class']} on {card['data']}, {card['steps']} steps"
        print(f"  {card['name']}: {made}; {scores}")
        print(f"    data: {card['attribution']}; {card['licence']}; {card['data_command']}")
    print(
        f"datasets: {', '.join(names.table('datasets', 'SPLITS'))}, tfds:NAME, a folder, an .npz "
        "file; for cyclegan and pix2pix, a folder of both sides"
    )
    print(f"data sets that `kerasgan data` makes: {', '.join(names.table('datasets', 'MAKERS'))}")
    print(f"losses: {', '.join(sorted(names.table('losses', '_LOSSES')))}")
    print(f"penalties: {', '.join(sorted(names.table('losses', '_PENALTIES')))}")
