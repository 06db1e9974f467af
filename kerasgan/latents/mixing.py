"""Images of the coarse styles of one latent and the fine styles of another."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops

from kerasgan.utils.checks import floats


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
        model: a model of styles, such as `kerasgan.StyleGAN2`: `mapping` makes styles
            (n, layers, w_dim) of latents, or of latents and labels, and `synthesis` images of
            styles.
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

    >>> import types
    >>> model = types.SimpleNamespace(
    ...     latent_dim=2,
    ...     mapping=lambda z, training: ops.stack([z, z], axis=1),
    ...     synthesis=lambda w, training: w[:, :, :1, None],
    ... )
    >>> style_mixing(model, np.zeros((1, 2)), np.ones((1, 2)), [1]).ravel().tolist()
    [0.0, 1.0]
    """
    if not (hasattr(model, "mapping") and hasattr(model, "synthesis")):
        raise ValueError(
            f"A {type(model).__name__} has no styles to mix; a StyleGAN2 does. "
            f"Received: model={type(model).__name__}"
        )
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
    styles = ops.convert_to_numpy(model.mapping(inputs, training=False))
    if unknown := [i for i in layers if i not in range(styles.shape[1])]:
        raise ValueError(
            f"Layers are numbered from 0 to {styles.shape[1] - 1}. Received: layers={unknown}"
        )
    mixed = np.repeat(styles[:n], m, axis=0)
    mixed[:, list(layers)] = np.tile(styles[n:], (n, 1, 1))[:, list(layers)]
    made = model.synthesis(mixed, training=False)
    return ops.convert_to_numpy(made).astype("float32")
