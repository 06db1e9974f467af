"""The Wasserstein GAN."""

from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.models.dcgan import DCGAN


@keras.saving.register_keras_serializable("kerasgan")
class WGAN(DCGAN):
    """DCGAN's networks with a critic whose weights are clipped, which estimates a Wasserstein
    distance.

    The paper's settings: weights clipped to [-0.01, 0.01] after each step of the critic, five such
    steps for one of the generator, RMSprop with rate 5e-5. Each step of the critic takes its own
    part of the batch: for the paper's 64 images a step, load batches of 320. Minus `d_loss` is
    the estimate of the distance, up to a factor.

    Reference: Arjovsky, Chintala & Bottou 2017, Wasserstein GAN, arXiv:1701.07875.

    Args:
        data_shape: tuple (height, width, channels) of images in [-1, 1].
        latent_dim: int, the length of a latent vector.
        critic_steps: int, steps of the critic for one of the generator.
        **kwargs: see `kerasgan.DCGAN`.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.WGAN(data_shape=(16, 16, 1), latent_dim=8, filters=8)
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (40, 16, 16, 1)).astype("float32")
    >>> history = gan.fit(images, batch_size=40, verbose=0)
    >>> print(f"{max(abs(w).max() for w in gan.discriminator.get_weights()[:1]):.2f}")
    0.01
    """

    default_loss = "wasserstein"
    default_penalty = "weight_clipping"

    def __init__(
        self, data_shape: Sequence[int], latent_dim: int, *, critic_steps: int = 5, **kwargs: Any
    ):
        super().__init__(data_shape, latent_dim, critic_steps=critic_steps, **kwargs)

    def default_optimizer(self, player: str) -> keras.optimizers.Optimizer:
        return keras.optimizers.RMSprop(5e-5)
