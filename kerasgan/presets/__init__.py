"""Trained models that come with the package, and any other trained model, by name or path."""

import hashlib
import json
import textwrap
from pathlib import Path

import keras
import numpy as np

import kerasgan
from kerasgan.utils.checkpoints import damage, newest

FOLDER = Path(__file__).parent / "data"
FIELDS = {
    "name",
    "class",
    "config",
    "data",
    "command",
    "steps",
    "epochs",
    "batch_size",
    "seed",
    "backend",
    "seconds",
    "versions",
    "scores",
    "sha256",
}


def list():
    """The names of the presets.

    Returns:
        A sorted list of str.

    Example:

    >>> import kerasgan.presets
    >>> all(isinstance(name, str) for name in kerasgan.presets.list())
    True
    """
    return sorted(path.parent.name for path in FOLDER.glob("*/card.json"))


def card(name):
    """How a preset came to be.

    Args:
        name: str, one of `list()`.

    Returns:
        A dict: `name`; `class` and `config`, the model's; `data`, `command`, `steps`, `epochs`,
        `batch_size`, `seed`, `backend`, `seconds` and `versions` of its training; `scores`; and
        `sha256` of its weights' file.

    Raises:
        ValueError: if the name is not known, or the card is damaged.
    """
    if name not in list():
        raise ValueError(f"Unknown preset; there are {list()}. Received: {name=}")
    return _read_card(FOLDER / name)


def load(source, cls=None):
    """A trained model: a preset, a run of `kerasgan train`, or what `model.save` wrote.

    Of a preset, the generator is what training gave (the moving average, where there was one), or
    both are, in CycleGAN, and the discriminators are freshly initialised: a preset is for drawing
    and translating. To train further, start from a run or from a `.keras` file, which hold
    everything, whichever backend wrote it. Of a run that has no `model.keras` yet, it is the
    newest of its checkpoints.

    No code of a file is run: Keras's safe mode holds, and nothing is unpickled.

    Args:
        source: str or path-like: a preset's name, the folder of a preset or of a run, or a
            `.keras` file. A preset's name wins over a folder called the same.
        cls: class or None, what the model must be an instance of.

    Returns:
        A model of `kerasgan.models`.

    Raises:
        ValueError: if there is no such model, a file is damaged or asks for code of its own, or
            the model is of another class.

    Example:

    >>> import tempfile, kerasgan as kg
    >>> path = f"{tempfile.mkdtemp()}/gan.keras"
    >>> kg.GAN((8, 8, 1), 4, generator_units=(8,), discriminator_units=(8,)).save(path)
    >>> load(path, kg.GAN).generate(3).shape
    (3, 8, 8, 1)
    """
    path = Path(source).expanduser()
    if isinstance(source, str) and source in list():
        model = _load_preset(FOLDER / source)
    elif (path / "card.json").is_file():
        model = _load_preset(path)
    elif (path / "model.keras").is_file():
        model = _load_file(path / "model.keras")
    elif path.is_file() and path.suffix == ".keras":
        model = _load_file(path)
    elif checkpoint := newest(path / "checkpoints"):
        model = _load_file(checkpoint)
    else:
        raise ValueError(
            "There is no such preset, folder of a trained model or .keras file; the presets are "
            f"{list()}. Received: source={str(source)!r}"
        )
    if cls is not None and not isinstance(model, cls):
        raise ValueError(
            f"This is a {type(model).__name__}: load it by `{type(model).__name__}.from_preset`. "
            f"Received: source={str(source)!r}, cls={cls.__name__}"
        )
    return model


def _read_card(folder):
    path = folder / "card.json"
    try:
        found = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    if not isinstance(found, dict) or not FIELDS <= set(found):
        missing = sorted(FIELDS - set(found)) if isinstance(found, dict) else sorted(FIELDS)
        raise ValueError(f"{path} is damaged: it lacks {', '.join(missing)}")
    return found


def _load_preset(folder):
    found = _read_card(folder)
    path = folder / "weights.npz"
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no such file"
    if sha256 != found["sha256"]:
        raise ValueError(
            f"{path} is damaged: its sha256 is not its card's. "
            f"Received: sha256={sha256}, want {found['sha256']}"
        )
    try:
        model = getattr(kerasgan, found["class"]).from_config(found["config"])
        with np.load(path) as arrays:
            model.set_preset_weights([arrays[str(i)] for i in range(len(arrays.files))])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{folder / 'card.json'} is damaged: it does not describe these weights: {error}"
        ) from error
    return model


def _load_file(path):
    problem = damage(path)
    if problem:
        raise ValueError(f"{path} is damaged, or no Keras model: {problem}")
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
