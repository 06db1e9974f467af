"""Images of the coarse styles of one latent and the fine styles of another."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from kerasgan.utils.checks import draws, floats


def style_networks(generator: keras.Model) -> tuple[keras.Model, keras.Model]:
    """What makes styles (n, layers, latent_dim) of latents, and images of styles.

    Args:
        generator: Keras model with the layers "mapping" and "synthesis", as
            `kerasgan.networks.stylegan2_generator` makes it.

    Returns:
        Two Keras models.

    Raises:
        ValueError: if it has no such layers.

    Example:

    >>> import kerasgan as kg
    >>> generator = kg.networks.stylegan2_generator((16, 16, 1), 4, filters=2, depth=1)
    >>> [network.output_shape for network in style_networks(generator)]
    [(None, 6, 4), (None, 16, 16, 1)]
    """
    names = [layer.name for layer in generator.layers]
    if not {"mapping", "synthesis"} <= set(names):
        raise ValueError(
            "A generator of styles has the layers 'mapping' and 'synthesis', as that of a "
            f"StyleGAN2. Received: layers={names}"
        )
    return generator.get_layer("mapping"), generator.get_layer("synthesis")


def style_mixing(
    model: Any,
    rows: np.ndarray,
    cols: np.ndarray,
    layers: Sequence[int],
    labels: np.ndarray | None = None,
) -> np.ndarray:
    """Mixes the styles of latents, each with each.

    See Karras, Laine & Aila 2018, A Style-Based Generator Architecture for Generative Adversarial
    Networks, arXiv:1812.04948, section 3.1: the first layers' styles decide on pose and shape, the
    last layers' on colours.

    Args:
        model: a model of styles, such as `kerasgan.StyleGAN2`.
        rows: float array (n, latent_dim), whose styles the images have.
        cols: float array (m, latent_dim), whose styles they have in `layers` instead.
        layers: ints, from 0 for the first layer, which has the smallest map.
        labels: for a conditional model: class ids or condition vectors for rows, then columns.

    Returns:
        A float32 array (n * m, *data_shape), row by row.

    Raises:
        ValueError: if the model has no styles, an array has a wrong shape, or there is no such
            layer.

    Example:

    >>> import kerasgan as kg
    >>> gan = kg.StyleGAN2((16, 16, 1), 4, filters=2, mapping_layers=1)
    >>> style_mixing(gan, np.zeros((3, 4)), np.ones((2, 4)), [0, 1]).shape
    (6, 16, 16, 1)
    """
    draws(model)
    mapping, synthesis = style_networks(*model.preset_networks())
    given = {"rows": floats("rows", rows), "cols": floats("cols", cols)}
    for name, latents in given.items():
        if latents.ndim != 2 or latents.shape[1] != model.latent_dim or not len(latents):
            raise ValueError(
                f"`{name}` must have shape (n, {model.latent_dim}). "
                f"Received: {name}.shape={latents.shape}"
            )
    n, m = map(len, given.values())
    latents = np.concatenate(list(given.values())).astype("float32")
    inputs = latents if labels is None else [latents, np.asarray(labels)]
    with model.one_at_a_time:
        styles = mapping.predict(inputs, verbose=0)
    if unknown := [i for i in layers if i not in range(styles.shape[1])]:
        raise ValueError(
            f"Layers are numbered from 0 to {styles.shape[1] - 1}. Received: layers={unknown}"
        )
    mixed = np.repeat(styles[:n], m, axis=0)
    mixed[:, list(layers)] = np.tile(styles[n:], (n, 1, 1))[:, list(layers)]
    with model.one_at_a_time:
        return synthesis.predict(mixed, verbose=0).astype("float32")
