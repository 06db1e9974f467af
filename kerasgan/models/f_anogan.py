"""f-AnoGAN: anomalies are what a generator of normal images cannot make again."""

import functools
from typing import Any

import keras

from kerasgan.engine import AdversarialModel
from kerasgan.losses import mean_squared_error
from kerasgan.models.anomalies import anomaly_maps, anomaly_scores, reconstruct
from kerasgan.models.image_to_image import ImageToImage
from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.models.wrapping import trained_gan
from kerasgan.networks import dcgan_encoder
from kerasgan.networks.checks import check_network
from kerasgan.networks.intermediate import up_to_layer
from kerasgan.utils.types import PathLike, Tensor


@keras.saving.register_keras_serializable("kerasgan")
class FAnoGAN(ImageToImage, AdversarialModel):
    """Encoder to the latents of a GAN that was trained on normal images alone: what the GAN does
    not make again of an image is an anomaly.

    The encoder E learns from the same normal images. It minimizes the paper's izi_f loss, which is
    the anomaly score, too: the mean squared residual of image x and G(E(x)), plus kappa times that
    of their features, which the discriminator sees in them. Generator and discriminator are at
    inference and do not move; the file of this model holds them. `reconstruct(method="search")`
    goes without encoder and finds the latents of each image by gradients, as AnoGAN does.
    RMSprop has rate 5e-5, for batches of 64, as in the authors' code; the encoder mirrors DCGAN's
    discriminator, where theirs is residual as their GAN. The search minimizes the same loss, where
    AnoGAN weighs absolute residuals .9 to .1.

    Reference: Schlegl, Seeböck, Waldstein, Langs & Schmidt-Erfurth 2019, f-AnoGAN: Fast
    unsupervised anomaly detection with generative adversarial networks, Medical Image Analysis 54;
    and Schlegl, Seeböck, Waldstein, Schmidt-Erfurth & Langs 2017, arXiv:1703.05921, for the search.

    Args:
        gan: trained model of noise to images without classes, such as `kerasgan.WGANGP`; or what
            `kerasgan.load` takes: a preset, a run's folder or a `.keras` file.
        encoder: Keras model, images to latents `(n, latent_dim)`; None for a DCGAN's.
        filters: int, channels of the encoder's first convolution.
        normalization: "batch", "layer" or None, what the encoder's maps are normalised by.
        kappa: float or None. The weight of the features; 0 compares images alone. None is the
            paper's 1, but 0 for a preset, which holds no trained discriminator.
        feature_layer: str or None, the layer of the discriminator that gives the features; None
            takes what the last layer makes the logit of.
        seed: int or None. Seed of the model's random numbers.
        **kwargs: `name`, `dtype` for `keras.Model`.

    Attributes:
        gan: dict, what makes the GAN again, without its weights, for `get_config`.

    Raises:
        ValueError: if the model has classes, packs or points, or a network does not fit.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> images = np.random.uniform(-1, 1, (64, 16, 16, 1)).astype("float32")
    >>> gan = kg.WGANGP((16, 16, 1), 8, filters=4, critic_steps=2)
    >>> gan.compile()
    >>> history = gan.fit(images, verbose=0)
    >>> model = kg.FAnoGAN(gan, filters=4)
    >>> model.compile()
    >>> sorted(model.fit(images, verbose=0).history)
    ['e_loss', 'residual']
    >>> model.anomaly_scores(images).shape, model.anomaly_maps(images).shape
    ((64,), (64, 16, 16))
    """

    paired = True
    log_names = {"e_loss": "encoder", "residual": "encoder"}

    anomaly_scores, anomaly_maps, reconstruct = anomaly_scores, anomaly_maps, reconstruct

    def __init__(
        self,
        gan: NoiseToData | PathLike,
        *,
        encoder: keras.Model | None = None,
        filters: int = 64,
        normalization: str | None = "batch",
        kappa: float | None = None,
        feature_layer: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ):
        wrapped, kappa = trained_gan(gan, kappa)
        super().__init__(seed=seed, **kwargs)
        self.kappa = kappa
        self.gan = keras.saving.serialize_keras_object(wrapped)
        self.gan.pop("compile_config", None)
        vars(self)["_arguments"]["gan"] = self.gan  # a model would be saved with its optimizers
        self.data_shape, self.latent_dim = wrapped.data_shape, wrapped.latent_dim
        self.data_spec = {"images": self.data_shape}
        self.generator, *_ = wrapped.preset_networks()
        self.features = up_to_layer(wrapped.discriminator, feature_layer) if kappa else None
        with self.own_policy():
            if encoder is None:
                encoder = dcgan_encoder(
                    self.data_shape, self.latent_dim, filters, normalization=normalization
                )
            self.encoder = encoder
        check_network("encoder", encoder, [self.data_shape], (self.latent_dim,), gives="points")

    def players(self) -> dict[str, list[keras.Model]]:
        """The encoder."""
        return {"encoder": [self.encoder]}

    def default_optimizer(self, player: str) -> keras.optimizers.Optimizer:
        return keras.optimizers.RMSprop(5e-5)

    def preset_networks(self) -> list[keras.Model]:
        """All networks, for scores need all."""
        return [self.encoder, self.generator, *([self.features] if self.kappa else [])]

    @functools.cached_property
    def reconstructor(self) -> keras.Model:
        """The encoder, then the generator."""
        images = keras.Input(self.data_shape, name="images")
        return keras.Model(images, self.generator(self.encoder(images)), name="reconstructor")

    def __dir__(self) -> list[str]:
        # Keras saves what it finds by `dir`; `reconstructor` has nothing of its own to save.
        return [name for name in super().__dir__() if name != "reconstructor"]

    def translators(self) -> dict[str, keras.Model]:
        """The reconstructor, as the only direction."""
        return {"AtoB": self.reconstructor}

    def sides(self, batch: Any) -> tuple[Any, Any]:
        """The images, which should become themselves."""
        return batch, batch

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """One step of the encoder."""
        (real,) = self.batch(data)
        loss, residual = self.minimize(self.encoder_loss, "encoder", real)
        return self.logs(e_loss=loss, residual=residual)

    def encoder_loss(self, real: Tensor, training: bool = True) -> tuple[Tensor, Tensor]:
        """The izi_f loss, and its part of the images."""
        made = self.generator(self.encoder(real, training=training), training=False)
        residual = loss = mean_squared_error(real, made)
        if self.features is not None:
            real, made = (self.features(images, training=False) for images in (real, made))
            loss = residual + self.kappa * mean_squared_error(real, made)
        return loss, residual

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The loss at inference."""
        (real,) = self.batch(data)
        loss, residual = self.encoder_loss(real, training=False)
        return self.logs(e_loss=loss, residual=residual)
