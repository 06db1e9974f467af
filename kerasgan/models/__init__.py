"""The zoo: one file a variant."""

from kerasgan.models.acgan import ACGAN
from kerasgan.models.conditional_gan import ConditionalGAN
from kerasgan.models.cut import CUT
from kerasgan.models.cyclegan import CycleGAN
from kerasgan.models.dcgan import DCGAN
from kerasgan.models.f_anogan import FAnoGAN
from kerasgan.models.fastgan import FastGAN
from kerasgan.models.gan import GAN
from kerasgan.models.importing import import_torch
from kerasgan.models.infogan import InfoGAN
from kerasgan.models.lsgan import LSGAN
from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.models.pix2pix import Pix2Pix
from kerasgan.models.projected_gan import ProjectedGAN
from kerasgan.models.r3gan import R3GAN
from kerasgan.models.sngan import SNGAN
from kerasgan.models.srgan import SRGAN
from kerasgan.models.srresnet import SRResNet
from kerasgan.models.stylegan2 import StyleGAN2
from kerasgan.models.wgan import WGAN
from kerasgan.models.wgan_gp import WGANGP

__all__ = [
    "ACGAN",
    "CUT",
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
    "FAnoGAN",
    "InfoGAN",
    "FastGAN",
    "NoiseToData",
    "Pix2Pix",
    "ProjectedGAN",
    "SRResNet",
    "StyleGAN2",
    "import_torch",
]
