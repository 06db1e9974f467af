"""Adversarial losses: logits in, the two players' losses out."""

from typing import Self

import keras
from keras import ops

from kerasgan.utils.checks import number
from kerasgan.utils.types import Tensor


class AdversarialLoss:
    """A pair of losses on logits `(n, 1)`, computed in float32, and rebuilt from `get_config`.

    Attributes:
        relativistic: bool. True where the generator's loss needs the real logits as well.
        lipschitz: bool. True where the loss is not bounded by itself and needs a critic that is
            kept Lipschitz; see `kerasgan.losses.check_combination`.
        centred: bool. True where logit 0 is the boundary between real and fake, so that the
            logits' signs tell how often the discriminator is right.
        mean_weight: float. What one mean counts in the loss: 1/2 where the paper halves them.
    """

    relativistic = False
    lipschitz = False
    centred = True
    mean_weight = 1.0

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """What the discriminator minimizes.

        Args:
            real: float tensor `(n, 1)`, logits of real samples.
            fake: float tensor `(n, 1)`, logits of generated samples.

        Returns:
            A float32 scalar.
        """
        raise NotImplementedError(f"{type(self).__name__} must define discriminator(real, fake).")

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """What the generator minimizes.

        Args:
            fake: float tensor `(n, 1)`, logits of generated samples.
            real: float tensor `(n, 1)`, logits of real samples; only relativistic losses use them.

        Returns:
            A float32 scalar.

        Raises:
            ValueError: if the loss is relativistic and `real` is missing.
        """
        raise NotImplementedError(f"{type(self).__name__} must define generator(fake, real=None).")

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config: dict) -> Self:
        """Make the loss from its arguments."""
        return cls(**config)


def _float32(logits):
    return ops.cast(logits, "float32")


def _mean_softplus(logits):
    return ops.mean(ops.softplus(_float32(logits)))


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

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Loss of a discriminator that calls `real` true and `fake` false."""
        return _mean_softplus(-real) + _mean_softplus(fake)

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
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

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """Loss of a generator that wants `fake` to be called true."""
        return _mean_softplus(-fake)


@keras.saving.register_keras_serializable("kerasgan")
class LeastSquares(AdversarialLoss):
    """Squared distances to labels: samples on the right side are still pulled to the boundary.

    The discriminator's loss is `mean (real - b)² / 2 + mean (fake - a)² / 2`, the generator's is
    `mean (fake - c)² / 2`. The defaults are the paper's equation 9; a = -1, b = 1, c = 0 makes the
    generator minimize the Pearson χ² divergence (equation 8).

    Reference: Mao et al. 2016, Least Squares Generative Adversarial Networks, arXiv:1611.04076.

    Args:
        a: float, the discriminator's label of generated samples.
        b: float, the discriminator's label of real samples.
        c: float, what the generator wants the discriminator to say.

    Raises:
        ValueError: if one is no finite number.

    Example:

    >>> from keras import ops
    >>> loss = LeastSquares()
    >>> print(float(loss.discriminator(ops.zeros((4, 1)), ops.ones((4, 1)))))
    1.0
    >>> loss.centred, LeastSquares(a=-1.0, b=1.0, c=0.0).centred
    (False, True)
    """

    mean_weight = 0.5

    def __init__(self, a: float = 0.0, b: float = 1.0, c: float = 1.0) -> None:
        self.a, self.b, self.c = number("a", a), number("b", b), number("c", c)
        self.centred = self.a + self.b == 0  # the boundary is (a + b) / 2

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Loss of a discriminator that calls `real` b and `fake` a."""
        return self._half_square(real, self.b) + self._half_square(fake, self.a)

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """Loss of a generator that wants `fake` to be called c."""
        return self._half_square(fake, self.c)

    def _half_square(self, logits, label):
        return ops.mean(ops.square(_float32(logits) - label)) / 2

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {"a": self.a, "b": self.b, "c": self.c}


@keras.saving.register_keras_serializable("kerasgan")
class Hinge(AdversarialLoss):
    """Margins for the discriminator: logits beyond 1 on the right side teach it nothing.

    The discriminator's loss is `mean max(0, 1 - real) + mean max(0, 1 + fake)`, the generator's is
    `-mean fake`.

    Reference: Lim and Ye 2017, Geometric GAN, arXiv:1705.02894; Miyato et al. 2018, Spectral
    Normalization for Generative Adversarial Networks, arXiv:1802.05957, equations 16 and 17.

    Example:

    >>> from keras import ops
    >>> print(float(Hinge().discriminator(ops.ones((4, 1)), ops.zeros((4, 1)))))
    1.0
    """

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Loss of a discriminator that wants `real` above 1 and `fake` below -1."""
        return ops.mean(ops.relu(1 - _float32(real))) + ops.mean(ops.relu(1 + _float32(fake)))

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """Loss of a generator that wants `fake` high."""
        return -ops.mean(_float32(fake))


@keras.saving.register_keras_serializable("kerasgan")
class Wasserstein(AdversarialLoss):
    """The critic's estimate of the Wasserstein-1 distance, if the critic is 1-Lipschitz.

    The critic's loss is `mean fake - mean real`, the distance's negative; the generator's is
    `-mean fake`. Only differences of logits count, so none of them is a boundary.

    Reference: Arjovsky et al. 2017, Wasserstein GAN, arXiv:1701.07875, algorithm 1.

    Example:

    >>> from keras import ops
    >>> print(float(Wasserstein().discriminator(ops.ones((4, 1)), ops.zeros((4, 1)))))
    -1.0
    """

    lipschitz = True
    centred = False

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Loss of a critic that wants `real` higher than `fake`."""
        return ops.mean(_float32(fake)) - ops.mean(_float32(real))

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """Loss of a generator that wants `fake` high."""
        return -ops.mean(_float32(fake))


class _Relativistic(AdversarialLoss):
    """The generator's loss is the discriminator's with the two kinds of samples swapped."""

    relativistic = True
    centred = False

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """Loss of a generator that wants `fake` called more real than `real`."""
        if real is None:
            raise ValueError(
                f"{type(self).__name__} is relativistic: it compares generated samples with real "
                "ones in the generator's step too. Call `generator(fake, real)` with the logits of "
                "both. Received: real=None"
            )
        return self.discriminator(real=fake, fake=real)


@keras.saving.register_keras_serializable("kerasgan")
class RelativisticAverage(_Relativistic):
    """RaSGAN: is a real sample more real than generated ones are on average, and the reverse.

    The discriminator's loss is
    `(mean -log σ(real - mean fake) + mean -log(1 - σ(fake - mean real))) / 2`; the generator's is
    the same with the two swapped. The paper writes the sum of the two terms; halving it is what
    the author's code does (github.com/AlexiaJM/RelativisticGAN), and so does this class.

    Reference: Jolicoeur-Martineau 2018, The relativistic discriminator: a key element missing from
    standard GAN, arXiv:1807.00734.

    Example:

    >>> from keras import ops
    >>> loss = RelativisticAverage()
    >>> print(f"{float(loss.generator(ops.ones((4, 1)), real=ops.ones((4, 1)))):.4f}")
    0.6931
    """

    mean_weight = 0.5

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Loss of a discriminator that wants each kind on its side of the other's mean."""
        real, fake = _float32(real), _float32(fake)
        return (_mean_softplus(ops.mean(fake) - real) + _mean_softplus(fake - ops.mean(real))) / 2


@keras.saving.register_keras_serializable("kerasgan")
class RelativisticPairing(_Relativistic):
    """RpGAN: is real sample i more real than generated sample i.

    The discriminator's loss is `mean -log σ(real_i - fake_i)`, the generator's is
    `mean -log σ(fake_i - real_i)`. R3GAN trains with it and both `R1` and `R2`.

    Reference: Jolicoeur-Martineau 2018, arXiv:1807.00734 (as RSGAN); Huang et al. 2025, The GAN is
    dead; long live the GAN! A Modern GAN Baseline, arXiv:2501.05441, section 2.

    Example:

    >>> from keras import ops
    >>> loss = RelativisticPairing()
    >>> print(f"{float(loss.generator(ops.ones((4, 1)), real=ops.ones((4, 1)))):.4f}")
    0.6931
    """

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """Loss of a discriminator that wants each `real` above the `fake` beside it."""
        return _mean_softplus(_float32(fake) - _float32(real))
