"""Rows that train by `kerasgan train`."""

import contextlib
import json
import shlex
import time

SECONDS = "core_seconds.txt"  # in a run's folder: a line for each part of its training


def train(command, seed, folder, data=None):
    """Train as a card's command says, but with this seed and into this folder.

    Args:
        command: str, `kerasgan train ...`.
        seed: int.
        folder: `pathlib.Path`. What is there already is gone on from, or left as it is.
        data: path-like, where the data are; None for where the command says.

    Raises:
        RuntimeError: if the training fails.
        KeyboardInterrupt: after Ctrl-C.
    """
    from kerasgan import cli

    config = folder / "config.json"
    if config.exists() and "steps" in json.loads(config.read_text()):
        return
    words = shlex.split(command)[1:]
    places = {"--data": data} if data else {}
    for option, value in {"--seed": seed, "--out": folder, **places}.items():
        words[words.index(option) + 1] = str(value)
    with timed(folder):
        try:
            cli.main(["train", "--resume", str(folder)] if config.exists() else words)
        except SystemExit as end:  # the command's way to say that it has printed what was wrong
            if end.code == 130:
                raise KeyboardInterrupt from None
            raise RuntimeError(f"The training failed. Received: exit status {end.code}") from None


@contextlib.contextmanager
def timed(folder):
    """Within, a part of the training in a folder is made, whose time `core_minutes` counts."""
    began = time.process_time()
    try:
        yield
    finally:
        if folder.exists():
            with (folder / SECONDS).open("a") as file:
                file.write(f"{time.process_time() - began:.1f}\n")


def core_minutes(folder):
    """Minutes of one core that the training in a folder took, over all its parts."""
    return sum(map(float, (folder / SECONDS).read_text().split())) / 60
