"""The conditional GAN."""

from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.models.gan import GAN
from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.networks import (
    dcgan_discriminator,
    dcgan_generator,
    mlp_discriminator,
    mlp_generator,
)
from kerasgan.utils import checks


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
        embedding_dim: int, the length of the vector that a label becomes.
        generator_units: tuple of ints, hidden widths of an MLP generator.
        discriminator_units: tuple of ints, hidden widths of an MLP discriminator.
        dropout: float, share of the MLP discriminator's hidden units that is dropped in training.
        filters: int, channels of the "dcgan" generator's last hidden map; the discriminator starts
            with half as many.
        **kwargs: see `kerasgan.models.NoiseToData`.

    Raises:
        ValueError: unless exactly one of `num_classes` and `condition_dim` is given.

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
    discriminator_loss, generator_loss = GAN.discriminator_loss, GAN.generator_loss

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        num_classes: int | None = None,
        condition_dim: int | None = None,
        networks: str = "mlp",
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
