"""A trained GAN inside of another model."""

import os

from kerasgan import presets
from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.utils.checks import number
from kerasgan.utils.types import PathLike


def trained_gan(gan: NoiseToData | PathLike, kappa: float | None) -> tuple[NoiseToData, float]:
    """A GAN that makes images of latents alone, and the weight of its discriminator's features.

    Args:
        gan: the model, or what `kerasgan.load` takes.
        kappa: float or None, for 1, or 0 where the discriminator is not trained, as in a preset.

    Raises:
        ValueError: if the GAN has classes, packs or points, or a preset's features are wanted.
        TypeError: if it is no model of noise to data.
    """
    of_preset, model = False, gan
    if isinstance(gan, str | os.PathLike):
        path = presets.find(gan)
        of_preset, model = presets.is_preset(path), presets.load(path)
    if not isinstance(model, NoiseToData):
        raise TypeError(
            "`gan` must be a model of noise to data, or where one is. "
            f"Received: gan of {type(model)}"
        )
    if model.condition is not None or model.pack > 1 or len(model.data_shape) != 3:
        raise ValueError(
            "The GAN must make images of latents alone, and judge them one by one. Received: "
            f"condition={model.condition}, pack={model.pack}, data_shape={model.data_shape}"
        )
    if kappa is None:
        return model, 0.0 if of_preset else 1.0
    kappa = number("kappa", kappa, least=0)
    if of_preset and kappa:
        raise ValueError(
            "A preset holds no trained discriminator, which features are of: leave `kappa` out, or "
            f"give a run or a .keras file. Received: {kappa=}"
        )
    return model, kappa
