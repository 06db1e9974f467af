"""From images to the features that scores are made of: any network, one interface."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.metrics.extractors.preparing import TAPS, Prepare
from kerasgan.utils.checks import WIDEST, bounded, height_and_width, instance, number, one_of, whole
from kerasgan.utils.types import Tensor


class Extractor:
    """A network of images to features, with the way that images are made ready for it.

    Images go in as float arrays (n, height, width, channels) in [-1, 1], grey ones repeated to
    three channels where the network wants three. They may be of any size if `size` is given.

    Args:
        model: Keras model, images (n, height, width, channels) to features (n, d).
        name: str, what the scores' fingerprint calls it.
        head: Keras layer, features to logits (n, classes), or None.
        maps: names of layers of `model` whose outputs (n, h, w, c) are compared by a perceptual
            distance.
        size: (height, width) to which images are resized, or None to leave them as they are.
        resize: str, how: "bilinear", with a filter as wide as the shrinking asks for (that of
            Pillow), or "tf1", which reads two pixels however much it shrinks, from corners
            that are not aligned (that of TensorFlow 1, hence of the usual FID).
        levels: None to give the network images in [-1, 1], or (offset, scale): images are first
            rounded to the 256 levels of 8-bit files, then resized, and each level x becomes
            (x - offset) / scale.
        weights: str, hash of the weights, None to take it of the model's.
        batch_size: int, images that go through the network at once.

    Raises:
        ValueError: if `resize` is unknown.

    Example:

    >>> model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    >>> extractor = Extractor(model, "pixels", size=(8, 8))
    >>> extractor.features(np.zeros((5, 28, 28, 1), "float32")).shape
    (5, 64)
    """

    def __init__(
        self,
        model: keras.Model,
        name: str,
        *,
        head: keras.Layer | None = None,
        maps: Sequence[str] = (),
        size: tuple[int, int] | None = None,
        resize: str = "bilinear",
        levels: tuple[float, float] | None = None,
        weights: str | None = None,
        batch_size: int = 16,
    ):
        instance("model", model, keras.Model)
        one_of("resize", resize, TAPS)
        if levels is not None:
            offset, scale = levels
            levels = number("levels", offset), number("levels", scale, above=0)
        self.model, self.name, self.head, self.levels = model, name, head, levels
        self.size, self.resize = height_and_width("size", size), resize
        self.batch_size = whole("batch_size", batch_size, most=WIDEST)
        self._maps, self._weights = tuple(maps), weights
        self._predictors: dict[tuple, keras.Model] = {}

    @property
    def fingerprint(self) -> dict[str, Any]:
        """Dict of what the features depend on beside the images: "extractor", its name;
        "weights", a hash; "resize" and "size", how images are resized and to what, or None."""
        return {
            "extractor": self.name,
            "weights": self._weights or model_hash(self.model),
            "resize": self.resize if self.size else None,
            "size": list(self.size) if self.size else None,
        }

    def features(self, images: Tensor) -> np.ndarray:
        """The features of images.

        Args:
            images: array-like or tensor (n, height, width, channels) in [-1, 1].

        Returns:
            A float32 numpy array (n, d).

        Raises:
            ValueError: if the images are of a wrong shape, are none, or leave [-1, 1].
        """
        return self._predict(self._features, images)

    def probabilities(self, images: Tensor) -> np.ndarray:
        """The probabilities of the classes that the network was trained to tell apart.

        Args:
            images: as for `features`.

        Returns:
            A float32 numpy array (n, classes), each row's sum 1.

        Raises:
            ValueError: if there are no classes, or as for `features`.
        """
        if self.head is None:
            raise ValueError(
                "This extractor knows no classes, pass one with a `head`. "
                f"Received: extractor={self.name!r}"
            )
        return self._predict(self._classes, images)

    def maps(self, images: Tensor) -> list[np.ndarray]:
        """Feature maps at several depths, for a perceptual distance.

        Args:
            images: as for `features`.

        Returns:
            A list of float32 numpy arrays (n, h, w, c).

        Raises:
            ValueError: if the extractor has none, or as for `features`.
        """
        if not self._maps:
            raise ValueError(
                "This extractor has no feature maps, pass one with `maps`. "
                f"Received: extractor={self.name!r}"
            )
        return self._predict(self._depths, images)

    def _features(self, x):
        features = self.model(x)
        shape = getattr(features, "shape", ())
        if len(shape) != 2:
            raise ValueError(
                "A model of features must give an array (n, d); end it in a pooling or Flatten "
                f"layer. Received: {features}"
            )
        return features

    def _classes(self, x):
        return ops.softmax(self.head(self._features(x)))

    def _depths(self, x):
        outputs = [self.model.get_layer(name).output for name in self._maps]
        return keras.Model(self.model.inputs, outputs)(x)

    def _predict(self, outputs, images):
        """`outputs(images)` in parts of so few sizes that little has to be compiled."""
        images = self._check(images)
        predictor = self._predictor(outputs, images.shape[1:])
        parts = []
        for start in range(0, len(images), self.batch_size):
            part = images[start : start + self.batch_size]
            count = len(part)
            filled = min(1 << (count - 1).bit_length(), self.batch_size)  # a power of two
            part = np.pad(part, ((0, filled - count), (0, 0), (0, 0), (0, 0)))
            made = predictor.predict_on_batch(part)
            parts.append([array[:count] for array in (made if isinstance(made, list) else [made])])
        joined = [np.concatenate(arrays).astype("float32") for arrays in zip(*parts, strict=True)]
        return joined if outputs == self._depths else joined[0]

    def _predictor(self, outputs, shape):
        key = outputs.__name__, shape
        if key not in self._predictors:
            inputs, channels = keras.Input(shape), self._input_shape[2]
            prepare = Prepare(channels, self.size, self.resize, self.levels, dtype="float32")
            self._predictors[key] = keras.Model(inputs, outputs(prepare(inputs)))
        return self._predictors[key]

    @property
    def _input_shape(self):
        """(height, width, channels) that the model wants, None for any."""
        shape = getattr(self.model, "input_shape", None)
        return shape[1:] if isinstance(shape, tuple) and len(shape) == 4 else (None,) * 3

    def _check(self, images):
        images = np.asarray(ops.convert_to_numpy(images), "float32")
        if images.ndim != 4 or not images.size:
            raise ValueError(
                "Images must be (n, height, width, channels), not none. "
                f"Received: images.shape={images.shape}"
            )
        bounded("images", images)
        *wanted, channels = self._input_shape
        if channels is not None and images.shape[3] not in (1, channels):
            raise ValueError(
                f"The extractor {self.name!r} takes images of {channels} channels"
                f"{' or 1' if channels == 3 else ''}. Received: images.shape={images.shape}"
            )
        misfit = any(w not in (None, n) for w, n in zip(wanted, images.shape[1:3], strict=True))
        if self.size is None and misfit:
            raise ValueError(
                f"The extractor {self.name!r} takes images of {wanted[0]}x{wanted[1]}: make it by "
                f"`Extractor(model, name, size=...)`. Received: images.shape={images.shape}"
            )
        return images


def model_hash(model: keras.Model) -> str:
    """A hash of a model's layers, their names apart, and of its weights: 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for layer in _layers(model):
        digest.update(json.dumps(_settings(layer), sort_keys=True, default=str).encode())
    for array in model.get_weights():
        digest.update(f"{array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _layers(layer):
    inner = getattr(layer, "layers", None)
    if inner is None:
        yield layer
    else:
        for each in inner:
            yield from _layers(each)


def _settings(layer):
    try:
        config = layer.get_config()
    except NotImplementedError:  # a class of the user's without one
        config = {}
    config.pop("name", None)
    return [type(layer).__name__, config]
