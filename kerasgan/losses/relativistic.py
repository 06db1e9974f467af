"""Losses that compare real samples with generated ones: is the one more real than the other?"""

import keras
from keras import ops

from kerasgan.losses.adversarial import AdversarialLoss, float32, mean_softplus
from kerasgan.utils.types import Tensor


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
        real, fake = float32(real), float32(fake)
        return (mean_softplus(ops.mean(fake) - real) + mean_softplus(fake - ops.mean(real))) / 2


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
        return mean_softplus(float32(fake) - float32(real))
