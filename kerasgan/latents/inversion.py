"""The latents of a given image."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike

from kerasgan.engine import gradient
from kerasgan.latents.mixing import style_networks
from kerasgan.utils.checks import draws, number, one_of, whole
from kerasgan.utils.checks import images as check_images
from kerasgan.utils.types import Tensor

TRIED = 256  # random latents, of which the best are where the search begins
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7  # of Adam


class Inversion(NamedTuple):
    """What `invert` finds.

    Attributes:
        latents: float32 array (n, latent_dim), or of styles (n, layers, latent_dim).
        images: float32 array (n, *data_shape), what the generator makes of them.
        psnr: float array (n,), the peak signal-to-noise ratio in dB, for a range of 2.
    """

    latents: np.ndarray
    images: np.ndarray
    psnr: np.ndarray


def squared_error(a: Tensor, b: Tensor) -> Tensor:
    """Each sample's mean squared error, in total.

    Example:

    >>> float(squared_error(ops.zeros((3, 2, 2)), ops.ones((3, 2, 2))))
    3.0
    """
    squares = ops.square(ops.cast(a, "float32") - ops.cast(b, "float32"))
    return ops.sum(ops.mean(ops.reshape(squares, (ops.shape(squares)[0], -1)), axis=1))


class Search(keras.Model):
    """The way from latents down to those of which a network makes given images.

    Args:
        network: Keras model of latents, and labels if there are any, to images.
        error: function of images and what is made to how far it is from them, in total.
    """

    def __init__(
        self, network: keras.Model, error: Callable[[Tensor, Tensor], Tensor] = squared_error
    ):
        super().__init__(dtype="float32")
        self.network, self.error = network, error
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Tensor:
        """The gradients, a tensor of the latents' shape, of `[images, latents, *labels]`."""
        images, latents, *labels = inputs

        def error(latents):
            given = [latents, *labels] if labels else latents
            return self.error(images, self.network(given, training=False))

        return gradient(error, latents)

    def follow(
        self,
        images: np.ndarray,
        latents: np.ndarray,
        steps: int,
        labels: Sequence[np.ndarray] = (),
        learning_rate: float = 0.1,
    ) -> np.ndarray:
        """Where latents are after so many steps of Adam, at a rate that falls along half a cosine
        to zero.

        Args:
            images: float32 array (n, *data_shape).
            latents: float32 array (n, ...), where they begin.
            steps: int.
            labels: arrays of n, what else the network takes.
            learning_rate: float, the first one.

        Returns:
            A float32 array of the latents' shape.
        """
        m = v = np.zeros_like(latents)
        for i in range(1, steps + 1):
            slope = self.predict_on_batch([images, latents, *labels])
            m, v = BETA_1 * m + (1 - BETA_1) * slope, BETA_2 * v + (1 - BETA_2) * slope**2
            move = m / (1 - BETA_1**i) / (np.sqrt(v / (1 - BETA_2**i)) + EPSILON)
            rate = learning_rate * (1 + np.cos(np.pi * (i - 1) / steps)) / 2
            latents = (latents - rate * move).astype("float32")
        return latents


def invert(
    model: Any,
    images: np.ndarray,
    steps: int = 500,
    *,
    encoder: Callable[[np.ndarray], Any] | None = None,
    labels: ArrayLike | None = None,
    starts: int = 4,
    space: str = "latents",
    learning_rate: float = 0.1,
    random_seed: int = 0,
) -> Inversion:
    """Searches the latents of which a generator makes given images.

    Adam goes down the mean squared difference of the pixels, its learning rate along half a cosine
    to zero. Each search begins at several of the random latents, those whose images are nearest,
    and the best end is taken; or at what an encoder gives.

    See Creswell & Bharath 2016, Inverting the Generator of a Generative Adversarial Network,
    arXiv:1611.05644; Zhu et al. 2016, Generative Visual Manipulation on the Natural Image Manifold,
    arXiv:1609.03552, for the start by an encoder; Abdal, Qin & Wonka 2019, Image2StyleGAN,
    arXiv:1904.03189, for the styles.

    Args:
        model: a model that draws images from noise, such as `kerasgan.DCGAN`.
        images: float array (n, height, width, channels) in [-1, 1].
        steps: int, of Adam.
        encoder: function, or Keras model, of the images to latents (n, latent_dim), or styles;
            None for random ones.
        labels: for a conditional model: one class id or condition vector for all, or an array of n.
        starts: int, how many searches there are for each image, without an encoder.
        space: "latents"; or "styles", for a model that has them, such as `kerasgan.StyleGAN2`, of
            which more images can be made: each layer has one of its own, and what is found goes
            into the generator's layer "synthesis".
        learning_rate: float above 0.
        random_seed: int, of the random latents.

    Returns:
        An `Inversion`.

    Raises:
        ValueError: if images, latents or labels have a wrong shape, a number is out of range, or
            the model has no styles.

    Example:

    >>> import kerasgan as kg
    >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,), seed=0)
    >>> found = invert(gan, gan.generate(2, seed=1), steps=200)
    >>> bool((found.psnr > 30).all())
    True
    """
    draws(model)
    (
        whole("steps", steps, most=10**6),
        whole("starts", starts, most=TRIED),
        whole("random_seed", random_seed, least=0),
    )
    number("learning_rate", learning_rate, above=0)
    one_of("space", space, ("latents", "styles"))
    images = check_images("images", images, model.data_shape[-1])
    if images.shape[1:] != model.data_shape:
        raise ValueError(
            f"`images` must have shape (n, *{model.data_shape}). Received: {images.shape=}"
        )
    conditions = _one_each(model, labels, len(images))
    (network, *_), mapping = model.preset_networks(), None
    if space == "styles":
        mapping, network = style_networks(network)
    if encoder is None:
        start = _nearest(model, images, conditions, starts, random_seed)
        if mapping is not None:
            labels = [np.repeat(part, starts, axis=0) for part in conditions]
            start = _made(model, mapping, start, labels)
    else:
        starts, start = 1, np.array(ops.convert_to_numpy(encoder(images)), "float32")
        if (wanted := (len(images), *network.inputs[0].shape[1:])) != start.shape:
            raise ValueError(
                f"The encoder must give {space} of shape {wanted}. Received: {start.shape}"
            )
    images, *labels = (np.repeat(part, starts, axis=0) for part in (images, *conditions))
    labels = [] if mapping is not None else labels
    with model.one_at_a_time:
        latents = Search(network).follow(images, start, steps, labels, learning_rate)
    made = _made(model, network, latents, labels)
    errors = np.square(made - images, dtype="float64").mean((1, 2, 3)).reshape(-1, starts)
    best = np.arange(len(errors)) * starts + errors.argmin(axis=1)
    psnr = 10 * np.log10(4 / np.maximum(errors.min(axis=1), 1e-12))
    return Inversion(latents[best], made[best], psnr)


def _made(model, network, latents, labels):
    """What a network of a model's makes of latents and labels."""
    with model.one_at_a_time:
        made = network.predict([latents, *labels] if labels else latents, verbose=0)
    return made.astype("float32")


def _one_each(model, labels, n):
    """A list of one array, the condition of each image; an empty one for a model without."""
    if model.condition is None:
        return []
    if labels is None:
        raise ValueError("Say by `labels` what the images are of. Received: labels=None")
    one = np.asarray(labels)
    single = one.ndim == (0 if isinstance(model.condition, int) else 1)
    one = one.astype("int32" if isinstance(model.condition, int) else "float32")
    return [np.repeat(one[None], n, axis=0) if single else one]


def _nearest(model, images, conditions, starts, random_seed):
    """Of random latents, those of which the generator makes what is nearest to each image."""
    rng = np.random.default_rng(random_seed)
    drawn = rng.standard_normal((TRIED, model.latent_dim)).astype("float32")
    found = np.empty((len(images), starts, model.latent_dim), "float32")
    kinds = conditions[0] if conditions else np.zeros(len(images), int)
    for kind in np.unique(kinds, axis=0):
        rows = np.flatnonzero((kinds == kind).reshape(len(images), -1).all(axis=1))
        made = model.generate(latents=drawn, labels=kind if conditions else None)
        for row in rows:
            errors = np.square(made - images[row]).mean((1, 2, 3))
            found[row] = drawn[np.argsort(errors)[:starts]]
    return found.reshape(-1, model.latent_dim)
