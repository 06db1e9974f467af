"""Makes a preset from a run: python -m tools.make_preset RUN NAME."""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np

from kerasgan import datasets, presets, runs
from kerasgan.datasets.facts import read_facts
from kerasgan.datasets.published import FACTS
from kerasgan.runs.data import some
from kerasgan.utils.files import expanded
from tools.preset_scores import scores

UNKNOWN = "unknown"  # of data that no SOURCE lies beside
COMPARED = 100  # images that must look the same from the stored weights
SAME = 50  # decibels of PSNR from which no eye tells images apart


def make(run: str | Path, name: str, url: str | None = None) -> Path:
    """Stores what generates or translates in a finished run as a preset, with card and scores.

    The weights are stored as float16 if the PSNR of 100 images that they draw, or translate in each
    direction, to those of whole weights is at least 50 dB, as float32 otherwise.

    Args:
        run: str or path-like, the folder of a finished `kerasgan train`.
        name: str, what the preset shall be called.
        url: str, where the weights will lie if they are too large for the package, or None. They
            are then left in the run's folder, as `weights.npz`, to be put there.

    Returns:
        The preset's folder.

    Raises:
        ValueError: if the folder holds no finished run, or there is such a preset.
    """
    config = runs.read_config(run)
    if config.steps is None:
        raise ValueError(
            f"The run is not finished: kerasgan train --resume {run}. Received: {run=}"
        )
    folder = presets.FOLDER / name
    if folder.exists():
        raise ValueError(f"There is such a preset: delete {folder} first. Received: {name=}")
    model = presets.load(Path(run) / "model.keras")
    settings = {k: v for k, v in config.model.items() if k not in model.of_training}
    whole, halved = (type(model).from_config(settings) for _ in range(2))
    whole.set_preset_weights(model.preset_weights())
    halved.set_preset_weights(model.preset_weights("float16"))
    same = _look_the_same(whole, halved, config)
    stored, dtype = (halved, "float16") if same else (whole, "float32")
    facts = ("command", "steps", "seed", "backend", "seconds", "versions")
    stored.save_to_preset(
        folder,
        dtype=dtype,
        data=config.data["source"],
        **_about(config.data["source"]),
        **({"class_names": config.class_names} if config.class_names else {}),
        batch_size=config.data["batch_size"],
        epochs=len(json.loads((Path(run) / "history.json").read_text())["epoch"]),
        **{name: getattr(config, name) for name in facts},
        **({"url": url} if url else {}),
        scores=scores(stored, config),
    )
    if url:
        shutil.move(folder / "weights.npz", Path(run) / "weights.npz")
    return folder


def _about(source):
    """What a card says of the data: of what `kerasgan data` made, and of what it could make."""
    if source in FACTS:
        told = {**FACTS[source]._asdict(), "command": f"kerasgan data {source} {source}"}
        if source not in datasets.MAKERS:
            told["command"] = "none, they come with kerasgan"
    else:
        told = read_facts(expanded(source))
        told["command"] = told.get("command", UNKNOWN).replace(" DIR", f" {Path(source).name}", 1)
    about = {name: told.get(name, UNKNOWN) for name in ("source", "licence", "attribution")}
    return {**about, "data_command": told["command"]}


def _look_the_same(a, b, config):
    if a.task == "translate":
        given = list(zip(a.sides(some(config, COMPARED)[0]), a.directions, strict=False))
        made = [[m.translate(images, way) for images, way in given] for m in (a, b)]
    elif len(a.data_shape) != 3:
        return False
    else:
        labels = None if a.condition is None else np.arange(COMPARED) % a.condition
        made = [[m.generate(COMPARED, seed=0, labels=labels)] for m in (a, b)]
    errors = [np.square(x - y).mean() for x, y in zip(*made, strict=True)]
    return max(errors) <= 4 / 10 ** (SAME / 10)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", help="folder of a finished `kerasgan train`")
    parser.add_argument("name", help="what the preset shall be called")
    parser.add_argument("--url", help="where RUN/weights.npz will lie, if not in the package")
    args = parser.parse_args()
    print(make(args.run, args.name, args.url))
