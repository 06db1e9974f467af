"""The vanilla GAN, whose step all models from noise share."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.models.noise_to_data import NoiseToData, joined
from kerasgan.networks import mlp_discriminator, mlp_generator
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class GAN(NoiseToData):
    """Generative adversarial network, of multilayer perceptrons unless other networks are given.

    Both players learn from the same latents: the generator runs once a step, and its gradient is
    taken through the discriminator that has just been updated. The paper's k, the discriminator's
    steps for one of the generator, is `critic_steps`, 1 as in its experiments, and the generator's
    loss is the non-saturating one (`compile(loss="minimax")` for the other). Adam with rate 2e-4
    and β1 0.5 is Radford et al.'s (2015, arXiv:1511.06434) in place of momentum.

    Reference: Goodfellow et al. 2014, Generative Adversarial Networks, arXiv:1406.2661.

    Args:
        data_shape: tuple. (height, width, channels) of images in [-1, 1], or (d,) of points.
        latent_dim: int, the length of a latent vector.
        generator_units: tuple of ints, the generator's hidden widths.
        discriminator_units: tuple of ints, the discriminator's hidden widths.
        **kwargs: see `kerasgan.models.NoiseToData`.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.GAN(data_shape=(8, 8, 1), latent_dim=4)
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
    >>> history = gan.fit(images, epochs=2, verbose=0)
    >>> sorted(history.history)
    ['d_loss', 'g_loss']
    >>> gan.generate(3, seed=7).shape
    (3, 8, 8, 1)
    """

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        generator_units: Sequence[int] = (256, 512, 1024),
        discriminator_units: Sequence[int] = (512, 256),
        **kwargs: Any,
    ):
        super().__init__(data_shape, latent_dim, **kwargs)

    def build_generator(self) -> keras.Model:
        return mlp_generator(self.data_shape, self.latent_dim, self.generator_units)

    def build_discriminator(self) -> keras.Model:
        return mlp_discriminator(self.judged_shape, self.discriminator_units)

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """The paper's algorithm 1: k steps of the discriminator, each on a minibatch of its own,
        then one of the generator."""
        for real, *labels in self.minibatches(data):
            latents = self.sample_latents(ops.shape(real)[0])
            fake = self.one_pass(self.draw, "generator", latents, labels)
            d_loss = self.minimize(
                self.discriminator_loss, "discriminator", real, fake.outputs, labels
            )
        g_loss = self.minimize(self.generator_loss, "generator", real, fake, labels)
        return self.logs(d_loss=d_loss, g_loss=g_loss)

    def discriminator_loss(
        self, real: Tensor, fake: Tensor, labels: Sequence[Tensor], training: bool = True
    ) -> Tensor:
        """What the discriminator minimizes on a batch; in training with the penalties."""
        real_logits, fake_logits = (self.judge(x, labels, training) for x in (real, fake))
        loss = self.on_logits(real_logits, fake_logits, training)
        if not training:
            return loss
        self.observe(real_logits)
        return loss + self.penalty(lambda x: self.judge(x, labels), real, fake)

    def generator_loss(
        self, real: Tensor, fake: Tensor, labels: Sequence[Tensor], training: bool = True
    ) -> Tensor:
        """What the generator minimizes: its images pass through `combined`'s frozen discriminator.
        A relativistic loss looks at real ones too."""
        by, relativistic = self.combined.judge, self.adversarial_loss.relativistic
        real_logits = self.judge(real, labels, training, by) if relativistic else None
        fake_logits = self.judge(fake, labels, training, by)
        return self.adversarial_loss.generator(fake_logits, real_logits)

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """Both losses at inference, without penalties and augmentation."""
        real, *labels = self.batch(data)
        fake = self(joined(self.sample_latents(ops.shape(real)[0]), labels))
        return self.logs(
            d_loss=self.discriminator_loss(real, fake, labels, training=False),
            g_loss=self.generator_loss(real, fake, labels, training=False),
        )
