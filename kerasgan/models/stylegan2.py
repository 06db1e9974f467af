"""StyleGAN2: a generator steered by styles."""

import functools
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan import backend
from kerasgan.engine.lazily import lazily
from kerasgan.latents.mixing import style_networks
from kerasgan.losses import R1, Lazy, path_lengths
from kerasgan.models.gan import GAN
from kerasgan.models.noise_to_data import NoiseToData, joined
from kerasgan.models.styled import export, generate, page, truncated
from kerasgan.networks import stylegan2_discriminator, stylegan2_generator
from kerasgan.utils.checks import number, whole
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class StyleGAN2(NoiseToData):
    """Latents become styles, which modulate the convolutions of a generator with noise and skips;
    with `augment="ada"`, StyleGAN2-ADA (Karras et al. 2020, arXiv:2006.06676).

    Two regularisations are lazy: R1 at each 16th step, 16 times as heavy, and at each 8th the path
    length: how far an image moves with its style w is kept at its running mean. They join that
    step's loss, where the authors' code makes a step of Adam for them; its rate and betas are
    theirs, corrected by k / (k + 1). Each image by itself, where the authors' code draws for a
    batch, has its later styles from other latents with probability `mixing`. Unlike the paper's the
    generator ends in tanh, and the default width is for a CPU: `filters=512, channel_base=32768`
    with `latent_dim=512` is configuration F. `ema_decay` is a half-life of 10,000 images in batches
    of 32.

    Reference: Karras et al. 2020, Analyzing and Improving the Image Quality of StyleGAN,
    arXiv:1912.04958.

    Args:
        data_shape: tuple (height, width, channels) of images in [-1, 1]; powers of two in the
            paper, here whatever doubles up from 4 to 7 pixels or more.
        latent_dim: int, the length of a latent vector and of a style; 512 in the paper.
        num_classes: int or None, the number of classes, if there are labels.
        filters: int, the most channels that a map has.
        channel_base: int. A map of 64x64 pixels has at most a 64th of it in channels, and so on.
        mapping_layers: int, dense layers from latents to styles.
        gamma: float or None, the weight of R1; None is 2e-4 * height * width / 32, the rule of
            StyleGAN2-ADA for batches of 32. The first paper has 10, at 1024x1024.
        path_weight: float, the weight of the path length; 0 leaves it out.
        mixing: float in [0, 1], the share of images of two styles in training.
        ema_decay: float in [0, 1) or None, as `kerasgan.models.NoiseToData` has it.
        **kwargs: see `kerasgan.models.NoiseToData`.

    Attributes:
        mapping: the generator's network from latents to styles.
        synthesis: its network from styles, `(n, layers, latent_dim)`, to images.

    Raises:
        ValueError: if the strides do not divide the size; the message names the nearest that works.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.StyleGAN2((16, 16, 1), 4, filters=2, mapping_layers=1)
    >>> gan.compile()
    >>> history = gan.fit(np.random.uniform(-1, 1, (16, 16, 16, 1)).astype("float32"), verbose=0)
    >>> gan.generate(3, seed=7, truncation=0.7).shape
    (3, 16, 16, 1)
    """

    R1_EVERY, PATH_EVERY, PATH_DECAY = 16, 8, 0.01

    truncated, page = truncated, page  # type: ignore[assignment]
    generate, export = generate, export  # type: ignore[assignment]
    test_step, discriminator_loss = GAN.test_step, GAN.discriminator_loss
    generator_loss = GAN.generator_loss

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        num_classes: int | None = None,
        filters: int = 64,
        channel_base: int = 2048,
        mapping_layers: int = 8,
        gamma: float | None = None,
        path_weight: float = 2.0,
        mixing: float = 0.9,
        ema_decay: float | None = 0.998,
        **kwargs: Any,
    ):
        if gamma is not None:
            number("gamma", gamma, above=0)
        number("path_weight", path_weight, least=0), number("mixing", mixing, least=0, most=1)
        whole("mapping_layers", mapping_layers)
        super().__init__(data_shape, latent_dim, ema_decay=ema_decay, **kwargs)
        self.path_length = self.add_weight((), "zeros", trainable=False, name="path_length")

    @property
    def default_penalty(self) -> list[Lazy]:  # type: ignore[override]
        """R1, lazily."""
        height, width, _ = self.data_shape
        gamma = 2e-4 * height * width / 32 if self.gamma is None else self.gamma
        return [Lazy(R1(gamma), self.R1_EVERY)]

    def default_optimizer(self, player: str) -> keras.optimizers.Optimizer:
        every = self.R1_EVERY if player == "discriminator" else self.PATH_EVERY
        c = every / (every + 1)
        return keras.optimizers.Adam(2e-3 * c, beta_1=0.0, beta_2=0.99**c, epsilon=1e-8)

    def build_generator(self) -> keras.Model:
        return stylegan2_generator(
            self.data_shape,
            self.latent_dim,
            self.filters,
            self.channel_base,
            self.mapping_layers,
            self.num_classes,
            activation="tanh",
            seed=self.seed,
        )

    def build_discriminator(self) -> keras.Model:
        return stylegan2_discriminator(
            self.judged_shape, self.filters, self.channel_base, num_classes=self.num_classes
        )

    def check_networks(self) -> None:
        """Refuse networks that do not fit the shapes, and a generator without its two parts."""
        super().check_networks()
        style_networks(self.generator)

    @property
    def mapping(self) -> keras.Model:
        """From latents, and labels if there are any, to styles."""
        return style_networks(self.generator)[0]

    @property
    def synthesis(self) -> keras.Model:
        """From styles to images."""
        return style_networks(self.generator)[1]

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """A step of each player; the path's penalty is taken in the generator's pass."""
        for real, *labels in self.minibatches(data):
            latents = self.sample_latents(ops.shape(real)[0])
            made = self.one_pass(self.draw_regularized, "generator", latents, labels)
            fake, _ = made.outputs
            d_loss = self.minimize(self.discriminator_loss, "discriminator", real, fake, labels)

        def generator_loss(made):
            fake, penalty = made
            return self.generator_loss(real, fake, labels) + penalty

        g_loss = self.minimize(generator_loss, "generator", made)
        return self.logs(d_loss=d_loss, g_loss=g_loss)

    def draw(self, latents: Tensor, labels: Sequence[Tensor]) -> Tensor:
        """Images in training, some of them of two styles."""
        return self.synthesis(self.draw_styles(latents, labels, training=True), training=True)

    def draw_styles(self, latents: Tensor, labels: Sequence[Tensor], training: bool) -> Tensor:
        """Styles `(n, layers, latent_dim)`, of other latents from some layer on with probability
        `mixing`; in training the mean style follows the first ones."""
        styles, n = self.mapping(joined(latents, labels), training=training), ops.shape(latents)[0]
        others = self.mapping(joined(self.sample_latents(n), labels), training=False)
        layers = styles.shape[1]
        chance, place = ops.unstack(keras.random.uniform((n, 2), seed=self.seed_generator), axis=1)
        first = ops.where(chance < self.mixing, 1 + ops.floor(place * (layers - 1)), layers)
        kept = ops.arange(layers, dtype="float32")[None, :, None] < first[:, None, None]
        return ops.where(kept, styles, others)

    def draw_regularized(self, latents: Tensor, labels: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Images, and at each 8th step the penalty on the path length of half as many; else 0."""
        images, nothing = self.draw(latents, labels), ops.zeros((), "float32")
        if not self.path_weight:
            return images, nothing
        step, half = self.optimizer["generator"].iterations + 0, (ops.shape(latents)[0] + 1) // 2
        due = ops.equal(step % self.PATH_EVERY, 0)
        otherwise = [nothing, nothing]
        penalty, mean = lazily(due, lambda: self.path_penalty(labels, half), otherwise)
        change = self.PATH_DECAY * (backend.mean_over_replicas(mean) - self.path_length)
        self.path_length.assign_add(ops.where(due, change, 0.0))
        return images, self.PATH_EVERY * self.path_weight * penalty

    def path_penalty(self, labels: Sequence[Tensor], n: Tensor) -> list[Tensor]:
        """The mean square of how far `n` paths' lengths are from their running mean, and their
        mean."""
        styles = self.draw_styles(self.sample_latents(n), [x[:n] for x in labels], training=False)
        noise = keras.random.normal((n, *self.data_shape), seed=self.seed_generator)
        lengths = path_lengths(functools.partial(self.synthesis, training=True), styles, noise)
        return [ops.mean(ops.square(lengths - self.path_length)), ops.mean(lengths)]
