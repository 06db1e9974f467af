"""InfoGAN: latents that come to mean something."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.layers import CategoricalCodes
from kerasgan.losses import code_nll
from kerasgan.models.coded import check_codes, generate, recover, with_codes
from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.networks import dcgan_generator, infogan_discriminator, infogan_recognizer
from kerasgan.networks.checks import check_network
from kerasgan.utils.checks import number
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class InfoGAN(NoiseToData):
    """GAN whose latents hold codes that can be read off what it makes: classes and directions that
    it finds without labels.

    A third player, the recognizer, gives Q(c | x) from the discriminator's features: class logits
    of each categorical code, means of the continuous ones. It minimizes -log Q of the codes of
    generated images, which bounds the codes' mutual information with these, and the generator adds
    that to its loss, to show them. The discriminator does not, as in the paper's equation 6: its
    features are what tells real images from generated ones. The authors' code trains it, too, to
    read the codes, which then may be shown by what nobody sees.

    Latents are normal throughout. First come the categorical codes, as many entries as classes, of
    which the greatest names the class (`kerasgan.layers.CategoricalCodes`), then the continuous
    ones, then noise; so these are N(0, 1), the paper's uniform in [-1, 1]. The generator is
    DCGAN's; Adam has rate 1e-3 for it, 2e-4 for the others and β1 0.5, as in the paper.

    Reference: Chen, Duan, Houthooft, Schulman, Sutskever & Abbeel 2016, InfoGAN: Interpretable
    Representation Learning by Information Maximizing Generative Adversarial Nets, arXiv:1606.03657.

    Args:
        data_shape: tuple (height, width, channels) of images in [-1, 1].
        latent_dim: int, the length of a latent vector, its codes included; 74 in the paper's MNIST.
        categorical: tuple of ints, the number of classes of each categorical code.
        continuous: int, the number of continuous codes.
        categorical_weight: float, the factor of the categorical codes' -log Q; 1 in the paper.
        continuous_weight: float, that of the continuous codes'; a smaller one in the paper.
        learned_variance: bool, whether the recognizer gives the continuous codes' variances, too;
            else they are 1.
        filters: int, channels of the generator's last hidden map; the discriminator starts with
            half as many, and has eight times as many features.
        normalization: "batch", "layer" or None, of the discriminator and the recognizer.
        recognizer: Keras model of your own, from features to class logits, means and log
            variances, joined.
        **kwargs: see `kerasgan.models.NoiseToData`; a `generator` of one's own begins with that
            layer, a `discriminator` gives `[logit (n, 1), features (n, d)]`.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.InfoGAN((16, 16, 1), 8, categorical=(3,), continuous=2, filters=8)
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (32, 16, 16, 1)).astype("float32")
    >>> sorted(gan.fit(images, verbose=0).history)
    ['d_loss', 'g_loss', 'info_loss']
    >>> codes = {"categorical": [2], "continuous": [[c, 0] for c in (-2, -1, 0, 1, 2)]}
    >>> {name: c.shape for name, c in gan.recover(gan.generate(codes=codes)).items()}
    {'categorical': (5, 1), 'continuous': (5, 2)}
    """

    log_names = {"d_loss": "discriminator", "g_loss": "generator", "info_loss": "recognizer"}
    generate, recover, with_codes = generate, recover, with_codes  # type: ignore[assignment]

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        categorical: Sequence[int] = (10,),
        continuous: int = 2,
        categorical_weight: float = 1.0,
        continuous_weight: float = 0.1,
        learned_variance: bool = False,
        filters: int = 128,
        normalization: str | None = "batch",
        recognizer: keras.Model | None = None,
        **kwargs: Any,
    ):
        number("categorical_weight", categorical_weight, least=0)
        number("continuous_weight", continuous_weight, least=0)
        self.code_dim = check_codes(latent_dim, categorical, continuous, kwargs.get("pack", 1))
        self.q_dim = self.code_dim + learned_variance * continuous
        super().__init__(data_shape, latent_dim, **kwargs)
        (features,) = self.discriminator.output_shape[1][1:]
        with self.own_policy():
            if recognizer is None:
                recognizer = infogan_recognizer(features, self.q_dim, normalization=normalization)
            self.recognizer = recognizer
        check_network("recognizer", self.recognizer, [(features,)], (self.q_dim,), gives="logits")
        self.codes = CategoricalCodes(categorical, dtype="float32")

    def default_optimizer(self, player: str) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(1e-3 if player == "generator" else 2e-4, beta_1=0.5)

    def build_generator(self) -> keras.Model:
        latents = keras.Input((self.latent_dim,), name="latents")
        network = dcgan_generator(self.data_shape, self.latent_dim, self.filters)
        coded = CategoricalCodes(self.categorical, dtype="float32")(latents)
        return keras.Model(latents, network(coded), name="generator")

    def build_discriminator(self) -> keras.Model:
        filters, normalization = self.filters // 2, self.normalization
        return infogan_discriminator(self.judged_shape, filters, normalization=normalization)

    def check_discriminator(self) -> None:
        """Refuse a discriminator that does not give logits and features."""
        data, made = [self.judged_shape], [(1,), (None,)]
        check_network("discriminator", self.discriminator, data, *made, gives="logits")

    def players(self) -> dict[str, list[keras.Model]]:
        """The discriminator, the recognizer of its features, and the generator."""
        first, last = super().players().items()
        return dict([first, ("recognizer", [self.recognizer]), last])

    def preset_networks(self) -> list[keras.Model]:
        """The generator, and what reads the codes."""
        return [*super().preset_networks(), self.discriminator, self.recognizer]

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """The discriminator's step and the recognizer's on the same fakes, then the generator's."""
        for (real,) in self.minibatches(data):
            latents = self.sample_latents(ops.shape(real)[0])
            fake = self.one_pass(self.draw, "generator", latents, ())
            d_loss, features = self.minimize(
                self.discriminator_loss, "discriminator", real, fake.outputs
            )
            info_loss = self.minimize(self.info_loss, "recognizer", latents, features)
        g_loss = self.minimize(self.generator_loss, "generator", real, fake, latents)
        return self.logs(d_loss=d_loss, g_loss=g_loss, info_loss=info_loss)

    def discriminator_loss(
        self, real: Tensor, fake: Tensor, training: bool = True
    ) -> tuple[Tensor, Tensor]:
        """The adversarial loss, in training with the penalties; and the fakes' features."""
        (real_logits, _), (fake_logits, features) = (
            self.judge(x, (), training) for x in (real, fake)
        )
        loss = self.on_logits(real_logits, fake_logits, training)
        if training:
            self.observe(real_logits)
            loss += self.penalty(lambda x: self.judge(x, ())[0], real, fake)
        return loss, features

    def generator_loss(
        self, real: Tensor, fake: Tensor, latents: Tensor, training: bool = True
    ) -> Tensor:
        """The adversarial loss and -log Q of the codes."""
        by, relativistic = self.combined.judge, self.adversarial_loss.relativistic
        fake_logits, features = self.judge(fake, (), training, by)
        real_logits = self.judge(real, (), training, by)[0] if relativistic else None
        loss = self.adversarial_loss.generator(fake_logits, real_logits)
        return loss + self.info_loss(latents, features, training)

    def info_loss(self, latents: Tensor, features: Tensor, training: bool = True) -> Tensor:
        """-log Q, weighted, of the codes in latents, from the features of what they became."""
        q = self.recognizer(features, training=training)
        parts = code_nll(self.codes(latents), q, self.categorical, self.continuous)
        return self.categorical_weight * parts[0] + self.continuous_weight * parts[1]

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The losses at inference, without penalties and augmentation."""
        (real,) = self.batch(data)
        latents = self.sample_latents(ops.shape(real)[0])
        fake = self(latents)
        d_loss, features = self.discriminator_loss(real, fake, training=False)
        info_loss = self.info_loss(latents, features, training=False)
        g_loss = self.generator_loss(real, fake, latents, training=False)
        return self.logs(d_loss=d_loss, g_loss=g_loss, info_loss=info_loss)
