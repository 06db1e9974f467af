"""The models that a service runs: those of Keras, and exported ones without Keras."""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasgan.utils.files import expanded

Tensors = dict[str, tuple[tuple, str]]  # names to shapes and dtypes, None is any size
NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
UNKNOWN = 2**31 - 1  # classes, of an exported model that does not say how many


class Served:
    """What the service must know of a model.

    Attributes:
        kind: str, what runs it.
        signatures: dict of what `:predict` can be asked for to its inputs.
        output: str, the name of what comes out.
        latent_dim, condition, data_shape: of a model that draws from noise, as the model has them.
        class_names: list of str, of the classes in the order of their ids; empty if nobody knows.
        ways: dict of a translator's directions to the channels of what goes in.
        scale: int, how many times as large as its input a translator's output is.
        finds_anomalies: bool.
    """

    kind: str
    signatures: dict[str, Tensors]
    output: str
    latent_dim: int = 0
    condition: Any = None
    data_shape: tuple = ()
    class_names: Sequence[str] = ()
    ways: Mapping[str, int] = {}
    scale: int = 1
    finds_anomalies = False
    styles = False  # whether truncation is of styles, not of latents

    @property
    def operations(self) -> tuple[str, ...]:
        """What it can be asked for."""
        made = ("translate",) if self.ways else ("generate",)
        return (*made, *(("anomaly",) if self.finds_anomalies else ()), "predict")

    @property
    def pixels(self) -> int:
        """Of one sample."""
        return math.prod(self.data_shape[:2])

    def facts(self) -> dict[str, Any]:
        """What a client can know of it, for JSON."""
        found: dict[str, Any] = {"kind": self.kind, "operations": self.operations}
        if self.ways:
            found |= {"directions": dict(self.ways), "scale": self.scale}
        else:
            found |= {"latent_dim": self.latent_dim, "data_shape": self.data_shape}
            if self.condition is not None:
                vectors = isinstance(self.condition, tuple)
                classes = None if self.condition == UNKNOWN else self.condition
                found |= {"condition_dim": self.condition[0]} if vectors else {"classes": classes}
            if self.class_names:
                found["class_names"] = self.class_names
        return {**found, "signatures": self.signatures}

    def warm(self, batch: int) -> None:
        """Run once at each size of a batch, so that no request waits for what is compiled."""
        if not self.ways:
            sizes = [1 << i for i in range((batch - 1).bit_length() + 1)]
            for size in sizes:
                latents = np.zeros((size, self.latent_dim), "float32")
                self.run(("generate", None), latents, *self._labels(size))

    def _labels(self, n):
        if self.condition is None:
            return []
        vectors = isinstance(self.condition, tuple)
        return [np.zeros((n, *self.condition), "float32") if vectors else np.zeros(n, "int32")]

    def with_codes(self, codes: Any, **given: Any) -> np.ndarray:
        """Latents that hold codes, of a model that has them."""
        raise ValueError("The model has no codes, as an InfoGAN has.")

    def run(self, key: tuple, *arrays: np.ndarray) -> tuple[np.ndarray, ...]:
        """What comes out: of ("generate", truncation) samples, of ("translate", direction)
        images, of ("anomaly",) scores, maps and reconstructions.

        Raises:
            ValueError: if the inputs are at fault.
        """
        raise NotImplementedError


def opened(source: str, trust: bool = False) -> Served:
    """A model to be served.

    Args:
        source: str, what `kerasgan.load` takes, an `.onnx` file, or the folder of a SavedModel or
            of its numbered versions.
        trust: bool. True imports the module that a run of a class of one's own names.

    Raises:
        ValueError: if there is no such model, or none that kerasgan exported.
        ImportError: if a package is missing that runs it.
    """
    path = expanded(source)
    if path.suffix == ".onnx" and path.is_file():
        from kerasgan.serve.exported import Onnx  # which needs a package of its own

        return Onnx(path)
    if (folder := _saved_model(path)) is not None:
        from kerasgan.serve.exported import SavedModel  # which starts TensorFlow

        return SavedModel(folder)
    import kerasgan
    from kerasgan.runs.configuration import class_names
    from kerasgan.serve.live import Live

    model = Live(kerasgan.load(source, safe_mode=not trust))
    model.class_names = class_names(source)
    return model


def _saved_model(path: Path) -> Path | None:
    """The folder of a SavedModel: this one, or its highest version."""
    versions = [part for part in path.glob("*") if part.name.isdecimal()] if path.is_dir() else []
    for folder in (path, *sorted(versions, key=lambda part: int(part.name), reverse=True)):
        if (folder / "saved_model.pb").is_file():
            return folder
    return None


def named(arguments: list[str]) -> dict[str, str]:
    """The models of a command line, by the names that they are served by.

    Args:
        arguments: list of "MODEL" or "NAME=MODEL".

    Raises:
        ValueError: if a name is none, or there twice.

    Example:

    >>> named(["dcgan_fashion_mnist", "faces=runs/dcgan", "out/cats.onnx", "serving/dogs/1"])
    {'dcgan_fashion_mnist': 'dcgan_fashion_mnist', 'faces': 'runs/dcgan', 'cats': 'out/cats.onnx', \
'dogs': 'serving/dogs/1'}
    """
    found: dict[str, str] = {}
    for argument in arguments:
        name, given, source = argument.partition("=")
        if not given:
            path = Path(source := argument)
            path = path.parent if path.name.isdecimal() and path.parent.name else path
            name = path.stem if path.suffix in (".keras", ".onnx") else path.name
        if not NAME.fullmatch(name) or name in found:
            raise ValueError(
                "Each model is served by a name of its own, of letters, digits, '_', '-' and '.': "
                f"write NAME=MODEL. Received: {argument!r}"
            )
        found[name] = source
    return found
