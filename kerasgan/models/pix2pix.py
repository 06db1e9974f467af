"""pix2pix: translation learned from pairs."""

import functools

import keras
from keras import ops

from kerasgan.engine import AdversarialModel
from kerasgan.models.image_to_image import Translating, l1
from kerasgan.models.objective import Objective
from kerasgan.networks import image_discriminator, image_translator
from kerasgan.networks.checks import check_network, image_shapes


@keras.saving.register_keras_serializable("kerasgan")
class Pix2Pix(Translating, Objective, AdversarialModel):
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
        generator: "unet", "resnet", "resnet_residual" (which adds to its input, see
            `kerasgan.networks.resnet_translator`) or a Keras model, A to B.
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
        shape_a,
        shape_b,
        *,
        generator="unet",
        discriminator="patch",
        filters=64,
        blocks=None,
        noise=False,
        discriminator_filters=64,
        discriminator_layers=3,
        normalization="instance",
        lambda_l1=100.0,
        seed=None,
        **kwargs,
    ):
        super().__init__(seed=seed, **kwargs)
        self.shape_a, self.shape_b = image_shapes(shape_a, shape_b)
        self.lambda_l1 = lambda_l1
        self._settings = {
            "generator": generator,
            "discriminator": discriminator,
            "filters": filters,
            "blocks": blocks,
            "noise": noise,
            "discriminator_filters": discriminator_filters,
            "discriminator_layers": discriminator_layers,
            "normalization": normalization,
        }
        pair = (*self.shape_a[:2], self.shape_a[2] + self.shape_b[2])
        with self.own_policy():
            self.generator = image_translator(
                generator,
                self.shape_a,
                self.shape_b[2],
                filters=filters,
                blocks=blocks,
                normalization=normalization,
                noise=noise,
            )
            self.discriminator = image_discriminator(
                discriminator,
                pair,
                filters=discriminator_filters,
                layers=discriminator_layers,
                normalization=normalization,
            )
        check_network("generator", self.generator, [self.shape_a], self.shape_b)
        check_network("discriminator", self.discriminator, [pair], (None, None, 1))
        self.data_spec = {"images_a": self.shape_a, "images_b": self.shape_b}

    def players(self):
        """The discriminator and the generator."""
        return {"discriminator": [self.discriminator], "generator": [self.generator]}

    def translators(self):
        """The generator, from A to B."""
        return {"AtoB": self.generator}

    def train_step(self, data):
        """One step of the discriminator, then one of the generator, on the same fakes."""
        a, b = self.batch(data)
        fake = self.one_pass(lambda: self.generator(a, training=True), "generator")

        def discriminator_loss():
            pairs = [ops.concatenate([a, image], axis=-1) for image in (b, fake.outputs)]
            loss = self.judging_loss(self.discriminator, *pairs, training=True)
            critic = functools.partial(self.discriminator, training=True)
            return loss + self.penalty(critic, *pairs)

        d_loss = self.minimize(discriminator_loss, "discriminator")
        self.after_judges_step()
        _, losses = self.minimize(
            lambda image: self.generator_loss(a, b, image, training=True), "generator", fake
        )
        return self.logs(d_loss=d_loss, **losses)

    def generator_loss(self, a, b, fake, training):
        """What the generator minimizes, and its parts by their names in the logs."""
        pairs = [ops.concatenate([a, image], axis=-1) for image in (b, fake)]
        losses = {
            "g_loss": self.fooling_loss(self.discriminator, *pairs, training),
            "l1": l1(fake, b),
        }
        return losses["g_loss"] + self.lambda_l1 * losses["l1"], losses

    def test_step(self, data):
        """The losses at inference, without penalties."""
        a, b = self.batch(data)
        fake = self.generator(a, training=False)
        pairs = [ops.concatenate([a, image], axis=-1) for image in (b, fake)]
        d_loss = self.judging_loss(self.discriminator, *pairs, training=False)
        return self.logs(d_loss=d_loss, **self.generator_loss(a, b, fake, training=False)[1])

    def get_config(self):
        return {
            **super().get_config(),
            "shape_a": self.shape_a,
            "shape_b": self.shape_b,
            **self._settings,
            "lambda_l1": self.lambda_l1,
        }
