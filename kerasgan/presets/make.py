"""Makes a preset from a run: python -m kerasgan.presets.make RUN NAME."""

import argparse
import hashlib
import json
from pathlib import Path

import keras
import numpy as np

from kerasgan import metrics, presets, runs

SAMPLES = 1000
COMPARED = 100  # images that must look the same from the stored weights


def make(run, name):
    """Stores the generator of a finished run as a preset, with its card and scores.

    The weights are stored as float16 if 100 images drawn from them differ by one of 256 levels at
    most from those of the run's own weights, as float32 otherwise.

    Args:
        run: str or path-like, the folder of a finished `kerasgan train`.
        name: str, what the preset shall be called.

    Returns:
        The preset's folder.

    Raises:
        ValueError: if the folder holds no finished run, or there is such a preset.
    """
    config = runs.read_config(run)
    if "steps" not in config:
        raise ValueError(
            f"The run is not finished: kerasgan train --resume {run}. Received: {run=}"
        )
    folder = presets.FOLDER / name
    if folder.exists():
        raise ValueError(f"There is such a preset: delete {folder} first. Received: {name=}")
    model = presets.load(Path(run) / "model.keras")
    inference = model.generator if model.average is None else model.average.network
    settings = {k: v for k, v in config["model"].items() if k not in ("ema_decay", "augment")}
    stored = type(model).from_config(settings)
    weights = [np.asarray(w) for w in inference.get_weights()]
    smaller = [w.astype("float16") if w.dtype == "float32" else w for w in weights]
    stored.generator.set_weights(smaller)
    if len(model.data_shape) != 3 or not _look_the_same(model, stored):
        smaller = weights
        stored.generator.set_weights(weights)
    card = {
        "name": name,
        "class": config["variant"],
        "config": settings,
        "data": config["data"]["source"],
        "command": config["command"],
        "steps": config["steps"],
        "epochs": len(json.loads((Path(run) / "history.json").read_text())["epoch"]),
        "batch_size": config["data"]["batch_size"],
        "seed": config["seed"],
        "backend": config["backend"],
        "seconds": config["seconds"],
        "versions": config["versions"],
        "scores": scores(stored, config),
    }
    folder.mkdir(parents=True)
    np.savez_compressed(folder / "weights.npz", **{str(i): w for i, w in enumerate(smaller)})
    card["sha256"] = hashlib.sha256((folder / "weights.npz").read_bytes()).hexdigest()
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n")
    return folder


def scores(model, config):
    """How far 1,000 samples are from 1,000 real ones, and how far other real ones are from these.

    Args:
        model: the trained model.
        config: dict, its run's `config.json`.

    Returns:
        Dict of `energy_distance_to_test` and `energy_distance_train_to_test`, see
        `kerasgan.metrics.energy_distance`, of all pixels; and of `samples`. Where the data have
        no test split, both sets of real samples are from the training data and the keys end in
        `_to_train`.
    """
    keras.utils.set_random_seed(config["seed"])
    try:
        real, split = _real(config, split="test")[:SAMPLES], "test"
        other = _real(config)[:SAMPLES]
    except ValueError:
        both, split = _real(config), "train"
        real, other = both[: len(both) // 2], both[len(both) // 2 :]
    made = model.generate(len(real), seed=config["seed"]).reshape(len(real), -1)
    return {
        f"energy_distance_to_{split}": round(metrics.energy_distance(made, real), 4),
        f"energy_distance_train_to_{split}": round(metrics.energy_distance(other, real), 4),
        "samples": len(real),
    }


def _real(config, **changes):
    """Up to twice SAMPLES of the run's data, shuffled, flattened."""
    size = {"batch_size": 2 * SAMPLES, "drop_remainder": False}
    batch = next(iter(runs.load_data(config, **size, **changes)))
    images = (batch[0] if isinstance(batch, tuple) else batch).numpy()
    return images.reshape(len(images), -1)


def _look_the_same(a, b):
    labels = None if a.condition is None else np.arange(COMPARED) % a.condition
    levels = [
        np.rint((model.generate(COMPARED, seed=0, labels=labels) + 1) * 127.5) for model in (a, b)
    ]
    return np.abs(levels[0] - levels[1]).max() <= 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", help="folder of a finished `kerasgan train`")
    parser.add_argument("name", help="what the preset shall be called")
    args = parser.parse_args()
    print(make(args.run, args.name))
