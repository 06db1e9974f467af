"""R3GAN: a regularised relativistic GAN."""

from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.losses import R1, R2, Penalty
from kerasgan.models.gan import GAN
from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.networks import r3gan_discriminator, r3gan_generator
from kerasgan.optimizers import Cosine, ScheduledAdam
from kerasgan.utils.checks import number, whole


@keras.saving.register_keras_serializable("kerasgan")
class R3GAN(NoiseToData):
    """Residual networks without normalisation on the relativistic pairing loss, with zero-centred
    gradient penalties on real and fake samples (R1 and R2), a loss that converges locally.

    The paper anneals over the whole training, by half a cosine: the learning rate from 2e-4 to
    5e-5, Adam's β2 from 0.9 to 0.99 (β1 is 0), the penalties' weight γ to a tenth. Give
    `schedule_steps` to do so; else each stays at its first value. Unlike the paper's, the generator
    ends in tanh, and the default width is for a CPU: `filters=768, blocks=2` with `latent_dim=64`
    is the paper's network for CIFAR-10.

    Reference: Huang, Gokaslan, Kuleshov & Tompkin 2025, The GAN is dead; long live the GAN! A
    Modern GAN Baseline, arXiv:2501.05441.

    Args:
        data_shape: tuple (height, width, channels) of images in [-1, 1].
        latent_dim: int, the length of a latent vector; 64 in the paper.
        num_classes: int or None, the number of classes, if there are labels.
        filters: int or tuple of ints, channels at every size, or at each, the smallest map first.
        blocks: int or tuple of ints, residual blocks at every size, or at each.
        cardinalities: int or tuple of ints or None, groups of the 3x3 convolutions; None makes
            groups of 16 channels, as in the paper.
        gamma: float, the first weight of both penalties; 0.05 for CIFAR-10 in the paper, more
            for larger images.
        schedule_steps: int or None, steps of the whole training.
        **kwargs: see `kerasgan.models.NoiseToData`.

    Raises:
        ValueError: if the strides do not divide the size; the message names the nearest that works.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.R3GAN((16, 16, 1), 8, filters=8, blocks=1, schedule_steps=1000)
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (32, 16, 16, 1)).astype("float32")
    >>> history = gan.fit(images, verbose=0)
    >>> gan.generate(3, seed=7).shape
    (3, 16, 16, 1)
    """

    default_loss = "relativistic_pairing"
    of_training = (*NoiseToData.of_training, "schedule_steps")

    train_step, test_step = GAN.train_step, GAN.test_step
    discriminator_loss, generator_loss = GAN.discriminator_loss, GAN.generator_loss

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        num_classes: int | None = None,
        filters: int | Sequence[int] = 32,
        blocks: int | Sequence[int] = 1,
        cardinalities: int | Sequence[int] | None = None,
        gamma: float = 0.05,
        schedule_steps: int | None = None,
        **kwargs: Any,
    ):
        number("gamma", gamma, above=0)
        if schedule_steps is not None:
            whole("schedule_steps", schedule_steps)
        super().__init__(data_shape, latent_dim, **kwargs)

    def _scheduled(self, start, end):
        return Cosine(start, end, self.schedule_steps) if self.schedule_steps else start

    @property
    def default_penalty(self) -> list[Penalty]:  # type: ignore[override]
        """R1 and R2, of the same weight."""
        gamma = self._scheduled(self.gamma, self.gamma / 10)
        return [R1(gamma), R2(gamma)]

    def default_optimizer(self, player: str) -> keras.optimizers.Optimizer:
        return ScheduledAdam(
            self._scheduled(2e-4, 5e-5),
            beta_1=0.0,
            beta_2=self._scheduled(0.9, 0.99),
            epsilon=1e-8,
        )

    def _networks(self):
        return {
            "widths": self.filters,
            "blocks": self.blocks,
            "cardinalities": self.cardinalities,
            "num_classes": self.num_classes,
        }

    def build_generator(self) -> keras.Model:
        return r3gan_generator(
            self.data_shape, self.latent_dim, activation="tanh", **self._networks()
        )

    def build_discriminator(self) -> keras.Model:
        return r3gan_discriminator(self.judged_shape, **self._networks())
