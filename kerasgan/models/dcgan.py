"""The deep convolutional GAN."""

from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.models.gan import GAN
from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.networks import dcgan_discriminator, dcgan_generator


@keras.saving.register_keras_serializable("kerasgan")
class DCGAN(NoiseToData):
    """GAN of strided convolutions with batch norm, the paper's networks for images of any size
    that their strides divide: multiples of 4 from 16 up, rectangular too.

    Adam with rate 2e-4 and β1 0.5, batches of 128, weights from N(0, 0.02), as in the paper. At
    64x64 the generator starts from a 4x4 map of 1024 channels; the paper gives no widths for the
    discriminator, which here is half as wide, as in its authors' code.

    Reference: Radford, Metz & Chintala 2015, Unsupervised Representation Learning with Deep
    Convolutional Generative Adversarial Networks, arXiv:1511.06434.

    Args:
        data_shape: tuple (height, width, channels) of images in [-1, 1].
        latent_dim: int, the length of a latent vector; 100 in the paper.
        filters: int, the channels of the generator's last hidden map, on which all others depend;
            the discriminator starts with half as many. 128 in the paper.
        normalization: "batch", "layer" or None, what the discriminator's maps are normalised by.
            Gradient penalties want another than "batch".
        attention: int or tuple of ints or None, heights of hidden maps at which both networks get
            self-attention, as in SAGAN (Zhang et al. 2018, arXiv:1805.08318).
        **kwargs: see `kerasgan.models.NoiseToData`.

    Raises:
        ValueError: if the strides do not divide the size; the message names the nearest that works.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.DCGAN(data_shape=(16, 24, 3), latent_dim=8, filters=8)
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (32, 16, 24, 3)).astype("float32")
    >>> history = gan.fit(images, verbose=0)
    >>> gan.generate(3, seed=7).shape
    (3, 16, 24, 3)
    """

    train_step, test_step = GAN.train_step, GAN.test_step
    discriminator_loss, generator_loss = GAN.discriminator_loss, GAN.generator_loss

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        filters: int = 128,
        normalization: str | None = "batch",
        attention: int | Sequence[int] | None = None,
        **kwargs: Any,
    ):
        super().__init__(data_shape, latent_dim, **kwargs)

    def build_generator(self) -> keras.Model:
        attention = {"attention": self.attention}
        return dcgan_generator(self.data_shape, self.latent_dim, self.filters, **attention)

    def build_discriminator(self) -> keras.Model:
        return dcgan_discriminator(
            self.judged_shape,
            self.filters // 2,
            normalization=self.normalization,
            attention=self.attention,
        )
