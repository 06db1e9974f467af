"""pix2pix: translation learned from pairs."""

import functools
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.losses import l1
from kerasgan.models.image_to_image import ImageToImage
from kerasgan.models.objective import Objective
from kerasgan.networks import image_discriminator, image_translator
from kerasgan.networks.checks import image_shapes
from kerasgan.utils import checks
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class Pix2Pix(ImageToImage, Objective):
    """A generator from A to B, and a discriminator that sees both: is B the partner of A?

    The generator minimizes the adversarial loss plus `lambda_l1` times the mean absolute error.
    Adam with rate 2e-4 and β1 0.5, as in the paper; the discriminator's loss is halved. The paper's
    batch normalization of batches of one image is instance normalization, the default here;
    "batch" wants batches of several images. Both adversarial losses are logged, and that error
    as `l1`.

    Reference: Isola, Zhu, Zhou & Efros 2017, Image-to-Image Translation with Conditional
    Adversarial Networks, arXiv:1611.07004.

    Args:
        shape_a: tuple (height, width, channels) of the images A that are trained on.
        shape_b: tuple, of their partners B. Heights and widths are free in `translate`.
        generator: "unet", "resnet", "resnet_torch" (padded as PyTorch pads, for weights from
            there) or a Keras model, A to B.
        discriminator: "patch", "pixel" or a Keras model, A and B joined along the channels to
            logits (rows, columns, 1).
        filters: int, the generator's first width; 64 in the paper.
        blocks: int or None, the depth of "unet", None for the greatest up to 8 that the size
            allows; or the residual blocks of "resnet".
        noise: bool, whether dropout draws in `translate` too, as the paper's does.
        discriminator_filters: int, the discriminator's first width; 64 in the paper.
        discriminator_layers: int, strided layers of "patch"; 3 judges patches of 70 x 70 pixels.
        normalization: "instance", "batch" or None, in both networks.
        lambda_l1: float, the weight of the mean absolute error.
        critic_steps: int. Steps of the discriminator for one of the generator. Each takes its own
            part of the batch, which must be that many times as large.
        seed: int or None. Seed of the model's random numbers.
        **kwargs: `name`, `dtype` for `keras.Model`.

    Raises:
        ValueError: if a name is not known, or a shape and a network do not fit.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.Pix2Pix((16, 16, 1), (16, 16, 3), filters=4, discriminator="pixel")
    >>> gan.compile()
    >>> a = np.random.uniform(-1, 1, (4, 16, 16, 1)).astype("float32")
    >>> sorted(gan.fit(a, np.repeat(a, 3, axis=-1), verbose=0).history)
    ['d_loss', 'g_loss', 'l1']
    >>> gan.translate(a).shape
    (4, 16, 16, 3)
    """

    data_kind = "paired"
    paired = True
    log_names = {"d_loss": "discriminator", "g_loss": "generator", "l1": "generator"}

    def __init__(
        self,
        shape_a: Sequence[int],
        shape_b: Sequence[int],
        *,
        generator: str | keras.Model = "unet",
        discriminator: str | keras.Model = "patch",
        filters: int = 64,
        blocks: int | None = None,
        noise: bool = False,
        discriminator_filters: int = 64,
        discriminator_layers: int = 3,
        normalization: str | None = "instance",
        lambda_l1: float = 100.0,
        critic_steps: int = 1,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed=seed, **kwargs)
        self.shape_a, self.shape_b = a, b = image_shapes(shape_a, shape_b)
        checks.number("lambda_l1", lambda_l1, least=0)
        self.critic_steps = checks.whole("critic_steps", critic_steps)
        pair = (*a[:2], a[2] + b[2])
        norm: dict[str, Any] = {"normalization": normalization}
        sizes: dict[str, Any] = {"filters": filters, "blocks": blocks, "noise": noise}
        judge: dict[str, Any] = {"filters": discriminator_filters, "layers": discriminator_layers}
        with self.own_policy():
            self.generator = image_translator(generator, a, b[2], **sizes, **norm)
            self.discriminator = image_discriminator(discriminator, pair, **judge, **norm)
        self.data_spec = {"images_a": a, "images_b": b}

    def players(self) -> dict[str, list[keras.Model]]:
        """The discriminator and the generator."""
        return {"discriminator": [self.discriminator], "generator": [self.generator]}

    def translators(self) -> dict[str, keras.Model]:
        """The generator, from A to B."""
        return {"AtoB": self.generator}

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """The discriminator's steps, then one of the generator, on the same fakes as the last."""
        for a, b in self.minibatches(data):
            fake = self.one_pass(functools.partial(self.generator, training=True), "generator", a)
            d_loss = self.minimize(self.discriminator_loss, "discriminator", a, b, fake.outputs)
        _, losses = self.minimize(self.generator_loss, "generator", a, b, fake)
        return self.logs(d_loss=d_loss, **losses)

    def discriminator_loss(
        self, a: Tensor, b: Tensor, fake: Tensor, training: bool = True
    ) -> Tensor:
        """What the discriminator minimizes on pairs; in training with the penalties."""
        real, made = (ops.concatenate([a, image], axis=-1) for image in (b, fake))
        loss = self.judging_loss(self.discriminator, real, made, training)
        if not training:
            return loss
        return loss + self.penalty(functools.partial(self.discriminator, training=True), real, made)

    def generator_loss(
        self, a: Tensor, b: Tensor, fake: Tensor, training: bool = True
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """What the generator minimizes, and its parts by their names in the logs."""
        real, made = (ops.concatenate([a, image], axis=-1) for image in (b, fake))
        g_loss = self.fooling_loss(self.discriminator, real, made, training)
        losses = {"g_loss": g_loss, "l1": l1(fake, b)}
        return losses["g_loss"] + self.lambda_l1 * losses["l1"], losses

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The losses at inference, without penalties."""
        a, b = self.batch(data)
        fake = self.generator(a, training=False)
        d_loss = self.discriminator_loss(a, b, fake, training=False)
        return self.logs(d_loss=d_loss, **self.generator_loss(a, b, fake, training=False)[1])
