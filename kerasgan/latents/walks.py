"""Walks through a generator's latents."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kerasgan.latents.interpolation import slerp
from kerasgan.utils.checks import draws, whole, width
from kerasgan.utils.checks import seed as check_seed
from kerasgan.utils.truncation import truncated_normal


def walk(
    model: Any,
    n: int = 1,
    *,
    stops: int = 8,
    frames: int = 96,
    seed: int | None = None,
    labels: ArrayLike | None = None,
    truncation: float | None = None,
) -> Iterator[np.ndarray]:
    """What a generator makes along closed walks from one random latent to the next.

    The ways are great circles, which keep to the lengths that latents have. The last frame leads
    back to the first.

    Args:
        model: a model that draws from noise, such as `kerasgan.DCGAN`.
        n: int, how many walks there are beside each other.
        stops: int, between how many random latents each goes, at least 2.
        frames: int, how many there are.
        seed: int or None, of the latents and of labels that are not given.
        labels: for a conditional model: one class id or condition vector for all, or an array of
            `n`; by default class ids are drawn. Each walk keeps to its own.
        truncation: float, as in the model's `generate`: how far from 0 latents are, see
            `kerasgan.latents.truncated_normal`, or of StyleGAN2 styles from their mean; None is
            without.

    Returns:
        An iterator over the frames: float32 arrays (n, *data_shape).

    Raises:
        ValueError: if a number is not positive, or the labels do not fit.

    Example:

    >>> import kerasgan as kg
    >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
    >>> len([frame for frame in walk(gan, n=2, stops=3, frames=6, seed=0)])
    6
    """
    draws(model)
    shape = width("stops", whole("stops", stops, least=2)), width("n", n), model.latent_dim
    whole("frames", frames)
    rng = np.random.default_rng(check_seed("seed", seed))
    given: dict[str, Any] = {"labels": labels}
    if truncation is not None and hasattr(model, "truncated"):  # which sees to it itself
        given["truncation"], truncation = truncation, None
    latents = truncated_normal(rng, shape, truncation or 0.0)
    if labels is None and isinstance(model.condition, int):
        given["labels"] = rng.integers(model.condition, size=n)

    def frame(i):
        stop, way = divmod(i * stops / frames, 1)
        a, b = latents[int(stop)], latents[(int(stop) + 1) % stops]
        return model.generate(latents=slerp(a, b, np.full((n, 1), way)), **given)

    return map(frame, range(frames))
