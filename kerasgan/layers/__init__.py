"""Layers that Keras lacks, or gets wrong for adversarial training."""

from kerasgan.layers.ada import AdaptiveAugment
from kerasgan.layers.augment import Augment
from kerasgan.layers.average import Average
from kerasgan.layers.average_pooling import AveragePooling2D
from kerasgan.layers.batch_normalization import BatchNormalization
from kerasgan.layers.categorical_codes import CategoricalCodes
from kerasgan.layers.convolution import Conv2D, Conv2DTranspose
from kerasgan.layers.diff_augment import DiffAugment
from kerasgan.layers.image_pool import ImagePool
from kerasgan.layers.noise_dropout import NoiseDropout
from kerasgan.layers.noise_injection import NoiseInjection
from kerasgan.layers.padding import ReflectionPadding2D
from kerasgan.layers.pixel_shuffle import PixelShuffle
from kerasgan.layers.self_attention import SelfAttention2D
from kerasgan.layers.shrink import Shrink
from kerasgan.layers.spectral import SpectralNormalization
from kerasgan.utils import checks

_AUGMENTS = {"ada": AdaptiveAugment, "diff_augment": DiffAugment}


def get_augment(augment: str | Augment | None, seed: int | None = None) -> Augment | None:
    """An augmentation by its name, or the augmentation itself.

    Args:
        augment: None, "diff_augment" or "ada", followed by a colon and its kinds if not all are
            wanted, as "diff_augment:translation,cutout"; or an `Augment` layer.
        seed: int or None, of a layer made by name.

    Returns:
        An `Augment` layer, or None.

    Raises:
        ValueError: if the name or a kind is not known; the message lists those that are.

    Example:

    >>> get_augment("ada").__class__.__name__
    'AdaptiveAugment'
    """
    seed = checks.seed("seed", seed)
    if augment is None or isinstance(augment, Augment):
        return augment
    name, _, kinds = (augment if isinstance(augment, str) else "").partition(":")
    if name not in _AUGMENTS:
        raise ValueError(f"Unknown augment; known are {sorted(_AUGMENTS)}. Received: {augment=}")
    return _AUGMENTS[name](**{"policy": kinds.split(",")} if kinds else {}, seed=seed)


__all__ = [
    "AdaptiveAugment",
    "Augment",
    "Average",
    "AveragePooling2D",
    "BatchNormalization",
    "CategoricalCodes",
    "Conv2D",
    "Conv2DTranspose",
    "DiffAugment",
    "ImagePool",
    "NoiseDropout",
    "NoiseInjection",
    "PixelShuffle",
    "ReflectionPadding2D",
    "SelfAttention2D",
    "Shrink",
    "SpectralNormalization",
    "get_augment",
]
