"""The Wasserstein GAN with gradient penalty."""

from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.models.dcgan import DCGAN


@keras.saving.register_keras_serializable("kerasgan")
class WGANGP(DCGAN):
    """DCGAN's networks with a critic that a penalty keeps to gradients of norm one.

    The penalty, weighted by 10, is `(|∇D(x)| - 1)²` at points drawn uniformly between a real and a
    fake sample, one draw and one norm for each sample. The critic is layer normalised, since batch
    norm would mix the samples' gradients. Five steps of the critic for one of the generator, Adam
    with rate 1e-4, β1 0 and β2 0.9, as in the paper's algorithm 1. Each step of the critic takes
    its own part of the batch: for the paper's 64 images a step, load batches of 320.

    Reference: Gulrajani, Ahmed, Arjovsky, Dumoulin & Courville 2017, Improved Training of
    Wasserstein GANs, arXiv:1704.00028.

    Args:
        data_shape: tuple (height, width, channels) of images in [-1, 1].
        latent_dim: int, the length of a latent vector.
        critic_steps: int, steps of the critic for one of the generator.
        normalization: "layer" or None; see `kerasgan.DCGAN`.
        **kwargs: see `kerasgan.DCGAN`.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> gan = kg.WGANGP(data_shape=(16, 16, 1), latent_dim=8, filters=8, critic_steps=2)
    >>> gan.compile()
    >>> images = np.random.uniform(-1, 1, (40, 16, 16, 1)).astype("float32")
    >>> history = gan.fit(images, batch_size=40, verbose=0)
    >>> gan.generate(2).shape
    (2, 16, 16, 1)
    """

    default_loss = "wasserstein"
    default_penalty = "gradient_penalty"

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        *,
        critic_steps: int = 5,
        normalization: str | None = "layer",
        **kwargs: Any,
    ):
        super().__init__(
            data_shape,
            latent_dim,
            critic_steps=critic_steps,
            normalization=normalization,
            **kwargs,
        )

    def default_optimizer(self, player: str) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(1e-4, beta_1=0.0, beta_2=0.9)
