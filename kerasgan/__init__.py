"""kerasgan: generative adversarial networks for Keras 3 on TensorFlow, JAX and PyTorch."""

from kerasgan import (
    callbacks,
    datasets,
    engine,
    layers,
    losses,
    metrics,
    models,
    networks,
    presets,
)
from kerasgan.models import (
    ACGAN,
    DCGAN,
    GAN,
    LSGAN,
    R3GAN,
    SNGAN,
    SRGAN,
    WGAN,
    WGANGP,
    ConditionalGAN,
    CycleGAN,
    Pix2Pix,
    SRResNet,
)
from kerasgan.presets import load

__version__ = "0.1.0"
__all__ = [
    "ACGAN",
    "DCGAN",
    "GAN",
    "LSGAN",
    "R3GAN",
    "SNGAN",
    "SRGAN",
    "WGAN",
    "WGANGP",
    "ConditionalGAN",
    "CycleGAN",
    "Pix2Pix",
    "SRResNet",
    "callbacks",
    "datasets",
    "engine",
    "layers",
    "load",
    "losses",
    "metrics",
    "models",
    "networks",
    "presets",
]
