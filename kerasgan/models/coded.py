"""How a trained InfoGAN is asked for images of some codes, and for the codes of images.

Methods of `kerasgan.InfoGAN`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike

from kerasgan.latents import truncated_normal
from kerasgan.models import sampling
from kerasgan.utils import checks


def check_codes(latent_dim: int, categorical: Sequence[int], continuous: int, pack: int) -> int:
    """How many entries of a latent vector the codes of a model take.

    Raises:
        ValueError: if there is no code, no room for them, or a pack, whose samples' codes differ.

    Example:

    >>> check_codes(74, (10,), 2, pack=1)
    12
    """
    entries = sum(checks.widths("categorical", categorical))
    entries += checks.whole("continuous", continuous, least=0, most=checks.WIDEST)
    if not 0 < entries <= checks.width("latent_dim", latent_dim):
        raise ValueError(
            "There must be a code, and room for it: `latent_dim` counts the classes of each "
            f"categorical code and the continuous codes, here {entries}, and the noise. "
            f"Received: {latent_dim=}, {categorical=}, {continuous=}"
        )
    if pack != 1:
        raise ValueError(f"Of a pack no codes can be read; leave `pack` at 1. Received: {pack=}")
    return entries


def with_codes(
    self: keras.Model,
    codes: Mapping[str, ArrayLike],
    n: int | None = None,
    seed: int | None = None,
    latents: np.ndarray | None = None,
    truncation: float = 0.0,
) -> np.ndarray:
    """Latents that hold given codes, for whatever takes latents: `generate`, `interpolate`,
    `kerasgan.callbacks.SampleGrid`, the exported model.

    Args:
        codes: dict of "categorical" to class ids, int array `(n, number of codes)`, and of
            "continuous" to values, float array `(n, number of codes)`, or of one of them. One row
            is for all; where there is one code, an array may be `(n,)`. Codes that are not
            given stay as they were drawn.
        n: int, how many; by default as many as codes or latents are given, or one.
        seed: int or None, what the rest is drawn from, as in `generate`.
        latents: float array `(n, latent_dim)` to put the codes into instead.
        truncation: float, of what is drawn, as in `generate`.

    Returns:
        float32 numpy array `(n, latent_dim)`; N(0, I) where the codes are drawn like the model's.

    Raises:
        ValueError: if a kind of code is unknown, an array has a wrong shape, ids are out of range,
            or codes, latents and `n` are not equally many.
    """
    found = _checked(self, codes)
    latents = None if latents is None else np.atleast_1d(checks.floats("latents", latents))
    given = {"n": n, "latents": None if latents is None else len(latents)}
    given |= {kind: len(rows) for kind, rows in found.items() if len(rows) > 1}
    sizes = {key: size for key, size in given.items() if size is not None}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"`n`, latents and codes must be equally many. Received: {sizes}")
    n = checks.whole("n", next(iter(sizes.values()), 1), most=checks.MOST)
    checks.seed("seed", seed)
    if latents is None:
        rng = np.random.default_rng(np.random.randint(2**31) if seed is None else seed)
        latents = truncated_normal(rng, (n, self.latent_dim), truncation)
    elif latents.shape != (n, self.latent_dim) or n == 0:
        raise ValueError(
            f"`latents` must have shape (n, {self.latent_dim}). "
            f"Received: latents.shape={latents.shape}"
        )
    made, start, rows = latents.astype("float32"), 0, np.arange(n)
    for i, size in enumerate(self.categorical):
        if "categorical" in found:
            part = made[:, start : start + size]  # whose greatest and named entries change places
            ids, top = found["categorical"][:, i], part.argmax(axis=1)
            part[rows, ids], part[rows, top] = part[rows, top], part[rows, ids]
        start += size
    if "continuous" in found:
        made[:, start : self.code_dim] = found["continuous"]
    return made


def _checked(self, codes):
    """The codes as arrays of two axes, by their kinds."""
    numbers = {"categorical": len(self.categorical), "continuous": self.continuous}
    known = [kind for kind, number in numbers.items() if number]
    if not isinstance(codes, Mapping) or not set(codes) <= set(known):
        raise ValueError(f"`codes` must be a dict with keys of {known}. Received: {codes=}")
    found = {}
    for kind, values in codes.items():
        array = checks.floats(kind, values)
        if array.ndim < 2:
            array = array.reshape((-1, 1) if numbers[kind] == 1 else (1, -1))
        if array.ndim != 2 or array.shape[1] != numbers[kind] or not len(array):
            raise ValueError(
                f"The {kind} codes must have shape (n, {numbers[kind]}). "
                f"Received: shape {np.shape(values)}"
            )
        if not np.isfinite(array).all():
            raise ValueError(f"The {kind} codes must be finite. Received: {kind}={values}")
        found[kind] = array
    if "categorical" in found:
        ids = found["categorical"]
        if (ids != ids.round()).any() or (ids < 0).any() or (ids >= self.categorical).any():
            raise ValueError(
                f"Categorical codes must be class ids, whole numbers below {self.categorical}. "
                f"Received: categorical={codes['categorical']}"
            )
        found["categorical"] = ids.astype(int)
    return found


def generate(
    self: keras.Model,
    n: int | None = None,
    seed: int | None = None,
    latents: np.ndarray | None = None,
    labels: Any = None,
    batch_size: int = 256,
    truncation: float = 0.0,
    out: Any = None,
    *,
    codes: Mapping[str, ArrayLike] | None = None,
) -> Any:
    """Make data at inference, of given codes where there are any.

    Args:
        n: int, how many; by default as many as latents or codes are given, or one.
        seed: int or None, as for other models. It draws the same noise whatever the codes.
        latents: float array `(n, latent_dim)` to be used instead.
        labels: None; InfoGAN takes none.
        batch_size: int, how many are made at once.
        truncation: float, as for other models; codes that are given stay as they are.
        out: what takes them batch by batch, as for other models.
        codes: dict of "categorical" to class ids and of "continuous" to values, or of one of them;
            see `with_codes`. `codes={"categorical": [3]}` asks for class 3 of a model of one code.

    Returns:
        float32 numpy array `(n, *data_shape)`, images in [-1, 1]; or `out`.

    Raises:
        ValueError: as for other models, and if the codes are not such.
    """
    if codes is not None:
        left = 0.0 if latents is None else truncation  # which latents that are given refuse
        latents, truncation = self.with_codes(codes, n, seed, latents, truncation), left
    return sampling.generate(self, n, seed, latents, labels, batch_size, truncation, out)


def recover(self: keras.Model, images: np.ndarray, batch_size: int = 256) -> dict[str, np.ndarray]:
    """The codes that the recognizer reads off images, in the form that `generate` takes.

    Args:
        images: float array `(n, *data_shape)` in [-1, 1].
        batch_size: int, how many are read at once.

    Returns:
        Dict of "categorical" to the likeliest class ids, int array `(n, number of codes)`, and of
        "continuous" to the means, float32 array `(n, number of codes)`; without a kind that the
        model does not have.

    Raises:
        ValueError: if the images have another shape.
    """
    images = np.asarray(images, "float32")
    if images.shape[1:] != self.data_shape or not len(images):
        raise ValueError(
            f"`images` must have shape (n, {', '.join(map(str, self.data_shape))}). "
            f"Received: images.shape={images.shape}"
        )
    size = checks.whole("batch_size", batch_size)
    parts = [images[i : i + size] for i in range(0, len(images), size)]
    with self.one_at_a_time:
        features = (self.discriminator.predict_on_batch(part)[1] for part in parts)
        q = np.concatenate([self.recognizer.predict_on_batch(part) for part in features])
    found, start = {}, 0
    if self.categorical:
        ends = np.cumsum(self.categorical)
        logits = np.split(q[:, : ends[-1]], ends[:-1], axis=1)
        found["categorical"] = np.stack([part.argmax(axis=1) for part in logits], axis=1)
        start = ends[-1]
    if self.continuous:
        found["continuous"] = q[:, start : self.code_dim].astype("float32")
    return found
