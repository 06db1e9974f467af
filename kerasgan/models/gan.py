"""The vanilla GAN."""

import keras

from kerasgan.models.noise_to_data import NoiseToData
from kerasgan.networks import mlp_discriminator, mlp_generator


@keras.saving.register_keras_serializable("kerasgan")
class GAN(NoiseToData):
    """Generative adversarial network, of multilayer perceptrons unless other networks are given.

    Both players learn from the same latents: the generator runs once a step, and its gradient is
    taken through the discriminator that has just been updated. The paper alternates k discriminator
    steps with one generator step; here k = 1, as in its experiments, and the generator's loss is
    the non-saturating one (`compile(loss="minimax")` for the other). Adam with rate 2e-4 and
    β1 0.5 is Radford et al.'s (2015, arXiv:1511.06434) in place of momentum.

    Reference: Goodfellow et al. 2014, Generative Adversarial Networks, arXiv:1406.2661.

    Args:
        data_shape: tuple. (height, width, channels) of images in [-1, 1], or (d,) of points.
        latent_dim: int, the length of a latent vector.
        generator_units: tuple of ints, the generator's hidden widths.
        discriminator_units: tuple of ints, the discriminator's hidden widths.
        **kwargs: see `kerasgan.models.NoiseToData`.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.GAN(data_shape=(8, 8, 1), latent_dim=4)
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
    >>> history = gan.fit(images, epochs=2, verbose=0)
    >>> sorted(history.history)
    ['d_loss', 'g_loss']
    >>> gan.generate(3, seed=7).shape
    (3, 8, 8, 1)
    """

    def __init__(
        self,
        data_shape,
        latent_dim,
        *,
        generator_units=(256, 512, 1024),
        discriminator_units=(512, 256),
        **kwargs,
    ):
        self.generator_units = tuple(generator_units)
        self.discriminator_units = tuple(discriminator_units)
        super().__init__(data_shape, latent_dim, **kwargs)

    def build_generator(self):
        return mlp_generator(self.data_shape, self.latent_dim, self.generator_units)

    def build_discriminator(self):
        return mlp_discriminator(self.judged_shape, self.discriminator_units)

    def get_config(self):
        return {
            **super().get_config(),
            "generator_units": self.generator_units,
            "discriminator_units": self.discriminator_units,
        }
