"""Generators and discriminators, as builders of Functional models."""

from kerasgan.networks.dcgan import dcgan_discriminator, dcgan_encoder, dcgan_generator
from kerasgan.networks.fastgan import (
    fastgan_decoders,
    fastgan_discriminator,
    fastgan_generator,
)
from kerasgan.networks.image_to_image import image_discriminator, image_translator
from kerasgan.networks.infogan import infogan_discriminator, infogan_recognizer
from kerasgan.networks.mlp import mlp_discriminator, mlp_generator
from kerasgan.networks.patchgan import patchgan, pixel_discriminator, receptive_field
from kerasgan.networks.projected import projected_discriminator, projector
from kerasgan.networks.r3gan import r3gan_discriminator, r3gan_generator
from kerasgan.networks.resnet import resnet_discriminator, resnet_generator
from kerasgan.networks.resnet_translator import resnet_translator
from kerasgan.networks.srgan import srgan_discriminator, srgan_generator
from kerasgan.networks.stylegan2 import (
    stylegan2_discriminator,
    stylegan2_generator,
    stylegan2_mapping,
    stylegan2_synthesis,
)
from kerasgan.networks.unet import unet_translator

__all__ = [
    "dcgan_discriminator",
    "dcgan_encoder",
    "dcgan_generator",
    "fastgan_decoders",
    "fastgan_discriminator",
    "fastgan_generator",
    "image_discriminator",
    "image_translator",
    "infogan_discriminator",
    "infogan_recognizer",
    "mlp_discriminator",
    "mlp_generator",
    "patchgan",
    "pixel_discriminator",
    "projected_discriminator",
    "projector",
    "r3gan_discriminator",
    "r3gan_generator",
    "receptive_field",
    "resnet_discriminator",
    "resnet_generator",
    "resnet_translator",
    "srgan_discriminator",
    "srgan_generator",
    "stylegan2_discriminator",
    "stylegan2_generator",
    "stylegan2_mapping",
    "stylegan2_synthesis",
    "unet_translator",
]
