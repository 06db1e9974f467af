"""FastGAN: training on few images."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.layers import Augment
from kerasgan.losses import l1
from kerasgan.models.gan import GAN
from kerasgan.models.noise_to_data import NoiseToData, packed
from kerasgan.networks import fastgan_decoders, fastgan_discriminator, fastgan_generator
from kerasgan.networks.checks import check_network
from kerasgan.networks.fastgan import quarter
from kerasgan.utils.checks import number
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class FastGAN(NoiseToData):
    """GAN for a few hundred images: skip-layer excitation in the generator, and a discriminator
    that must be able to draw what it sees.

    Three small decoders, which the discriminator trains with itself, make real (and augmented)
    images again, smaller, from its maps: from the last of each branch, and from the one before it a
    quarter of the image, drawn at each step. Hinge loss, Adam with rate 2e-4 and β1 0.5, an average
    of the generator's weights, batches of 8, as in the authors' code. Unlike there, decoded images
    are compared by L1 instead of a perceptual distance (LPIPS), the hinge's margin is 1 and not
    drawn from U(0.8, 1), the second branch's small image is made of the generated one, noise is
    added in training alone, and the augmentation cuts out rectangles, too.

    Reference: Liu, Zhu, Song & Elgammal 2021, Towards Faster and Stabilized GAN Training for
    High-fidelity Few-shot Image Synthesis, arXiv:2101.04775.

    Args:
        data_shape: tuple (height, width, channels) of images in [-1, 1], up to 1024x1024.
        latent_dim: int, 256 in the authors' code.
        filters: int, the width of the networks; 64 in the paper.
        reconstruction_weight: float, the factor of the decoders' loss.
        ema_decay, augment: see `kerasgan.models.NoiseToData`.
        **kwargs: see there; a `discriminator` of one's own gives what
            `kerasgan.networks.fastgan_discriminator` does.

    Raises:
        ValueError: if the strides do not divide the size; the message names the nearest that works.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.FastGAN((16, 16, 1), 8, filters=1)
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (16, 16, 16, 1)).astype("float32")
    >>> history = gan.fit(images, batch_size=8, verbose=0)
    >>> gan.generate(3, seed=7).shape
    (3, 16, 16, 1)
    """

    default_loss = "hinge"

    train_step, test_step = GAN.train_step, GAN.test_step
    generator_loss = GAN.generator_loss

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        filters: int = 64,
        reconstruction_weight: float = 1.0,
        ema_decay: float | None = 0.999,
        augment: str | Augment | None = "diff_augment",
        **kwargs: Any,
    ):
        number("reconstruction_weight", reconstruction_weight, least=0)
        super().__init__(data_shape, latent_dim, ema_decay=ema_decay, augment=augment, **kwargs)
        with self.own_policy():
            self.decoders = fastgan_decoders(self.discriminator, self.judged_shape, self.filters)

    def build_generator(self) -> keras.Model:
        return fastgan_generator(self.data_shape, self.latent_dim, self.filters, self.seed)

    def build_discriminator(self) -> keras.Model:
        return fastgan_discriminator(self.judged_shape, self.filters)

    def check_discriminator(self) -> None:
        """Refuse a discriminator that does not give logits and three maps."""
        made = (None,), *[(None, None, None)] * 3
        check_network(
            "discriminator", self.discriminator, [self.judged_shape], *made, gives="logits"
        )

    def players(self) -> dict[str, list[keras.Model]]:
        """The discriminator with its decoders, and the generator."""
        return {**super().players(), "discriminator": [self.discriminator, *self.decoders]}

    def judge(self, data: Tensor, labels: Sequence[Tensor], *args: Any, **kwargs: Any) -> Tensor:
        """The logits of data alone."""
        return super().judge(data, labels, *args, **kwargs)[0]

    def discriminator_loss(
        self, real: Tensor, fake: Tensor, labels: Sequence[Tensor], training: bool = True
    ) -> Tensor:
        """What the discriminator minimizes; in training with what its decoders miss."""
        augment = self.augment if training and self.augment is not None else lambda images: images
        seen = packed(augment(real), self.pack)
        real_logits, *maps = self.discriminator(seen, training=training)
        loss = self.on_logits(real_logits, self.judge(fake, labels, training), training)
        if not training:
            return loss
        self.observe(real_logits)
        loss += self.reconstruction_weight * self.reconstruction_loss(seen, maps)
        return loss + self.penalty(lambda x: self.judge(x, labels), real, fake)

    def reconstruction_loss(self, images: Tensor, maps: Sequence[Tensor]) -> Tensor:
        """The sum of the decoders' L1 distances from images, averaged down, and a quarter."""
        corner = keras.random.randint((2,), 0, 2, seed=self.seed_generator)
        part, before = (quarter(x, corner[0], corner[1]) for x in (images, maps[-1]))
        targets, sources, total = (images, images, part), (*maps[:-1], before), 0.0
        for decoder, source, target in zip(self.decoders, sources, targets, strict=True):
            made = decoder(source, training=True)
            factor = target.shape[1] // made.shape[1]
            total += l1(made, ops.average_pool(target, factor, factor))
        return total
