"""How trained models are read from disk, and presets written."""

import hashlib
import json
import textwrap
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from kerasgan import presets
from kerasgan.utils.archives import read_npz
from kerasgan.utils.checkpoints import damage, file_of_epoch, last_whole, states
from kerasgan.utils.classes import class_of_run
from kerasgan.utils.files import keras_home

WEB = ("https://", "http://")  # what weights are fetched from, and no file of this machine


def read(path: Path, epoch: int | str | None = None, safe_mode: bool = True) -> Any:
    """The model in a preset's folder, a run's folder or a `.keras` file; see `presets.load`."""
    class_of_run(path, safe_mode)
    if epoch is not None:
        return _read_keras(file_of_epoch(path, epoch))
    if (path / "card.json").is_file():
        return _read_preset(path)
    if path.is_file() and path.suffix == ".keras":
        return _read_keras(path)
    if found := states(path):
        return _read_keras((len(found) > 1 and last_whole(found)) or found[-1])
    raise ValueError(
        "There is no such preset, folder of a trained model or .keras file; the presets are "
        f"{presets.list()}. Received: source={str(path)!r}"
    )


def write(folder: Path, card: dict[str, Any], weights: list[np.ndarray]) -> None:
    """Writes a preset into a new folder.

    Args:
        folder: `pathlib.Path`.
        card: dict, which gets the `sha256` of the weights.
        weights: list of arrays, as `set_preset_weights` takes them.
    """
    folder.mkdir(parents=True)
    path = folder / "weights.npz"
    arrays: dict[str, Any] = {str(i): w for i, w in enumerate(weights)}
    np.savez_compressed(path, **arrays)
    card = {**card, "sha256": _sha256(path)}
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n")


def _read_preset(folder):
    card, path = presets.read_card(folder), folder / "weights.npz"
    if "url" in card and not path.is_file():
        path = _fetch(card["url"], card["sha256"])
    sha256 = _sha256(path) if path.is_file() else "no such file"
    if sha256 != card["sha256"]:
        raise ValueError(
            f"{path} is damaged: its sha256 is not its card's. "
            f"Received: sha256={sha256}, want {card['sha256']}"
        )
    try:
        model = _class(card["class"]).from_config(card["config"])
        arrays = read_npz(path)
        model.set_preset_weights([arrays[str(i)] for i in range(len(arrays))])
    except Exception as error:  # a broken zip or a wrong setting raises whatever it leads to
        raise ValueError(
            f"{folder / 'card.json'} is damaged: it does not describe these weights: {error}"
        ) from error
    return model


def _fetch(url, sha256):
    """The weights' file of an address, which Keras's folder keeps from the first time on."""
    keras, place = _keras(), Path("kerasgan", "presets")
    try:
        if not str(url).startswith(WEB):
            raise ValueError(f"it must begin with {' or '.join(WEB)}")
        kept = {"cache_dir": keras_home(), "cache_subdir": str(place)}
        found = keras.utils.get_file(
            f"{sha256}.npz", url, file_hash=sha256, hash_algorithm="sha256", **kept
        )
    except Exception as error:  # urllib, http, the disk and Keras each have their own
        raise ValueError(
            f"The weights could not be fetched: {error} They are of sha256 {sha256}; without a "
            f"network, put them at {keras_home() / place / sha256}.npz. Received: {url=}"
        ) from error
    return Path(found)


def _class(name):
    """A model's class by the name that Keras knows it by."""
    saving = _keras().saving
    found = saving.get_registered_object(f"kerasgan>{name}") or saving.get_registered_object(name)
    if found is None:
        raise ValueError(
            f"there is no class {name}; one of your own must be registered with Keras by then"
        )
    return found


def _read_keras(path):
    if problem := damage(path):
        raise ValueError(f"{path} is damaged, or no Keras model: {problem}")
    keras = _keras()
    try:
        model = keras.models.load_model(path, safe_mode=True)
    except Exception as error:  # h5py, json and Keras each have their own
        raise ValueError(
            f"{path} is refused: it does not fit this release, or asks for code that is neither "
            f"Keras's nor kerasgan's: {textwrap.shorten(str(error), 400)}"
        ) from error
    if not hasattr(model, "from_preset"):
        raise ValueError(f"{path} holds no model of kerasgan. Received: {type(model).__name__}")
    return model


def _keras():
    """Keras, which knows all classes of kerasgan from then on."""
    import_module("kerasgan.models")  # by its name, for it imports this module
    return import_module("keras")


def _sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()
