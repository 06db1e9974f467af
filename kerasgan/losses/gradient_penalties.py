"""Penalties on the discriminator's gradient, added to its loss."""

from collections.abc import Callable

import keras
from keras import ops
from keras.optimizers.schedules import LearningRateSchedule

from kerasgan.engine.gradients import gradient, gradient_norm
from kerasgan.losses.adversarial import float32
from kerasgan.losses.penalties import GradientBased
from kerasgan.utils.checks import number
from kerasgan.utils.types import Tensor


def _between(start, end, seed):
    """A random point on the line between each sample of `start` and its partner in `end`."""
    shape = (ops.shape(start)[0], *[1] * (len(start.shape) - 1))
    return start + keras.random.uniform(shape, dtype="float32", seed=seed) * (end - start)


def _mean_square_deviation(critic, points, target, one_sided=False):
    excess = gradient_norm(critic, points) - target
    return ops.mean(ops.square(ops.relu(excess) if one_sided else excess))


def _mean_square_norm(critic, points):
    squares = ops.square(gradient(critic, float32(points)))
    return ops.mean(ops.sum(ops.reshape(squares, (ops.shape(squares)[0], -1)), axis=1))


@keras.saving.register_keras_serializable("kerasgan")
class GradientPenalty(GradientBased):
    """WGAN-GP: the gradient's norm is held to 1 between real and generated samples.

    `weight * mean (|∇D(x̂)| - target)²`, where x̂ lies on the line between a real sample and a
    generated one, at a place drawn uniformly for each pair. `target=0` is the zero-centred penalty
    of Thanh-Tung et al. (2019, arXiv:1902.03984).

    Reference: Gulrajani et al. 2017, Improved Training of Wasserstein GANs, arXiv:1704.00028.

    Args:
        weight: positive float, the paper's λ, or a `LearningRateSchedule` of the step.
        target: float, the norm wanted.
        one_sided: bool. True: only norms above `target` are penalised (the paper's section 4).

    Raises:
        ValueError: if `weight` is not positive, or `target` negative.

    Example:

    >>> import keras
    >>> from keras import ops
    >>> def critic(x):  # its gradient is 3 everywhere
    ...     return 3 * x
    >>> seed = keras.random.SeedGenerator(0)
    >>> penalty = GradientPenalty(weight=10)
    >>> print(float(penalty(critic, ops.ones((4, 1)), ops.zeros((4, 1)), seed=seed, step=0)))
    40.0
    """

    lipschitz = True

    def __init__(
        self,
        weight: float | LearningRateSchedule = 10.0,
        target: float = 1.0,
        one_sided: bool = False,
    ) -> None:
        super().__init__(weight)
        self.target = number("target", target, least=0)
        self.one_sided = one_sided

    def __call__(
        self,
        critic: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        *,
        seed: keras.random.SeedGenerator,
        step: Tensor,
    ) -> Tensor:
        """The term to be added to the discriminator's loss."""
        points = _between(float32(real), float32(fake), seed)
        deviation = _mean_square_deviation(critic, points, self.target, self.one_sided)
        return self.weight_at(step) * deviation

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "target": self.target, "one_sided": self.one_sided}


@keras.saving.register_keras_serializable("kerasgan")
class R1(GradientBased):
    """The squared norm of the gradient at real samples: `weight / 2 * mean |∇D(real)|²`.

    Reference: Mescheder et al. 2018, Which Training Methods for GANs do actually Converge?,
    arXiv:1801.04406, equation 9.

    Args:
        weight: positive float, the paper's γ, or a `LearningRateSchedule` of the step.

    Raises:
        ValueError: if `weight` is not positive.

    Example:

    >>> import keras
    >>> from keras import ops
    >>> def critic(x):  # its gradient is 3 everywhere
    ...     return 3 * x
    >>> seed = keras.random.SeedGenerator(0)
    >>> print(float(R1(weight=10)(critic, ops.ones((4, 1)), ops.zeros((4, 1)), seed=seed, step=0)))
    45.0
    """

    def __call__(
        self,
        critic: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        *,
        seed: keras.random.SeedGenerator,
        step: Tensor,
    ) -> Tensor:
        """The term to be added to the discriminator's loss."""
        return self.weight_at(step) / 2 * _mean_square_norm(critic, real)


@keras.saving.register_keras_serializable("kerasgan")
class R2(GradientBased):
    """The squared norm of the gradient at generated samples: `weight / 2 * mean |∇D(fake)|²`.

    Reference: Mescheder et al. 2018, Which Training Methods for GANs do actually Converge?,
    arXiv:1801.04406, equation 10.

    Args:
        weight: positive float, the paper's γ, or a `LearningRateSchedule` of the step.

    Raises:
        ValueError: if `weight` is not positive.

    Example:

    >>> import keras
    >>> from keras import ops
    >>> def critic(x):  # its gradient is 3 everywhere
    ...     return 3 * x
    >>> seed = keras.random.SeedGenerator(0)
    >>> print(float(R2(weight=10)(critic, ops.ones((4, 1)), ops.zeros((4, 1)), seed=seed, step=0)))
    45.0
    """

    def __call__(
        self,
        critic: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        *,
        seed: keras.random.SeedGenerator,
        step: Tensor,
    ) -> Tensor:
        """The term to be added to the discriminator's loss."""
        return self.weight_at(step) / 2 * _mean_square_norm(critic, fake)


@keras.saving.register_keras_serializable("kerasgan")
class DRAGAN(GradientBased):
    """The gradient's norm is held to 1 around real samples.

    `weight * mean (|∇D(x̂)| - target)²`, where x̂ lies on the line between a real sample x and
    `x + spread * std * u`; std is the standard deviation of all numbers in the batch, and u is
    uniform in [0, 1], drawn for each number. This is the authors' code
    (github.com/kodalinaveen3/DRAGAN); the paper has normal noise around x.

    The bound is a local one: it holds near the data and says nothing of the critic elsewhere.

    Reference: Kodali et al. 2017, On Convergence and Stability of GANs, arXiv:1705.07215.

    Args:
        weight: positive float, the paper's λ, or a `LearningRateSchedule` of the step.
        target: float, the norm wanted.
        spread: positive float, how far around the data, in standard deviations.

    Raises:
        ValueError: if `weight` or `spread` is not positive, or `target` negative.

    Example:

    >>> import keras
    >>> from keras import ops
    >>> def critic(x):  # its gradient is 3 everywhere
    ...     return 3 * x
    >>> seed = keras.random.SeedGenerator(0)
    >>> penalty = DRAGAN(weight=10)
    >>> print(float(penalty(critic, ops.ones((4, 1)), ops.zeros((4, 1)), seed=seed, step=0)))
    40.0
    """

    lipschitz = True

    def __init__(
        self, weight: float | LearningRateSchedule = 10.0, target: float = 1.0, spread: float = 0.5
    ) -> None:
        super().__init__(weight)
        self.target = number("target", target, least=0)
        self.spread = number("spread", spread, above=0)

    def __call__(
        self,
        critic: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        *,
        seed: keras.random.SeedGenerator,
        step: Tensor,
    ) -> Tensor:
        """The term to be added to the discriminator's loss."""
        real = float32(real)
        noise = keras.random.uniform(ops.shape(real), dtype="float32", seed=seed)
        points = _between(real, real + self.spread * ops.std(real) * noise, seed)
        return self.weight_at(step) * _mean_square_deviation(critic, points, self.target)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "target": self.target, "spread": self.spread}
