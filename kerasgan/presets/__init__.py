"""Trained models that come with the package, and any other trained model, by name or path."""

import builtins
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kerasgan.utils.types import PathLike

FOLDER = Path(__file__).parent / "data"
FIELDS = {"name", "class", "config", "sha256"}  # without which no model can be made


def list() -> builtins.list[str]:
    """The names of the presets.

    Returns:
        A sorted list of str.

    Example:

    >>> import kerasgan.presets
    >>> all(isinstance(name, str) for name in kerasgan.presets.list())
    True
    """
    return sorted(path.parent.name for path in FOLDER.glob("*/card.json"))


def card(name: str) -> dict[str, Any]:
    """How a preset came to be.

    Args:
        name: str, one of `list()`.

    Returns:
        A dict: `name`; `class` and `config`, the model's; `data`, their `source`, `licence`,
        `attribution`, and `data_command`, which makes them; `class_names`, where classes have
        names; `command`, `steps`, `epochs`, `batch_size`, `seed`, `backend`, `seconds` and
        `versions` of its training; `scores`; `sha256` of its weights' file; and `url`, where that
        is fetched from, if it is too large to come with the package.

    Raises:
        ValueError: if the name is not known, or the card is damaged.
    """
    if name not in list():
        raise ValueError(f"Unknown preset; there are {list()}. Received: {name=}")
    return read_card(FOLDER / name)


def read_card(folder: Path) -> dict[str, Any]:
    """The card in a preset's folder.

    Raises:
        ValueError: if it is damaged.
    """
    path = folder / "card.json"
    try:
        found = json.loads(path.read_text())
    except (RecursionError, ValueError) as error:
        raise ValueError(f"{path} is damaged: {error}") from error
    missing = FIELDS - set(found if isinstance(found, dict) else ())
    if missing:
        raise ValueError(f"{path} is damaged: it lacks {', '.join(sorted(missing))}")
    return found


def find(source: "PathLike") -> Path:
    """Where a trained model lies, whether there is one or not.

    Args:
        source: str or path-like, as `load` takes it. What lies on the hub is downloaded.

    Returns:
        The folder of a preset or a run, or a file.

    Raises:
        ValueError: if the hub has no such preset.
        ImportError: if the hub is asked and huggingface-hub is not installed.
    """
    from kerasgan.utils.files import expanded

    if isinstance(source, str) and source.startswith("hf://"):
        from kerasgan.presets import hub  # which needs a package of its own

        return hub.fetch(source)
    return FOLDER / source if source in list() else expanded(source)


def is_preset(source: "PathLike") -> bool:
    """Whether a trained model is a preset, which holds no trained discriminator.

    Args:
        source: str or path-like, as `load` takes it.
    """
    return (find(source) / "card.json").is_file()


def load(
    source: "PathLike",
    cls: type | None = None,
    *,
    epoch: "int | str | None" = None,
    safe_mode: bool = True,
) -> Any:
    """A trained model: a preset, a run of `kerasgan train`, or what `model.save` wrote.

    Of a preset, the generator is what training gave (the moving average, where there was one), or
    both are, in CycleGAN, and the discriminators are freshly initialised, but for InfoGAN's, which
    reads codes: a preset is for drawing and translating. It computes in Keras's dtype policy, which
    is float32 unless you set another, whatever it was trained in. To train further, start from a
    run or from a `.keras` file, which hold everything, whichever backend wrote it. Of a run it is
    the newest whole state, of `model.keras` and the checkpoints. Weights that lie elsewhere are
    fetched once, into Keras's folder.

    No code of a file is run: Keras's safe mode holds, and nothing is unpickled. A run of a class of
    your own opens once its module, which `config.json` names, has been imported.

    Args:
        source: str or path-like: a preset's name, the folder of a preset or of a run, a
            `.keras` file, or "hf://user/name", a preset of the Hugging Face hub, with "@" and a
            branch, tag or commit behind it or not. A preset's name wins over a folder called the
            same.
        cls: class or None, what the model must be an instance of.
        epoch: int, which of a run's epochs, counted from 1, that it kept; "best" for that with the
            best score; None for the newest. Of all but the newest two, the model is not compiled.
        safe_mode: bool. False imports the module that a run names: only for runs that you trust.

    Returns:
        A model of `kerasgan.models`.

    Raises:
        ValueError: if there is no such model or epoch, a file is damaged, not to be fetched, or
            asks for code of its own, or the model is of another class, or of one whose module is
            not imported.
        ImportError: if the hub is asked and huggingface-hub is not installed.

    Example:

    >>> import tempfile, kerasgan as kg
    >>> path = f"{tempfile.mkdtemp()}/gan.keras"
    >>> kg.GAN((8, 8, 1), 4, generator_units=(8,), discriminator_units=(8,)).save(path)
    >>> load(path, kg.GAN).generate(3).shape
    (3, 8, 8, 1)
    """
    from kerasgan.presets import files  # which starts Keras once it has found the model

    model = files.read(find(source), epoch, safe_mode)
    if cls is not None and not isinstance(model, cls):
        raise ValueError(
            f"This is a {type(model).__name__}: load it by `{type(model).__name__}.from_preset`. "
            f"Received: source={str(source)!r}, cls={cls.__name__}"
        )
    return model
