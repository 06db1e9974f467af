"""SRGAN: super-resolution, with its first stage on the pixels alone."""

import functools

import keras
import numpy as np
from keras import ops

from kerasgan.engine import AdversarialModel
from kerasgan.layers import Shrink
from kerasgan.models.image_to_image import Translating
from kerasgan.models.objective import Objective
from kerasgan.networks import srgan_discriminator, srgan_generator
from kerasgan.networks.checks import check_network
from kerasgan.utils.checks import whole


@keras.saving.register_keras_serializable("kerasgan")
class SRResNet(Translating, AdversarialModel):
    """SRGAN's generator by itself, trained on the mean squared error: the stage before `SRGAN`.

    Batches are large images; the small ones are made of them inside, by a bicubic filter.
    `translate` makes any image `scale` times as large. Adam has rate 1e-4.

    Reference: Ledig et al. 2017, Photo-Realistic Single Image Super-Resolution Using a Generative
    Adversarial Network, arXiv:1609.04802.

    Args:
        data_shape: tuple (height, width, channels) of the large images that are trained on.
        scale: int, by which images grow: 2, 4 or another power of two.
        generator: Keras model of small images to large ones; None for the paper's.
        filters: int, the generator's width; 64 in the paper.
        blocks: int, the generator's residual blocks; 16 in the paper.
        seed: int or None. Seed of the model's random numbers.
        **kwargs: `name`, `dtype` for `keras.Model`.

    Raises:
        ValueError: if the scale does not divide the size, or the network does not fit it.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> model = kg.SRResNet((16, 16, 3), scale=2, filters=4, blocks=1)
    >>> model.compile()
    >>> images = np.random.uniform(-1, 1, (4, 16, 16, 3)).astype("float32")
    >>> list(model.fit(images, verbose=0).history)
    ['mse']
    >>> model.translate(images).shape
    (4, 32, 32, 3)
    """

    paired = True
    log_names = {"mse": "generator"}

    def __init__(
        self, data_shape, scale=4, *, generator=None, filters=64, blocks=16, seed=None, **kwargs
    ):
        super().__init__(seed=seed, **kwargs)
        if len(tuple(data_shape)) != 3:
            raise ValueError(
                f"`data_shape` must be (height, width, channels). Received: {data_shape=}"
            )
        self.data_shape = tuple(whole("data_shape", size) for size in data_shape)
        self.scale = whole("scale", scale)
        height, width, channels = self.data_shape
        if height % scale or width % scale:
            nearest = [max(1, round(side / scale)) * scale for side in (height, width)]
            raise ValueError(
                f"Height and width must be multiples of the scale; the nearest size that works is "
                f"{nearest[0]}x{nearest[1]}. Received: {data_shape=}, {scale=}"
            )
        self.filters, self.blocks, self._given = filters, blocks, {"generator": generator}
        self.shrink = Shrink(scale)
        with self.own_policy():
            self.generator = generator or srgan_generator(channels, scale, filters, blocks)
        small = (height // scale, width // scale, channels)
        check_network("generator", self.generator, [small], self.data_shape)
        self.data_spec = {"images": self.data_shape}

    def players(self):
        """The generator."""
        return {"generator": [self.generator]}

    def default_optimizer(self, player):
        return keras.optimizers.Adam(1e-4)

    def translators(self):
        """The generator, from small to large."""
        return {"AtoB": self.generator}

    def small(self, images):
        """Large images made small, as `translate` takes them.

        Args:
            images: float array `(n, height, width, channels)` in [-1, 1].

        Returns:
            A numpy array, `scale` times smaller, clipped to [-1, 1], which the filter may leave.
        """
        return np.clip(ops.convert_to_numpy(self.shrink(images)), -1, 1)

    def sides(self, batch):
        """The large images made small, and the large ones."""
        return self.small(batch), batch

    def content_loss(self, real, fake):
        """The mean squared error, in float32."""
        return ops.mean(ops.square(ops.cast(real, "float32") - ops.cast(fake, "float32")))

    def train_step(self, data):
        """One step of the generator."""
        (real,) = self.batch(data)
        small = self.shrink(real)
        mse = self.minimize(
            lambda: self.content_loss(real, self.generator(small, training=True)), "generator"
        )
        return self.logs(mse=mse)

    def test_step(self, data):
        """The error at inference."""
        (real,) = self.batch(data)
        return self.logs(mse=self.content_loss(real, self.generator(self.shrink(real))))

    def get_config(self):
        return {
            **super().get_config(),
            "data_shape": self.data_shape,
            "scale": self.scale,
            "filters": self.filters,
            "blocks": self.blocks,
            **self._given,
        }


@keras.saving.register_keras_serializable("kerasgan")
class SRGAN(Objective, SRResNet):
    """`SRResNet` with a discriminator, which makes up what the small image does not tell.

    The generator minimizes the content loss plus `adversarial_weight` times the adversarial one.
    The content loss is the mean squared error of features, where a network for them is given, or of
    the pixels. Start from a trained `SRResNet`: `SRGAN(shape, generator=srresnet.generator)`.
    Adam has rate 1e-4, which the paper divides by ten after half of the steps.

    Reference: Ledig et al. 2017, Photo-Realistic Single Image Super-Resolution Using a Generative
    Adversarial Network, arXiv:1609.04802.

    Args:
        data_shape: tuple (height, width, channels) of the large images that are trained on; height
            and width must be multiples of 16 for the paper's discriminator.
        scale: int, by which images grow: 2, 4 or another power of two.
        discriminator: Keras model of large images to logits (1,); None for the paper's.
        discriminator_filters: int, the discriminator's first width; 64 in the paper.
        features: Keras model of images in [-1, 1] to features, which is not trained; the paper's is
            VGG19 up to its last convolution, divided by 12.75. None compares pixels.
        adversarial_weight: float, 1e-3 in the paper.
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

    starts_from = "SRResNet"
    log_names = {"d_loss": "discriminator", "g_loss": "generator", "content": "generator"}

    def __init__(
        self,
        data_shape,
        scale=4,
        *,
        discriminator=None,
        discriminator_filters=64,
        features=None,
        adversarial_weight=1e-3,
        **kwargs,
    ):
        super().__init__(data_shape, scale, **kwargs)
        self.discriminator_filters = discriminator_filters
        self.adversarial_weight = adversarial_weight
        self._given = {**self._given, "discriminator": discriminator, "features": features}
        self.features = features
        with self.own_policy():
            self.discriminator = discriminator or srgan_discriminator(
                self.data_shape, discriminator_filters
            )
        check_network("discriminator", self.discriminator, [self.data_shape], (1,))

    def players(self):
        """The discriminator and the generator."""
        return {"discriminator": [self.discriminator], **super().players()}

    def content_loss(self, real, fake):
        """The mean squared error of features, or of pixels, in float32."""
        if self.features is not None:
            real, fake = (self.features(images, training=False) for images in (real, fake))
        return super().content_loss(real, fake)

    def train_step(self, data):
        """One step of the discriminator, then one of the generator, on the same fakes."""
        (real,) = self.batch(data)
        small = self.shrink(real)
        fake = self.one_pass(lambda: self.generator(small, training=True), "generator")

        def discriminator_loss():
            critic = functools.partial(self.discriminator, training=True)
            loss = self.adversarial_loss.discriminator(critic(real), critic(fake.outputs))
            return loss + self.penalty(critic, real, fake.outputs)

        d_loss = self.minimize(discriminator_loss, "discriminator")
        self.after_judges_step()
        _, losses = self.minimize(
            lambda images: self.generator_loss(real, images, training=True), "generator", fake
        )
        return self.logs(d_loss=d_loss, **losses)

    def generator_loss(self, real, fake, training):
        """What the generator minimizes, and its parts by their names in the logs."""
        relativistic = self.adversarial_loss.relativistic
        losses = {
            "g_loss": self.adversarial_loss.generator(
                self.discriminator(fake, training=training),
                self.discriminator(real, training=training) if relativistic else None,
            ),
            "content": self.content_loss(real, fake),
        }
        return losses["content"] + self.adversarial_weight * losses["g_loss"], losses

    def test_step(self, data):
        """The losses at inference, without penalties."""
        (real,) = self.batch(data)
        fake = self.generator(self.shrink(real), training=False)
        logits = [self.discriminator(images, training=False) for images in (real, fake)]
        d_loss = self.adversarial_loss.discriminator(*logits)
        return self.logs(d_loss=d_loss, **self.generator_loss(real, fake, training=False)[1])

    def get_config(self):
        return {
            **super().get_config(),
            "discriminator_filters": self.discriminator_filters,
            "adversarial_weight": self.adversarial_weight,
        }
