"""What a file must not do when it is loaded: run code of its own."""

import hashlib
import io
import json
import os
import pickle
import zipfile

import h5py
import keras
import numpy as np
import pytest

import kerasgan as kg
from tests.bombs import MANY, little
from tests.models.variants import MLP

pytestmark = pytest.mark.any_backend


class Touch:
    """Makes the file `path` when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


@pytest.fixture
def evil(tmp_path):
    """The file that appears if code was run; asserted not to at the end."""
    path = tmp_path / "evil"
    os.system(f"touch {path}")
    path.unlink()  # so it would have
    yield path
    assert not path.exists()


def change(path, edit):
    """Edits the parts of a .keras file, a dict of names to bytes."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    edit(parts)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.fixture
def saved(tmp_path):
    """A compiled model's file."""
    gan = kg.GAN(**MLP)
    gan.compile()
    gan.save(tmp_path / "gan.keras")
    return tmp_path / "gan.keras"


def test_a_lambda_is_refused(tmp_path):
    generator = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(64),
            keras.layers.Reshape((8, 8, 1)),
            keras.layers.Lambda(lambda x: x),
        ]
    )
    gan = kg.GAN((8, 8, 1), 4, generator=generator, discriminator_units=(8,))
    gan.save(tmp_path / "gan.keras")
    with pytest.raises(ValueError, match="gan.keras is refused: .*`Lambda` layer whose"):
        kg.load(tmp_path / "gan.keras")
    with pytest.raises(ValueError, match="`Lambda` layer whose"):
        keras.models.load_model(tmp_path / "gan.keras")


@pytest.mark.parametrize("place", ["model", "generator", "loss"])
@pytest.mark.parametrize("kind", ["class", "function", "registered"])
def test_code_of_other_modules_is_refused(saved, evil, place, kind):
    command = f"touch {evil}"
    found = {
        "class": {"class_name": "system", "config": {"command": command}},
        "function": {"class_name": "function", "config": "system"},
        "registered": {"class_name": "system", "config": command, "registered_name": "os>system"},
    }[kind] | {"module": "os"}

    def edit(parts):
        config = json.loads(parts["config.json"])
        if place == "model":
            config |= found
        elif place == "generator":
            config["config"]["generator"] = found
        else:
            config["compile_config"]["loss"] = found
        parts["config.json"] = json.dumps(config).encode()

    change(saved, edit)
    with pytest.raises(ValueError, match="gan.keras is refused: .*code that is neither"):
        kg.load(saved)


def test_a_pickle_is_refused(saved, evil):
    saved.write_bytes(pickle.dumps(Touch(evil)))
    with pytest.raises(ValueError, match="gan.keras is damaged, or no Keras model: BadZipFile"):
        kg.load(saved)


def test_pickled_weights_are_refused(saved, evil):
    content = io.BytesIO()
    np.savez(content, np.array([Touch(evil)], dtype=object))

    def as_npz(parts):  # which Keras reads too
        del parts["model.weights.h5"]
        parts["model.weights.npz"] = content.getvalue()

    change(saved, as_npz)
    with pytest.raises(ValueError, match="damaged, or no Keras model: .*model.weights.h5"):
        kg.load(saved)


def test_a_pickle_in_a_preset_is_refused(tiny, evil):
    content = io.BytesIO()
    np.savez(content, **{"0": np.array([Touch(evil)], dtype=object)})
    (tiny / "weights.npz").write_bytes(content.getvalue())
    card = json.loads((tiny / "card.json").read_text())
    card["sha256"] = hashlib.sha256(content.getvalue()).hexdigest()
    (tiny / "card.json").write_text(json.dumps(card))
    with pytest.raises(ValueError, match="does not describe these weights: Object arrays cannot"):
        kg.load(tiny)


def test_a_padded_model_is_refused(saved):
    with zipfile.ZipFile(saved, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("assets/padding", bytes(MANY))
    with little(), pytest.raises(ValueError, match="gan.keras is damaged.*would unpack to"):
        kg.load(saved)


def test_weights_that_say_they_are_large_are_refused(saved):
    def edit(parts):
        content = io.BytesIO(parts["model.weights.h5"])
        with h5py.File(content, "r+") as file:  # nothing is stored of it
            file.create_dataset("large", (2**40,), "float32", chunks=(2**20,), compression="gzip")
        parts["model.weights.h5"] = content.getvalue()

    change(saved, edit)
    with little(), pytest.raises(ValueError, match="gan.keras is damaged.*would unpack to"):
        kg.load(saved)


def test_settings_of_many_megabytes_are_refused(saved):
    change(saved, lambda parts: parts.update({"config.json": b"[" * 10**7}))
    with pytest.raises(ValueError, match="gan.keras is damaged.*config.json has more than"):
        kg.load(saved)


def test_a_bomb_in_a_preset_is_refused(tiny):
    np.savez_compressed(tiny / "weights.npz", **{"0": np.zeros(MANY, "uint8")})
    card = json.loads((tiny / "card.json").read_text())
    card["sha256"] = hashlib.sha256((tiny / "weights.npz").read_bytes()).hexdigest()
    (tiny / "card.json").write_text(json.dumps(card))
    with little(), pytest.raises(ValueError, match="card.json is damaged.*would unpack to"):
        kg.load(tiny)
