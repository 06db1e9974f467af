"""Directions in a generator's latents along which its images change most."""

from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike

from kerasgan.utils.checks import draws, floats, whole
from kerasgan.utils.private import layers_of


def directions(model: Any, n: int | None = None) -> np.ndarray:
    """Directions that the generator's first dense layer stretches most, without any data.

    They are the eigenvectors of the Gram matrix of its weights, those of the largest eigenvalues
    first. See Shen & Zhou 2021, Closed-Form Factorization of Latent Semantics in GANs (SeFa),
    arXiv:2007.06600. Of a conditional model, only the weights of the latents count.

    Args:
        model: a model that draws from noise, such as `kerasgan.DCGAN`.
        n: int, how many; None for all.

    Returns:
        A float array (n, latent_dim) of unit vectors, each at right angles to the others.

    Raises:
        ValueError: if the generator has no dense layer that the latents go into, or `n` is more
            than `latent_dim`.

    Example:

    >>> import kerasgan as kg
    >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
    >>> directions(gan, 2).shape
    (2, 4)
    """
    draws(model)
    d = model.latent_dim
    n = d if n is None else whole("n", n, most=d)
    generator, *_ = model.preset_networks()
    dense = (layer for layer in layers_of(generator) if isinstance(layer, keras.layers.Dense))
    kernel = next((k for k in (np.array(layer.kernel) for layer in dense) if len(k) >= d), None)
    if kernel is None:
        raise ValueError(
            f"The generator has no dense layer that its {d} latents go into. "
            f"Received: model={type(model).__name__}"
        )
    weights = kernel[:d].astype("float64")  # what is joined to the latents comes after them
    _, vectors = np.linalg.eigh(weights @ weights.T)
    return vectors.T[::-1][:n]


def traverse(
    model: Any,
    latents: np.ndarray,
    along: np.ndarray,
    distances: ArrayLike = (-3, -2, -1, 0, 1, 2, 3),
    labels: ArrayLike | None = None,
) -> np.ndarray:
    """What a generator makes of one latent vector that is moved along directions.

    Args:
        model: a model that draws from noise, such as `kerasgan.DCGAN`.
        latents: float array (latent_dim,), from where it is moved.
        along: float array (n, latent_dim), as `directions` gives it.
        distances: floats (m,), how far along each.
        labels: for a conditional model, one class id or condition vector.

    Returns:
        A float32 array (n * m, *data_shape), a row of m for each direction, which
        `kerasgan.utils.image_grid(..., cols=m)` lays out.

    Raises:
        ValueError: if an array has a wrong shape.

    Example:

    >>> import kerasgan as kg
    >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
    >>> traverse(gan, np.zeros(4), directions(gan, 2), (-1, 0, 1)).shape
    (6, 8, 8, 1)
    """
    draws(model)
    d = model.latent_dim
    latents, along = floats("latents", latents), floats("along", along)
    distances = floats("distances", distances)
    if latents.shape != (d,) or along.ndim != 2 or along.shape[1] != d or distances.ndim != 1:
        raise ValueError(
            f"`latents` must have shape ({d},), `along` (n, {d}) and `distances` (m,). Received: "
            f"{latents.shape=}, {along.shape=}, {distances.shape=}"
        )
    moved = latents + along[:, None] * distances[:, None]
    return model.generate(latents=moved.reshape(-1, d), labels=labels)
