"""The conditional GAN."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.models.gan import GAN
from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.networks import (
    dcgan_discriminator,
    dcgan_generator,
    mlp_discriminator,
    mlp_generator,
)
from kerasgan.utils import checks
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class ConditionalGAN(NoiseToData):
    """GAN whose generator and discriminator are both told what to draw.

    A class id becomes a learned vector, a condition vector a linear map of itself; it is joined to
    the latents and to the image. Batches are (images, class ids) or (images, condition vectors).
    The paper's maxout discriminator is replaced by LeakyReLU with dropout, its momentum by Adam.
    The generator is batch normalised; `generate` uses the running statistics, so that a batch of
    one class is as good as a mixed one.

    Reference: Mirza & Osindero 2014, Conditional Generative Adversarial Nets, arXiv:1411.1784.

    Args:
        data_shape: tuple. (height, width, channels) of images in [-1, 1], or (d,) of points.
        latent_dim: int, the length of a latent vector.
        num_classes: int, the number of classes, if labels are class ids.
        condition_dim: int, the length of condition vectors, if labels are such.
        networks: "mlp", or "dcgan" for `kerasgan.networks.dcgan_generator` and its discriminator.
        mismatched: bool. True shows the discriminator real samples with a wrong condition too,
            which count as fake, half of all that do (Reed et al. 2016, Generative Adversarial Text
            to Image Synthesis, arXiv:1605.05396, algorithm 1): another class, or the condition
            vector of the sample before in the batch.
        embedding_dim: int, the length of the vector that a label becomes.
        generator_units: tuple of ints, hidden widths of an MLP generator.
        discriminator_units: tuple of ints, hidden widths of an MLP discriminator.
        dropout: float, share of the MLP discriminator's hidden units that is dropped in training.
        filters: int, channels of the "dcgan" generator's last hidden map; the discriminator starts
            with half as many.
        **kwargs: see `kerasgan.models.NoiseToData`.

    Raises:
        ValueError: unless exactly one of `num_classes` and `condition_dim` is given, or if there
            is one class and `mismatched`.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.ConditionalGAN((8, 8, 1), 4, num_classes=3, generator_units=(16,))
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
    >>> history = gan.fit(images, np.arange(32) % 3, verbose=0)
    >>> gan.generate(5, labels=2).shape, gan.generate(labels=[0, 1, 2]).shape
    ((5, 8, 8, 1), (3, 8, 8, 1))
    """

    train_step, test_step = GAN.train_step, GAN.test_step
    generator_loss = GAN.generator_loss

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        num_classes: int | None = None,
        condition_dim: int | None = None,
        networks: str = "mlp",
        mismatched: bool = False,
        embedding_dim: int = 10,
        generator_units: Sequence[int] = (128, 256, 512, 1024),
        discriminator_units: Sequence[int] = (512, 512, 512),
        dropout: float = 0.4,
        filters: int = 128,
        **kwargs: Any,
    ):
        if (num_classes is None) == (condition_dim is None):
            raise ValueError(
                "Pass `num_classes` for labels that are class ids, or `condition_dim` for "
                f"condition vectors. Received: {num_classes=}, {condition_dim=}"
            )
        if mismatched and num_classes == 1:
            raise ValueError(
                "Of one class no other is wrong: leave `mismatched` out. Received: num_classes=1"
            )
        checks.one_of("mismatched", mismatched, (True, False))
        checks.one_of("networks", networks, ("mlp", "dcgan"))
        checks.width("filters", filters), checks.number("dropout", dropout, least=0, below=1)
        checks.widths("generator_units", generator_units)
        checks.widths("discriminator_units", discriminator_units)
        super().__init__(data_shape, latent_dim, **kwargs)

    def build_generator(self) -> keras.Model:
        shared = {"condition": self.condition, "embedding_dim": self.embedding_dim}
        if self.networks == "dcgan":
            return dcgan_generator(self.data_shape, self.latent_dim, self.filters, **shared)
        units = self.generator_units
        return mlp_generator(self.data_shape, self.latent_dim, units, batch_norm=True, **shared)

    def build_discriminator(self) -> keras.Model:
        shared = {"condition": self.condition, "embedding_dim": self.embedding_dim}
        if self.networks == "dcgan":
            return dcgan_discriminator(self.judged_shape, self.filters // 2, **shared)
        units = self.discriminator_units
        return mlp_discriminator(
            self.judged_shape, units, dropout=self.dropout, seed=self.seed, **shared
        )

    def smallest_batch(self, training: bool) -> int:
        """Two samples a step where each gets the other's condition vector."""
        least = super().smallest_batch(training)
        return 2 * least if self.mismatched and self.num_classes is None else least

    def discriminator_loss(
        self, real: Tensor, fake: Tensor, labels: Sequence[Tensor], training: bool = True
    ) -> Tensor:
        """As in `GAN`; with `mismatched`, half of the fakes are real with a wrong label."""
        if not self.mismatched:
            return GAN.discriminator_loss(self, real, fake, labels, training)
        right, wrong = (self.judge(real, x, training) for x in (labels, self.wrong(*labels)))
        made = self.judge(fake, labels, training)
        loss = (self.on_logits(right, made, training) + self.on_logits(right, wrong, training)) / 2
        if not training:
            return loss
        self.observe(right)
        return loss + self.penalty(lambda x: self.judge(x, labels), real, fake)

    def wrong(self, labels: Tensor) -> list[Tensor]:
        """For each class id another one, drawn evenly; for each vector that of its neighbour."""
        if self.num_classes is None:
            return [ops.roll(labels, 1, axis=0)]
        k, n = self.num_classes, ops.shape(labels)[0]
        offset = keras.random.randint((n,), 1, k, dtype="int32", seed=self.seed_generator)
        return [(ops.cast(labels, "int32") + offset) % k]
