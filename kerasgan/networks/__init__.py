"""Generators and discriminators, as builders of Functional models."""

from kerasgan.networks.dcgan import dcgan_discriminator, dcgan_generator
from kerasgan.networks.mlp import mlp_discriminator, mlp_generator
from kerasgan.networks.r3gan import r3gan_discriminator, r3gan_generator
from kerasgan.networks.resnet import resnet_discriminator, resnet_generator

__all__ = [
    "dcgan_discriminator",
    "dcgan_generator",
    "mlp_discriminator",
    "mlp_generator",
    "r3gan_discriminator",
    "r3gan_generator",
    "resnet_discriminator",
    "resnet_generator",
]
