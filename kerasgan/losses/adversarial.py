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
        noise: float. The share of the discriminator's labels that are flipped in training, by a
            loss whose `discriminator` takes a `seed` for that.
    """

    relativistic = False
    lipschitz = False
    centred = True
    mean_weight = 1.0
    noise = 0.0

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


def float32(x: Tensor) -> Tensor:
    return ops.cast(x, "float32")


def mean_softplus(logits: Tensor) -> Tensor:
    return ops.mean(ops.softplus(float32(logits)))


def _mean_cross_entropy(logits, label):
    logits = float32(logits)
    return ops.mean(label * ops.softplus(-logits) + (1 - label) * ops.softplus(logits))


def _flipped(logits, label, other, noise, seed):
    """The label of all samples; with a seed, `other` for a share of them, whole images each."""
    if seed is None or not noise:
        return label
    shape = (ops.shape(logits)[0], *[1] * (len(logits.shape) - 1))
    return ops.where(keras.random.uniform(shape, dtype="float32", seed=seed) < noise, other, label)


@keras.saving.register_keras_serializable("kerasgan")
class Minimax(AdversarialLoss):
    """The two-player game as first written: min over G, max over D of log D(x) + log(1 - D(G(z))).

    The discriminator's loss is `-mean log σ(real) - mean log(1 - σ(fake))`, the generator's is
    `mean log(1 - σ(fake))`, whose gradient vanishes while the discriminator is sure. Smoothed or
    flipped labels keep it from being so.

    Reference: Goodfellow et al. 2014, Generative Adversarial Networks, arXiv:1406.2661, equation 1;
    of one-sided smoothing, Salimans et al. 2016, Improved Techniques for Training GANs,
    arXiv:1606.03498, section 3.4.

    Args:
        smoothing: float in [0, 0.5]. Real samples have the label 1 - smoothing, fakes 0.
        noise: float in [0, 0.5). The share of the discriminator's samples, real and fake, that have
            the other kind's label in training.

    Raises:
        ValueError: if one is out of these.

    Example:

    >>> from keras import ops
    >>> loss = Minimax()
    >>> print(f"{float(loss.discriminator(ops.zeros((4, 1)), ops.zeros((4, 1)))):.4f}")
    1.3863
    """

    def __init__(self, smoothing: float = 0.0, noise: float = 0.0) -> None:
        self.smoothing = number("smoothing", smoothing, least=0, most=0.5)
        self.noise = number("noise", noise, least=0, below=0.5)

    def discriminator(
        self, real: Tensor, fake: Tensor, seed: keras.random.SeedGenerator | None = None
    ) -> Tensor:
        """Loss of a discriminator that calls `real` true and `fake` false; with `seed`, noisily."""
        true = 1 - self.smoothing
        return _mean_cross_entropy(
            real, _flipped(real, true, 0.0, self.noise, seed)
        ) + _mean_cross_entropy(fake, _flipped(fake, 0.0, true, self.noise, seed))

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """Loss of a generator that wants `fake` not to be called false."""
        return -mean_softplus(fake)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {"smoothing": self.smoothing, "noise": self.noise}


@keras.saving.register_keras_serializable("kerasgan")
class NonSaturating(Minimax):
    """Minimax with the generator's loss that has a gradient from the start: `-mean log σ(fake)`.

    Reference: Goodfellow et al. 2014, Generative Adversarial Networks, arXiv:1406.2661, section 3.

    Args:
        smoothing: float in [0, 0.5], as in `Minimax`.
        noise: float in [0, 0.5), likewise.

    Raises:
        ValueError: if one is out of these.

    Example:

    >>> from keras import ops
    >>> print(f"{float(NonSaturating().generator(ops.zeros((4, 1)))):.4f}")
    0.6931
    """

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """Loss of a generator that wants `fake` to be called true."""
        return mean_softplus(-fake)


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
        noise: float in [0, 0.5). The share of the discriminator's samples, real and fake, that have
            the other kind's label in training. (What is smoothing elsewhere is `b=0.9` here.)

    Raises:
        ValueError: if one is no finite number, or `noise` out of its interval.

    Example:

    >>> from keras import ops
    >>> loss = LeastSquares()
    >>> print(float(loss.discriminator(ops.zeros((4, 1)), ops.ones((4, 1)))))
    1.0
    >>> loss.centred, LeastSquares(a=-1.0, b=1.0, c=0.0).centred
    (False, True)
    """

    mean_weight = 0.5

    def __init__(self, a: float = 0.0, b: float = 1.0, c: float = 1.0, noise: float = 0.0) -> None:
        self.a, self.b, self.c = number("a", a), number("b", b), number("c", c)
        self.noise = number("noise", noise, least=0, below=0.5)
        self.centred = self.a + self.b == 0  # the boundary is (a + b) / 2

    def discriminator(
        self, real: Tensor, fake: Tensor, seed: keras.random.SeedGenerator | None = None
    ) -> Tensor:
        """Loss of a discriminator that calls `real` b and `fake` a; by a seed, with noise."""
        b = _flipped(real, self.b, self.a, self.noise, seed)
        a = _flipped(fake, self.a, self.b, self.noise, seed)
        return self._half_square(real, b) + self._half_square(fake, a)

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """Loss of a generator that wants `fake` to be called c."""
        return self._half_square(fake, self.c)

    def _half_square(self, logits, label):
        return ops.mean(ops.square(float32(logits) - label)) / 2

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {"a": self.a, "b": self.b, "c": self.c, "noise": self.noise}


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
        return ops.mean(ops.relu(1 - float32(real))) + ops.mean(ops.relu(1 + float32(fake)))

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """Loss of a generator that wants `fake` high."""
        return -ops.mean(float32(fake))


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
        return ops.mean(float32(fake)) - ops.mean(float32(real))

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """Loss of a generator that wants `fake` high."""
        return -ops.mean(float32(fake))
