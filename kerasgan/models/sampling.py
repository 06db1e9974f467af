"""How a trained model is asked for data: latents and conditions in, numpy out.

Methods of `kerasgan.models.NoiseToData`.
"""

import math
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerasgan.export import Endpoint, export_page
from kerasgan.export import export as export_endpoints
from kerasgan.latents import slerp
from kerasgan.utils import sampling
from kerasgan.utils.checks import whole
from kerasgan.utils.progress import progress
from kerasgan.utils.types import PathLike


def generate(
    self: keras.Model,
    n: int | None = None,
    seed: int | None = None,
    latents: np.ndarray | None = None,
    labels: int | Sequence | np.ndarray | None = None,
    batch_size: int = 256,
    truncation: float = 0.0,
    out: Any = None,
) -> Any:
    """Make data at inference: batch norm uses its running statistics, whatever the batch.

    Args:
        n: int, how many; by default as many as latents or labels are given, or one.
        seed: int or None. The same seed draws the same latents on every backend; None draws
            from numpy's global generator, which `keras.utils.set_random_seed` sets.
        latents: float array `(n, latent_dim)` to be used instead.
        labels: for a conditional model: one class id or condition vector for all, or an array
            of n; by default class ids are drawn at random.
        batch_size: int, how many are made at once.
        truncation: float. Latents are redrawn until none is further from 0, which makes better
            samples that vary less; 0 is without: see `kerasgan.latents.truncated_normal`.
        out: what takes them batch by batch, in their order, by `out[first:last] = images`, such as
            a `numpy.lib.format.open_memmap`: for more than the memory holds.

    Returns:
        float32 numpy array `(n, *data_shape)`, images in [-1, 1]; or `out`.

    Raises:
        ValueError: if `n` is not positive, or more than the memory holds, latents or labels have
            a wrong shape or are not equally many, or a label or the truncation is out of range.
    """
    values = math.prod(self.data_shape) if out is None else 0
    inputs = sampling.inputs(
        self.latent_dim, self.condition, values, n, seed, latents, labels, truncation
    )
    n, size = len(inputs[0]), whole("batch_size", batch_size)
    out = np.empty((n, *self.data_shape), "float32") if out is None else out
    for i in progress(range(0, n, size), "generate", unit="batch"):
        part = [x[i : i + size] for x in inputs]
        with self.one_at_a_time:
            made = self.predict_on_batch(part if len(part) > 1 else part[0])
        out[i : i + len(made)] = made.astype("float32", copy=False)
    return out


def export(
    self: keras.Model,
    filepath: PathLike,
    format: str = "tf_saved_model",
    verbose: bool | None = None,
    *,
    as_uint8: bool = False,
    packages: PathLike | None = None,
) -> dict[str, dict]:
    """Write the generator, by its moving average where there is one, for use without Keras.

    What is written is inference in float32, the same whichever backend trained; in ONNX and
    LiteRT one function from latents, and labels for a conditional model, to data. A SavedModel
    has the signatures

    - `serving_default(latents[, labels])`,
    - `generate(n, seed[, labels], truncation)`, which draws the latents: the same seed, the
      same data. `labels` are one for all or `n`. Latents are redrawn until none is further
      than `truncation` from 0, which makes better samples that vary less; 0 is without
      (Marchesi 2017, arXiv:1706.04983; Brock, Donahue & Simonyan 2019, arXiv:1809.11096).

    The format "web" is a page that draws in any browser, without a network.

    Args:
        filepath: str or path-like, a new folder for "tf_saved_model" and "web", or a new file that
            ends in `.onnx`, `.tflite`, `.weights.h5` or, for a page in one file, `.html`.
        format: str, "tf_saved_model", "onnx", "litert", "weights" or "web".
        verbose: bool. True prints the paths and signatures.
        as_uint8: bool. True gives images as bytes, [0, 255] for [-1, 1].
        packages: for "web", the folder in which the npm package of ONNX Runtime Web may lie, as
            `npm pack` makes it, or None: npm fetches it.

    Returns:
        Dict of the path written to a dict of its signatures: name to (inputs, outputs), each a
        dict of name to (shape, dtype).

    Raises:
        ValueError: if the format is unknown, the path exists or has another ending, points are
            to be bytes or on a page, the network cannot be written so, or ONNX Runtime Web is not
            to be had.
        ImportError: if "onnx" or "web" lacks its packages.

    Example:

    >>> import tempfile
    >>> import kerasgan as kg
    >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(8,), discriminator_units=(8,))
    >>> (signatures,) = gan.export(f"{tempfile.mkdtemp()}/gan/1", as_uint8=True).values()
    >>> signatures["serving_default"]
    ({'latents': ((None, 4), 'float32')}, {'images': ((None, 8, 8, 1), 'uint8')})
    """
    name = "images" if len(self.data_shape) == 3 else "points"
    if as_uint8 and name == "points":
        raise ValueError(
            f"Only images are made as bytes. Received: {as_uint8=}, data_shape={self.data_shape}"
        )
    made = {name: ((None, *self.data_shape), "uint8" if as_uint8 else "float32")}
    labels = {}
    if self.condition is not None:
        ids = isinstance(self.condition, int)
        labels["labels"] = ((None,), "int32") if ids else ((None, *self.condition), "float32")
    network, *_ = self.preset_networks()
    latents = {"latents": ((None, self.latent_dim), "float32")}
    endpoints = {"serving_default": Endpoint(network, {**latents, **labels}, made)}
    if format == "tf_saved_model":
        drawn: dict[str, Any] = {"n": ((), "int32"), "seed": ((), "int32")}
        drawn = {**drawn, **labels, "truncation": ((), "float32")}
        endpoints["generate"] = Endpoint(network, drawn, made, self.latent_dim)
    if format == "web":
        parts, spec = self.page(endpoints)
        return export_page(parts, spec, filepath, verbose, packages)
    return export_endpoints(endpoints, filepath, format, verbose)


def page(self: keras.Model, endpoints: dict[str, Endpoint]) -> tuple[dict, dict]:
    """What a page of the model runs, and must know.

    Args:
        endpoints: dict of "serving_default" to the generator's.

    Returns:
        The endpoints that the page runs, and a dict for `kerasgan.export.export_page`.
    """
    if len(self.data_shape) != 3:
        raise ValueError(
            f"A page shows images. Received: format='web', data_shape={self.data_shape}"
        )
    height, width, channels = self.data_shape
    spec = {
        "kind": "noise",
        "name": type(self).__name__,
        "about": f"{width} × {height}",
        "channels": [channels],
        "shape": self.data_shape,
        "latents": self.latent_dim,
        "classes": self.condition if isinstance(self.condition, int) else 0,
        "conditions": self.condition[0] if isinstance(self.condition, tuple) else 0,
    }
    return {"generator": endpoints["serving_default"]}, spec


def interpolate(
    self: keras.Model,
    a: np.ndarray,
    b: np.ndarray,
    steps: int = 8,
    method: str = "spherical",
    labels: int | Sequence | np.ndarray | None = None,
) -> np.ndarray:
    """Data along the way from one latent vector to another.

    Args:
        a: float array `(latent_dim,)`, the start.
        b: float array `(latent_dim,)`, the end.
        steps: int, how many points, both ends included.
        method: "spherical", along the great circle, which keeps to lengths that normal latents
            have (White 2016, arXiv:1609.04468), or "linear".
        labels: for a conditional model, as in `generate`.

    Returns:
        float32 numpy array `(steps, *data_shape)`.

    Raises:
        ValueError: if the method is unknown or a vector has a wrong shape.
    """
    a, b = np.asarray(a, "float64"), np.asarray(b, "float64")
    for name, vector in (("a", a), ("b", b)):
        if vector.shape != (self.latent_dim,):
            raise ValueError(
                f"`{name}` must have shape ({self.latent_dim},). "
                f"Received: {name}.shape={vector.shape}"
            )
    t = np.linspace(0, 1, whole("steps", steps))[:, None]
    if method not in ("spherical", "linear"):
        raise ValueError(f"`method` must be 'spherical' or 'linear'. Received: method={method!r}")
    path = slerp(a, b, t) if method == "spherical" else (1 - t) * a + t * b
    return self.generate(latents=path, labels=labels)
