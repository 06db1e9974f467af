"""The least squares GAN."""

import keras

from kerasgan.models.dcgan import DCGAN


@keras.saving.register_keras_serializable("kerasgan")
class LSGAN(DCGAN):
    """DCGAN's networks trained on squared distances from target values instead of likelihoods.

    The targets are a = 0 for fake, b = 1 for real, c = 1 for what the generator wants, the paper's
    equation 9; `compile(loss=kerasgan.losses.LeastSquares(-1, 1, 0))` gives its equation 8, whose
    minimum is the Pearson χ² divergence. Adam with rate 2e-4 and β1 0.5 (the paper takes 1e-3 for
    the LSUN scenes).

    Reference: Mao, Li, Xie, Lau, Wang & Smolley 2016, Least Squares Generative Adversarial
    Networks, arXiv:1611.04076.

    Args:
        data_shape: tuple (height, width, channels) of images in [-1, 1].
        latent_dim: int, the length of a latent vector.
        **kwargs: see `kerasgan.DCGAN`.

    Example:

    >>> import kerasgan as kg
    >>> gan = kg.LSGAN(data_shape=(16, 16, 1), latent_dim=8, filters=8)
    >>> gan.compile()
    >>> gan.adversarial_loss.get_config()
    {'a': 0.0, 'b': 1.0, 'c': 1.0, 'noise': 0.0}
    """

    default_loss = "least_squares"
