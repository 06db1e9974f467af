"""Models that were exported, run without Keras."""

from pathlib import Path
from typing import Any

import numpy as np

from kerasgan.serve.served import UNKNOWN, Served, Tensors
from kerasgan.utils.directions import A_TO_B, B_TO_A

DTYPES = {"tensor(float)": "float32", "tensor(int32)": "int32"}


class Exported(Served):
    """What the signatures say, `serving_default` among them."""

    def _read(
        self, source: Path, signatures: dict[str, Tensors], output: tuple[str, tuple]
    ) -> None:
        self.signatures, (self.output, shape) = signatures, output
        inputs = signatures["serving_default"]
        if self.output == "translated":
            ways = {way: given for way, given in signatures.items() if way in (A_TO_B, B_TO_A)}
            self.ways = {way: given["images"][0][-1] for way, given in ways.items()}
        elif self.output in ("images", "points") and "latents" in inputs:
            self.latent_dim, self.data_shape = inputs["latents"][0][1], tuple(shape[1:])
            if "labels" in inputs:
                length = inputs["labels"][0][1:]
                self.condition = tuple(length) or UNKNOWN
        else:
            raise ValueError(
                "Exported models are served if kerasgan exported them: this one has other "
                f"signatures. Received: model={str(source)!r}"
            )

    def run(self, key: tuple, *arrays: np.ndarray) -> tuple[np.ndarray, ...]:
        kind, which, *_ = key
        name = "serving_default" if kind == "generate" else which
        given = dict(zip(self.signatures[name], arrays, strict=True))
        try:
            return (self._call(name, given),)
        except Exception as error:  # each runtime has its own, with what was sent in its message
            raise ValueError(
                "The exported network does not take these: a label may be of no class, or its "
                "strides may not divide the size."
            ) from error

    def _call(self, name: str, given: dict[str, Any]) -> np.ndarray:
        raise NotImplementedError


class Onnx(Exported):
    """An `.onnx` file."""

    kind = "ONNX"

    def __init__(self, path: Path):
        try:
            import onnxruntime
        except ImportError as error:
            raise ImportError(
                f"ONNX files are run by a package: pip install onnxruntime. Received: {path}"
            ) from error
        onnxruntime.set_default_logger_severity(4)  # else it writes what it is given to the log
        self._session = onnxruntime.InferenceSession(path)
        inputs = {
            spec.name: (tuple(size if isinstance(size, int) else None for size in spec.shape),
                        DTYPES.get(spec.type, spec.type))
            for spec in self._session.get_inputs()
        }  # fmt: skip
        (made,) = self._session.get_outputs()
        way = B_TO_A if path.stem.endswith(B_TO_A) else A_TO_B
        ways = {way: inputs} if made.name == "translated" else {}
        self._read(path, {"serving_default": inputs, **ways}, (made.name, tuple(made.shape)))

    def _call(self, name: str, given: dict[str, Any]) -> np.ndarray:
        (made,) = self._session.run(None, given)
        return made


class SavedModel(Exported):
    """A SavedModel's folder."""

    kind = "SavedModel"

    def __init__(self, path: Path):
        import tensorflow as tf

        self._model = tf.saved_model.load(str(path))
        self._functions = dict(self._model.signatures)
        if "serving_default" not in self._functions:
            raise ValueError(
                f"The SavedModel has no signature serving_default. Received: {str(path)!r}"
            )
        inputs = {
            name: _specs(f.structured_input_signature[1]) for name, f in self._functions.items()
        }
        ((name, (shape, _)),) = _specs(
            self._functions["serving_default"].structured_outputs
        ).items()
        self._read(path, inputs, (name, shape))

    def _call(self, name: str, given: dict[str, Any]) -> np.ndarray:
        import tensorflow as tf

        specs = self.signatures[name]
        tensors = {key: tf.constant(value, specs[key][1]) for key, value in given.items()}
        (made,) = self._functions[name](**tensors).values()
        return made.numpy()


def _specs(found: Any) -> Tensors:
    return {name: (tuple(spec.shape.as_list()), spec.dtype.name) for name, spec in found.items()}
