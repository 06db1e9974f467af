import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from kerasgan.studio.library import Opened


@pytest.fixture(scope="package")
def gan():
    return kg.GAN((8, 8, 1), 4, generator_units=(8,), discriminator_units=(8,), seed=0)


@pytest.fixture(scope="package")
def shelf(gan, tmp_path_factory):
    """A folder with the file of a GAN, and a secret beside it."""
    folder = tmp_path_factory.mktemp("shelf")
    (folder / "models").mkdir()
    gan.save(folder / "models/gan.keras")
    (folder / "secret.txt").write_text("a secret")
    return folder


@pytest.fixture(scope="package")
def run(tmp_path_factory):
    """A run of three epochs of a tiny GAN with classes, all of them kept."""
    folder = tmp_path_factory.mktemp("runs")
    pixels = np.random.default_rng(0).integers(0, 256, (20, 8, 8), "uint8")
    np.savez(folder / "data.npz", images=pixels, labels=np.arange(20) % 2)
    small = {"generator_units": [8], "discriminator_units": [8]}
    settings = {
        "variant": "ConditionalGAN",
        "model": {"latent_dim": 4, "num_classes": 2, **small},
        "compile": {"run_eagerly": keras.backend.backend() == "tensorflow"},
        "data": {"source": str(folder / "data.npz"), "batch_size": 10},
        "epochs": 3,
        "keep": 3,
        "class_names": ["cat", "dog"],
    }
    kg.runs.start(settings, folder / "gan", verbose=0)
    return folder / "gan"


@pytest.fixture
def picture(tmp_path):
    """The path of a picture of colours, 20 x 24 pixels."""
    pixels = np.random.default_rng(0).integers(0, 256, (20, 24, 3), "uint8")
    Image.fromarray(pixels).save(tmp_path / "picture.png")
    return str(tmp_path / "picture.png")


@pytest.fixture
def opened(gan):
    return Opened(gan, [])
