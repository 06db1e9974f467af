"""How `kerasgan.FAnoGAN` is asked what is wrong with images; numpy in and out."""

import functools
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np

from kerasgan.latents.inversion import Search, squared_error
from kerasgan.utils import checks
from kerasgan.utils.images import heat_colours, image_grid

METHODS = ("encoder", "search")


def anomaly_scores(
    self: keras.Model, images: np.ndarray, reconstructions: np.ndarray | None = None, **how: Any
) -> np.ndarray:
    """How little each image is like the normal ones: the higher, the less.

    The mean squared residual of the image and its reconstruction, plus `kappa` times that of their
    features.

    Args:
        images: float array `(n, *data_shape)` in [-1, 1].
        reconstructions: what `reconstruct` made of them; None makes them.
        **how: see `reconstruct`.

    Returns:
        float32 numpy array `(n,)`.

    Raises:
        ValueError: as `reconstruct`.
    """
    images, made = _both(self, images, reconstructions, how)
    scores = _mean_squares(images - made)
    if self.features is not None:
        seen = [_in_batches(self, self.features, x) for x in (images, made)]
        scores += self.kappa * _mean_squares(seen[0] - seen[1])
    return scores


def anomaly_maps(
    self: keras.Model, images: np.ndarray, reconstructions: np.ndarray | None = None, **how: Any
) -> np.ndarray:
    """Where in each image the anomaly is: the absolute residuals of its pixels.

    Args:
        images: float array `(n, *data_shape)` in [-1, 1].
        reconstructions: what `reconstruct` made of them; None makes them.
        **how: see `reconstruct`.

    Returns:
        float32 numpy array `(n, height, width)`, the mean over the channels, from 0 to 2.

    Raises:
        ValueError: as `reconstruct`.
    """
    images, made = _both(self, images, reconstructions, how)
    return np.abs(images - made).mean(axis=-1)


def anomaly_picture(image: np.ndarray, again: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """An image, its reconstruction, and its map, side by side.

    Args:
        image: float array `(height, width, channels)` in [-1, 1].
        again: likewise, what `reconstruct` made of it.
        heat: float array `(height, width)`, what `anomaly_maps` gave of it: from black for 0 to
            bright yellow for 1 and more.

    Returns:
        A uint8 array `(height, 3 * width, 3)`.
    """
    colours = heat_colours(heat)
    rgb = [np.broadcast_to(x, colours.shape) for x in (image, again)]
    return image_grid(np.stack([*rgb, colours]), 3, padding=0)


def reconstruct(
    self: keras.Model,
    images: np.ndarray,
    *,
    method: str = "encoder",
    steps: int = 500,
    seed: int = 0,
    batch_size: int = 64,
) -> np.ndarray:
    """The nearest to images that the generator makes.

    Args:
        images: float array `(n, *data_shape)` in [-1, 1].
        method: "encoder", of the latents that the encoder finds; or "search", AnoGAN's way, which
            needs no trained encoder: of latents that are drawn and then moved by Adam down the
            loss, each image's own, at a rate that falls along half a cosine.
        steps: int, how often the search moves them; AnoGAN's 500 by default.
        seed: int, of the latents that the search begins with.
        batch_size: int, how many images are looked at at once.

    Returns:
        float32 numpy array `(n, *data_shape)`.

    Raises:
        ValueError: if the images' shape or values are not such, or the method is unknown.
    """
    images = _checked("images", self, images)
    checks.one_of("method", method, METHODS)
    steps, seed = checks.whole("steps", steps), checks.whole("seed", seed, least=0)
    size = checks.whole("batch_size", batch_size)
    if method == "encoder":
        return _in_batches(self, self.reconstructor, images, size)
    rng, made = np.random.default_rng(seed), []
    search = Search(self.generator, functools.partial(_distance, self))
    for part in _batches(images, size):
        latents = rng.standard_normal((len(part), self.latent_dim)).astype("float32")
        with self.one_at_a_time:
            latents = search.follow(part, latents, steps)
        made.append(_in_batches(self, self.generator, latents, size))
    return np.concatenate(made)


def _distance(self, images, made):
    """The scores of images and what is made of them, in total, which the search minimizes."""
    total = squared_error(images, made)
    if self.features is None:
        return total
    return total + self.kappa * squared_error(
        *(self.features(x, training=False) for x in (images, made))
    )


def _mean_squares(residuals):
    return np.square(residuals.reshape(len(residuals), -1)).mean(axis=1)


def _both(self, images, reconstructions, how):
    if reconstructions is None:
        reconstructions = self.reconstruct(images, **how)
    images = _checked("images", self, images)
    made = _checked("reconstructions", self, reconstructions, in_range=False)
    if len(images) != len(made):
        raise ValueError(
            "Each image has one reconstruction. "
            f"Received: {len(images)} images, {len(made)} reconstructions"
        )
    return images, made


def _checked(name, self, images, in_range=True):
    images = checks.images(name, images, self.data_shape[-1], in_range=in_range)
    if images.shape[1:] != self.data_shape:
        raise ValueError(
            f"`{name}` must have shape (n, {', '.join(map(str, self.data_shape))}), as the GAN's "
            f"images have. Received: {name}.shape={images.shape}"
        )
    return images


def _batches(array: np.ndarray, size: int) -> Iterator[np.ndarray]:
    return (array[i : i + size] for i in range(0, len(array), size))


def _in_batches(self, network, inputs, size=256):
    with self.one_at_a_time:
        made = [network.predict_on_batch(part) for part in _batches(inputs, size)]
    return np.concatenate(made).astype("float32")
