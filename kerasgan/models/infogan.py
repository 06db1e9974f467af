"""InfoGAN: latents that come to mean something."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.layers import CategoricalCodes
from kerasgan.losses import code_nll
from kerasgan.models.coded import check_codes, generate, recover, with_codes
from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.networks import dcgan_discriminator, dcgan_generator
from kerasgan.networks.checks import check_network
from kerasgan.utils.checks import number
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class InfoGAN(NoiseToData):
    """GAN whose latents hold codes that can be read off what it makes: classes and directions that
    it finds without labels.

    A second head of the discriminator gives Q(c | x): class logits of each categorical code, means
    of the continuous ones. Both players add -log Q of the codes of generated images, which bounds
    the codes' mutual information with these: the generator learns by it to show them, the
    discriminator, in its own step, to read them (body and head, as in the authors' code).

    Latents are normal throughout. First come the categorical codes, as many entries as classes, of
    which the greatest names the class (`kerasgan.layers.CategoricalCodes`), then the continuous
    ones, then noise; so these are N(0, 1), the paper's uniform in [-1, 1]. Networks are DCGAN's;
    Adam has rate 1e-3 for the generator, 2e-4 for the discriminator and β1 0.5, as in the paper.

    Reference: Chen, Duan, Houthooft, Schulman, Sutskever & Abbeel 2016, InfoGAN: Interpretable
    Representation Learning by Information Maximizing Generative Adversarial Nets, arXiv:1606.03657.

    Args:
        data_shape: tuple (height, width, channels) of images in [-1, 1].
        latent_dim: int, the length of a latent vector, its codes included; 74 in the paper's MNIST.
        categorical: tuple of ints, the number of classes of each categorical code.
        continuous: int, the number of continuous codes.
        categorical_weight: float, the factor of the categorical codes' -log Q; 1 in the paper.
        continuous_weight: float, that of the continuous codes'; a smaller one in the paper.
        learned_variance: bool, whether the head gives the continuous codes' variances too; else
            they are 1.
        filters: int, channels of the generator's last hidden map; the discriminator starts with
            half as many.
        normalization: "batch", "layer" or None, see `kerasgan.DCGAN`.
        **kwargs: see `kerasgan.models.NoiseToData`; a `generator` of one's own begins with that
            layer, a `discriminator` gives `[logit (n, 1), class logits, means, log variances]`,
            all but the first joined.

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

    log_names = {"d_loss": "discriminator", "g_loss": "generator", "info_loss": "generator"}
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
        **kwargs: Any,
    ):
        number("categorical_weight", categorical_weight, least=0)
        number("continuous_weight", continuous_weight, least=0)
        self.code_dim = check_codes(latent_dim, categorical, continuous, kwargs.get("pack", 1))
        self.q_dim = self.code_dim + learned_variance * continuous
        super().__init__(data_shape, latent_dim, **kwargs)
        self.codes = CategoricalCodes(categorical, dtype="float32")

    def default_optimizer(self, player: str) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(1e-3 if player == "generator" else 2e-4, beta_1=0.5)

    def build_generator(self) -> keras.Model:
        latents = keras.Input((self.latent_dim,), name="latents")
        network = dcgan_generator(self.data_shape, self.latent_dim, self.filters)
        coded = CategoricalCodes(self.categorical, dtype="float32")(latents)
        return keras.Model(latents, network(coded), name="generator")

    def build_discriminator(self) -> keras.Model:
        kind = {"normalization": self.normalization, "classes": self.q_dim}
        return dcgan_discriminator(self.judged_shape, self.filters // 2, **kind)

    def check_networks(self) -> None:
        latents, q, (kind, *_) = [(self.latent_dim,)], (self.q_dim,), self.data_spec
        check_network("generator", self.generator, latents, self.data_shape, gives=kind)
        network, data = self.discriminator, [self.data_shape]
        check_network("discriminator", network, data, (1,), q, gives="logits")

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """GAN's step, whose losses are told the latents, for the codes in them."""
        for (real,) in self.minibatches(data):
            latents = self.sample_latents(ops.shape(real)[0])
            fake = self.one_pass(self.draw, "generator", latents, ())
            d_loss = self.minimize(
                self.discriminator_loss, "discriminator", real, fake.outputs, latents
            )
        g_loss, info_loss = self.minimize(self.generator_loss, "generator", real, fake, latents)
        return self.logs(d_loss=d_loss, g_loss=g_loss, info_loss=info_loss)

    def discriminator_loss(
        self, real: Tensor, fake: Tensor, latents: Tensor, training: bool = True
    ) -> Tensor:
        """The adversarial loss, -log Q of the codes, and in training the penalties."""
        (real_logits, _), (fake_logits, q) = (self.judge(x, (), training) for x in (real, fake))
        loss = self.on_logits(real_logits, fake_logits, training) + self.info_loss(latents, q)
        if not training:
            return loss
        self.observe(real_logits)
        return loss + self.penalty(lambda x: self.judge(x, ())[0], real, fake)

    def generator_loss(
        self, real: Tensor, fake: Tensor, latents: Tensor, training: bool = True
    ) -> tuple[Tensor, Tensor]:
        """The adversarial loss with -log Q of the codes, and the latter by itself."""
        by, relativistic = self.combined.judge, self.adversarial_loss.relativistic
        fake_logits, q = self.judge(fake, (), training, by)
        real_logits = self.judge(real, (), training, by)[0] if relativistic else None
        info_loss = self.info_loss(latents, q)
        return self.adversarial_loss.generator(fake_logits, real_logits) + info_loss, info_loss

    def info_loss(self, latents: Tensor, q: Tensor) -> Tensor:
        """-log Q of the codes in latents, `q` being what the head says; weighted."""
        parts = code_nll(self.codes(latents), q, self.categorical, self.continuous)
        return self.categorical_weight * parts[0] + self.continuous_weight * parts[1]

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The losses at inference, without penalties and augmentation."""
        (real,) = self.batch(data)
        latents = self.sample_latents(ops.shape(real)[0])
        fake = self(latents)
        d_loss = self.discriminator_loss(real, fake, latents, training=False)
        g_loss, info_loss = self.generator_loss(real, fake, latents, training=False)
        return self.logs(d_loss=d_loss, g_loss=g_loss, info_loss=info_loss)
