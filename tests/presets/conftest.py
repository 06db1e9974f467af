import json
import shutil

import keras
import numpy as np
import pytest

from kerasgan import presets, runs
from tools import make_preset as make


@pytest.fixture(scope="session")
def originals(tmp_path_factory):
    """A folder with `run`, a short finished run of a conditional GAN with a moving average, and
    `presets/tiny`, which was made of it."""
    folder = tmp_path_factory.mktemp("originals")
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 8, 8), "uint8")
    np.savez(folder / "data.npz", images=images, labels=np.arange(40) % 3)
    config = {
        "command": "kerasgan train conditionalgan ...",
        "variant": "ConditionalGAN",
        "model": {
            "latent_dim": 4,
            "num_classes": 3,
            "generator_units": [16],
            "discriminator_units": [16],
            "ema_decay": 0.5,
        },
        "compile": {"run_eagerly": keras.backend.backend() == "tensorflow"},
        "data": {"source": str(folder / "data.npz"), "batch_size": 10},
        "epochs": 2,
        "max_steps": None,
        "samples_every": 1,
        "seed": 1,
    }
    runs.start(config, folder / "run", verbose=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(presets, "FOLDER", folder / "presets")
        make.make(folder / "run", "tiny")
    return folder


@pytest.fixture
def run(originals, tmp_path):
    """A copy of that run."""
    return shutil.copytree(originals / "run", tmp_path / "run")


@pytest.fixture
def tiny(originals, tmp_path, monkeypatch):
    """A copy of that preset, which is the only one that there is."""
    monkeypatch.setattr(presets, "FOLDER", tmp_path / "presets")
    return shutil.copytree(originals / "presets" / "tiny", tmp_path / "presets" / "tiny")


@pytest.fixture
def change_card(tiny):
    """Changes fields of the card of "tiny"."""

    def change(**fields):
        path = tiny / "card.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))

    return change
