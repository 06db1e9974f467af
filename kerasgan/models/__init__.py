"""The zoo: one file a variant."""

from kerasgan.models.gan import GAN
from kerasgan.models.noise_to_data import NoiseToData

__all__ = ["GAN", "NoiseToData"]
