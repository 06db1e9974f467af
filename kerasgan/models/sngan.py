"""The spectrally normalised GAN."""

from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.models.gan import GAN
from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.networks import resnet_discriminator, resnet_generator


@keras.saving.register_keras_serializable("kerasgan")
class SNGAN(NoiseToData):
    """GAN of residual networks whose discriminator is spectrally normalised, on the hinge loss.

    With `num_classes` the generator has conditional batch norm and the discriminator is the
    projection discriminator of Miyato & Koyama (2018, arXiv:1802.05637). Five steps of the
    discriminator for one of the generator, Adam with rate 2e-4, β1 0 and β2 0.9, as in the paper's
    residual networks. Each step of the discriminator takes its own part of the batch: for the
    paper's 64 images a step, load batches of 320.

    Reference: Miyato, Kataoka, Koyama & Yoshida 2018, Spectral Normalization for Generative
    Adversarial Networks, arXiv:1802.05957.

    Args:
        data_shape: tuple (height, width, channels) of images in [-1, 1].
        latent_dim: int, the length of a latent vector; 128 in the paper.
        num_classes: int or None, the number of classes, if there are labels.
        generator_filters: int or None, the generator's width; None is the paper's.
        discriminator_filters: int or None, the discriminator's width; None is the paper's.
        critic_steps: int, steps of the discriminator for one of the generator.
        attention: int or tuple of ints or None, heights of the blocks' maps at which both networks
            get self-attention, as in SAGAN (Zhang et al. 2018, arXiv:1805.08318).
        **kwargs: see `kerasgan.models.NoiseToData`.

    Raises:
        ValueError: if the strides do not divide the size; the message names the nearest that works.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> narrow = {"generator_filters": 8, "discriminator_filters": 8}
    >>> gan = kg.SNGAN((16, 16, 1), 8, num_classes=3, critic_steps=1, **narrow)
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (16, 16, 16, 1)).astype("float32")
    >>> history = gan.fit(images, np.arange(16) % 3, verbose=0)
    >>> gan.generate(labels=[0, 1, 2]).shape
    (3, 16, 16, 1)
    """

    default_loss = "hinge"

    train_step, test_step = GAN.train_step, GAN.test_step
    discriminator_loss, generator_loss = GAN.discriminator_loss, GAN.generator_loss

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        num_classes: int | None = None,
        generator_filters: int | None = None,
        discriminator_filters: int | None = None,
        critic_steps: int = 5,
        attention: int | Sequence[int] | None = None,
        **kwargs: Any,
    ):
        super().__init__(data_shape, latent_dim, critic_steps=critic_steps, **kwargs)

    def default_optimizer(self, player: str) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(2e-4, beta_1=0.0, beta_2=0.9)

    def build_generator(self) -> keras.Model:
        return resnet_generator(
            self.data_shape,
            self.latent_dim,
            filters=self.generator_filters,
            num_classes=self.num_classes,
            attention=self.attention,
        )

    def build_discriminator(self) -> keras.Model:
        return resnet_discriminator(
            self.judged_shape,
            filters=self.discriminator_filters,
            num_classes=self.num_classes,
            attention=self.attention,
        )
