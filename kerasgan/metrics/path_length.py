"""The perceptual path length: how smoothly images follow latents."""

from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike

from kerasgan.latents import slerp
from kerasgan.metrics import extractors
from kerasgan.utils.checks import MOST, WIDEST, number, whole
from kerasgan.utils.progress import progress

AGREE = 0.7  # rounding alone halves the number, or quarters it, when the step is doubled


def perceptual_path_length(
    model: Any,
    extractor: "extractors.Extractor | keras.Model | str",
    samples: int = 1000,
    epsilon: float = 1e-4,
    batch_size: int = 32,
    seed: int = 0,
    labels: ArrayLike | None = None,
) -> float:
    """Computes the perceptual path length of Karras, Laine and Aila 2018 (StyleGAN).

    See arXiv:1812.04948, section 4.1. Between two normal latents, t of the way along the great
    circle, the images at t and t + epsilon are compared by the squared distance of their features,
    divided by epsilon squared. It is the mean over many, the lowest and the highest hundredth left
    out. The paper's features are those of LPIPS, so its numbers are of another unit.

    Args:
        model: a model that draws from noise, such as `kerasgan.DCGAN`.
        extractor: a `kerasgan.metrics.Extractor`, a name of one, or a Keras model of images to
            features. One that rounds images to 8 bits does not round them here: the change
            along a step is far smaller.
        samples: int, how many pairs of latents.
        epsilon: float above 0, the step. In float32 the paper's 1e-4 loses next to nothing to
            rounding, and longer steps cut corners: of a DCGAN by EfficientNet-Lite0 the number is
            2e-5 off that in float64 at 1e-4, and 17% too low at 1e-2.
        batch_size: int, how many pairs are made at once.
        seed: int that makes the latents, t and drawn labels repeat.
        labels: of a conditional model: one class id or condition vector for all, or an array of
            `samples`; by default class ids are drawn. Both ends of a step have the same.

    Returns:
        A float, at least 0.

    Raises:
        ValueError: if the model does not draw from noise, a number is not positive, the labels do
            not fit, or a step twice as long gives less than 0.7 of the number, for the first
            batch: then `epsilon` is too short for the precision, or much too long.

    Example:

    >>> import kerasgan as kg
    >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
    >>> pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    >>> perceptual_path_length(gan, pixels, samples=50) > 0
    True
    """
    if not hasattr(model, "generate"):
        raise ValueError(
            "A path length is that of a model that draws from noise. "
            f"Received: model={type(model).__name__}"
        )
    whole("samples", samples, most=MOST), whole("batch_size", batch_size, most=WIDEST)
    whole("seed", seed, least=0)
    number("epsilon", epsilon, above=0)
    extractor = _unrounded(extractors.get(extractor))
    rng = np.random.default_rng(seed)
    start, end = rng.standard_normal((2, samples, model.latent_dim))
    share = rng.random((samples, 1))
    labels = _each_label(model, labels, samples, rng)

    def lengths(rows, step):
        ends = [slerp(start[rows], end[rows], share[rows] + way) for way in (0, step)]
        images = model.generate(  # both ends in one batch, where they are computed alike
            latents=np.stack(ends, axis=1).reshape(-1, model.latent_dim),
            labels=None if labels is None else np.repeat(labels[rows], 2, axis=0),
            batch_size=2 * batch_size,
        )
        features = extractor.features(images).astype(float)
        return np.square(features[1::2] - features[::2]).sum(axis=1) / step**2

    firsts = progress(range(0, samples, batch_size), "path length", unit="batch")
    parts = [lengths(slice(i, i + batch_size), epsilon) for i in firsts]
    twice = lengths(slice(0, batch_size), 2 * epsilon)
    if twice.sum() < AGREE * parts[0].sum():
        raise ValueError(
            f"The path length is not settled: {parts[0].mean():.4g} by this step, "
            f"{twice.mean():.4g} by twice as long a one. A step may be lost in rounding, above all "
            "in half precision or TF32, or cut corners, or the images jump. "
            f"Received: {epsilon=}"
        )
    found = np.sort(np.concatenate(parts))
    cut = samples // 100
    return float(found[cut : samples - cut].mean())


def _unrounded(extractor):
    """The extractor without its rounding of images to 8 bits."""
    if extractor.levels is None:
        return extractor
    offset, scale = extractor.levels
    inputs = keras.Input(extractor.model.input_shape[1:], dtype="float32")
    rescale = keras.layers.Rescaling(127.5 / scale, (127.5 - offset) / scale, dtype="float32")
    return extractors.Extractor(
        keras.Model(inputs, extractor.model(rescale(inputs))),
        extractor.name,
        size=extractor.size,
        resize=extractor.resize,
    )


def _each_label(model, labels, samples, rng):
    """A label for each of `samples`, or None."""
    classes = isinstance(model.condition, int)
    if labels is None:
        return rng.integers(model.condition, size=samples) if classes else None
    labels = np.atleast_1d(labels) if classes else np.atleast_2d(labels)
    if len(labels) not in (1, samples):
        raise ValueError(
            "`labels` must be one for all, or as many as `samples`. "
            f"Received: labels of shape {labels.shape}, {samples=}"
        )
    return np.repeat(labels, samples // len(labels), axis=0)
