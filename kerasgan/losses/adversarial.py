"""Adversarial losses: logits in, the two players' losses out."""

import keras
from keras import ops


class AdversarialLoss:
    """A pair of losses on logits, computed in float32.

    A subclass has `discriminator(real, fake)` and `generator(fake)`, both of logits `(n, 1)` to a
    scalar, and round-trips through `get_config`.
    """

    def get_config(self):
        """The constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config):
        """Make the loss from its arguments."""
        return cls(**config)


def _mean_softplus(logits):
    return ops.mean(ops.softplus(ops.cast(logits, "float32")))


@keras.saving.register_keras_serializable("kerasgan")
class Minimax(AdversarialLoss):
    """The two-player game as first written: min over G, max over D of log D(x) + log(1 - D(G(z))).

    The discriminator's loss is `-mean log σ(real) - mean log(1 - σ(fake))`, the generator's is
    `mean log(1 - σ(fake))`, whose gradient vanishes while the discriminator is sure.

    Reference: Goodfellow et al. 2014, Generative Adversarial Networks, arXiv:1406.2661, equation 1.

    Example:

    >>> from keras import ops
    >>> loss = Minimax()
    >>> print(f"{float(loss.discriminator(ops.zeros((4, 1)), ops.zeros((4, 1)))):.4f}")
    1.3863
    """

    def discriminator(self, real, fake):
        """Loss of a discriminator that calls `real` true and `fake` false."""
        return _mean_softplus(-real) + _mean_softplus(fake)

    def generator(self, fake):
        """Loss of a generator that wants `fake` not to be called false."""
        return -_mean_softplus(fake)


@keras.saving.register_keras_serializable("kerasgan")
class NonSaturating(Minimax):
    """Minimax with the generator's loss that has a gradient from the start: `-mean log σ(fake)`.

    Reference: Goodfellow et al. 2014, Generative Adversarial Networks, arXiv:1406.2661, section 3.

    Example:

    >>> from keras import ops
    >>> print(f"{float(NonSaturating().generator(ops.zeros((4, 1)))):.4f}")
    0.6931
    """

    def generator(self, fake):
        """Loss of a generator that wants `fake` to be called true."""
        return _mean_softplus(-fake)
