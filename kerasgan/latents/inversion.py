"""The latents of a given image."""

from collections.abc import Callable
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike

from kerasgan.engine import AdversarialModel
from kerasgan.utils.checks import draws, number, whole
from kerasgan.utils.checks import images as check_images

TRIED = 256  # random latents, of which the best are where the search begins


class Inversion(NamedTuple):
    """What `invert` finds.

    Attributes:
        latents: float32 array (n, latent_dim).
        images: float32 array (n, *data_shape), what the generator makes of them.
        psnr: float array (n,), the peak signal-to-noise ratio in dB, for a range of 2.
    """

    latents: np.ndarray
    images: np.ndarray
    psnr: np.ndarray


class _Latents(keras.layers.Layer):
    """Latents as weights."""

    def __init__(self, start: np.ndarray):
        super().__init__(dtype="float32")
        self.latents = self.add_weight(shape=start.shape, initializer="zeros")
        self.latents.assign(start)
        self.built = True


class _Search(AdversarialModel):
    """Moves latents until a generator, which stays as it is, makes given images of them."""

    log_names = {"error": "latents"}

    def __init__(self, generator: keras.Model, start: keras.layers.Layer, data_spec: dict):
        super().__init__(seed=0)
        self._generator, self.start, self.data_spec = generator, start, data_spec

    def players(self) -> dict[str, list]:
        return {"latents": [self.start]}

    def train_step(self, data: Any) -> dict[str, Any]:
        images, *labels = self.batch(data)

        def error():
            latents = self.start.latents.value
            made = self._generator([latents, *labels] if labels else latents, training=False)
            return ops.sum(ops.mean(ops.square(ops.cast(made, "float32") - images), (1, 2, 3)))

        return self.logs(error=self.minimize(error, "latents"))


def invert(
    model: Any,
    images: np.ndarray,
    steps: int = 500,
    *,
    encoder: Callable[[np.ndarray], Any] | None = None,
    labels: ArrayLike | None = None,
    starts: int = 4,
    learning_rate: float = 0.1,
    random_seed: int = 0,
) -> Inversion:
    """Searches the latents of which a generator makes given images.

    Adam goes down the mean squared difference of the pixels, its learning rate along half a cosine
    to zero. Each search begins at several of the random latents, those whose images are nearest,
    and the best end is taken; or at what an encoder gives.

    See Creswell & Bharath 2016, Inverting the Generator of a Generative Adversarial Network,
    arXiv:1611.05644; Zhu et al. 2016, Generative Visual Manipulation on the Natural Image Manifold,
    arXiv:1609.03552, for the start by an encoder.

    Args:
        model: a model that draws images from noise, such as `kerasgan.DCGAN`.
        images: float array (n, height, width, channels) in [-1, 1].
        steps: int, of Adam.
        encoder: function, or Keras model, of the images to latents (n, latent_dim); None for
            random ones.
        labels: for a conditional model: one class id or condition vector for all, or an array of n.
        starts: int, how many searches there are for each image, without an encoder.
        learning_rate: float above 0.
        random_seed: int, of the random latents.

    Returns:
        An `Inversion`.

    Raises:
        ValueError: if images, latents or labels have a wrong shape, or a number is out of range.

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
    images = check_images("images", images, model.data_shape[-1])
    if images.shape[1:] != model.data_shape:
        raise ValueError(
            f"`images` must have shape (n, *{model.data_shape}). Received: {images.shape=}"
        )
    conditions = _one_each(model, labels, len(images))
    if encoder is None:
        start = _nearest(model, images, conditions, starts, random_seed)
    else:
        starts, start = 1, np.array(ops.convert_to_numpy(encoder(images)), "float32")
        if start.shape != (len(images), model.latent_dim):
            raise ValueError(
                f"The encoder must give latents of shape ({len(images)}, {model.latent_dim}). "
                f"Received: {start.shape}"
            )
    wanted = [np.repeat(part, starts, axis=0) for part in (images, *conditions)]
    with model.one_at_a_time:
        latents = _searched(model, start, wanted, steps, learning_rate)
    made = model.generate(latents=latents, labels=wanted[1] if conditions else None)
    errors = np.square(made - wanted[0], dtype="float64").mean((1, 2, 3)).reshape(-1, starts)
    best = np.arange(len(images)) * starts + errors.argmin(axis=1)
    psnr = 10 * np.log10(4 / np.maximum(errors.min(axis=1), 1e-12))
    return Inversion(latents[best], made[best], psnr)


def _one_each(model, labels, n):
    """A list of one array, the condition of each image; an empty one for a model without."""
    if model.condition is None:
        return []
    if labels is None:
        raise ValueError("Say by `labels` what the images are of. Received: labels=None")
    one = np.asarray(labels)
    single = one.ndim == (0 if isinstance(model.condition, int) else 1)
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


def _searched(model, start, wanted, steps, learning_rate):
    """The latents after so many steps."""
    spec = {name: model.data_spec[name] for name, _ in zip(model.data_spec, wanted, strict=True)}
    (generator,) = model.preset_networks()
    search = _Search(generator, _Latents(start), spec)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    search.compile(optimizer=keras.optimizers.Adam(schedule))
    dtypes = "float32", "int32" if isinstance(model.condition, int) else "float32"
    batch = tuple(part.astype(dtype) for part, dtype in zip(wanted, dtypes, strict=False))
    search.fit((batch for _ in range(steps)), steps_per_epoch=steps, shuffle=False, verbose=0)
    return np.array(search.start.latents)
