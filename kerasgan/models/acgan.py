"""The auxiliary classifier GAN."""

from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.losses import cross_entropy
from kerasgan.models.gan import GAN
from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.networks import dcgan_discriminator, dcgan_generator
from kerasgan.networks.checks import check_network
from kerasgan.utils.checks import number
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class ACGAN(NoiseToData):
    """GAN whose discriminator is not told the class, but must name it.

    The discriminator gives a logit and class logits; both players add the cross-entropy of the
    named class, the discriminator for real and fake images, the generator for its own. Networks are
    DCGAN's; labels are embedded and joined to the latents. Adam with rate 2e-4 and β1 0.5, as in
    the paper.

    Reference: Odena, Olah & Shlens 2016, Conditional Image Synthesis with Auxiliary Classifier
    GANs, arXiv:1610.09585.

    Args:
        data_shape: tuple (height, width, channels) of images in [-1, 1].
        latent_dim: int, the length of a latent vector.
        num_classes: int, the number of classes; labels are class ids below it.
        class_weight: float, the factor of the cross-entropies; 1 in the paper.
        embedding_dim: int, the length of the vector that a label becomes.
        filters: int, channels of the generator's last hidden map; the discriminator starts with
            half as many.
        normalization: "batch", "layer" or None, see `kerasgan.DCGAN`.
        **kwargs: see `kerasgan.models.NoiseToData`; a `discriminator` of one's own takes images
            alone and gives `[logit (n, 1), class logits (n, num_classes)]`.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.ACGAN((16, 16, 1), 8, num_classes=3, filters=8)
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (32, 16, 16, 1)).astype("float32")
    >>> history = gan.fit(images, np.arange(32) % 3, verbose=0)
    >>> sorted(history.history)
    ['d_loss', 'g_loss']
    >>> gan.generate(labels=[0, 1, 2]).shape
    (3, 16, 16, 1)
    """

    train_step, test_step = GAN.train_step, GAN.test_step

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        num_classes: int,
        class_weight: float = 1.0,
        embedding_dim: int = 10,
        filters: int = 128,
        normalization: str | None = "batch",
        **kwargs: Any,
    ):
        number("class_weight", class_weight, least=0)
        super().__init__(data_shape, latent_dim, **kwargs)

    def build_generator(self) -> keras.Model:
        classes = {"condition": self.condition, "embedding_dim": self.embedding_dim}
        return dcgan_generator(self.data_shape, self.latent_dim, self.filters, **classes)

    def build_discriminator(self) -> keras.Model:
        kind = {"normalization": self.normalization, "classes": self.condition}
        return dcgan_discriminator(self.judged_shape, self.filters // 2, **kind)

    def check_networks(self) -> None:
        latents_and_labels = [(self.latent_dim,), self.condition]
        check_network(
            "generator", self.generator, latents_and_labels, self.data_shape, gives="images"
        )
        images, classes = [self.judged_shape], (self.condition,)
        check_network("discriminator", self.discriminator, images, (1,), classes, gives="logits")

    def judge(self, data: Tensor, labels: Sequence[Tensor], *args: Any, **kwargs: Any) -> Any:
        """The discriminator's logit and class logits; it is not told the class."""
        return super().judge(data, (), *args, **kwargs)

    def discriminator_loss(
        self, real: Tensor, fake: Tensor, labels: Sequence[Tensor], training: bool = True
    ) -> Tensor:
        """The adversarial loss, and the cross-entropy of the class of real and of fake images."""
        real_logits, real_classes = self.judge(real, labels, training)
        fake_logits, fake_classes = self.judge(fake, labels, training)
        loss = self.on_logits(real_logits, fake_logits, training)
        for classes in (real_classes, fake_classes):
            loss += self.class_weight * cross_entropy(labels[0], classes)
        if not training:
            return loss
        self.observe(real_logits)
        return loss + self.penalty(lambda x: self.judge(x, labels)[0], real, fake)

    def generator_loss(
        self, real: Tensor, fake: Tensor, labels: Sequence[Tensor], training: bool = True
    ) -> Tensor:
        """The adversarial loss, and the cross-entropy of the class that was asked for."""
        by = self.combined.judge
        fake_logits, fake_classes = self.judge(fake, labels, training, by)
        relativistic = self.adversarial_loss.relativistic
        real_logits = self.judge(real, labels, training, by)[0] if relativistic else None
        loss = self.adversarial_loss.generator(fake_logits, real_logits)
        return loss + self.class_weight * cross_entropy(labels[0], fake_classes)
