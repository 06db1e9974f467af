"""Penalties: what is added to the discriminator's loss, or done to its weights, to tame it."""

from collections.abc import Sequence

import keras
from keras import ops

from kerasgan.engine.gradients import gradient, gradient_norm
from kerasgan.utils.checks import number
from kerasgan.utils.types import Tensor

Schedule = keras.optimizers.schedules.LearningRateSchedule


class Penalty:
    """A term of the discriminator's loss, computed in float32, and rebuilt from `get_config`.

    Attributes:
        lipschitz: bool. True where the penalty holds the critic's slope to a bound.
        takes_gradient: bool. True where the penalty is made of the critic's gradient at each
            sample, which must then depend on that sample alone.
    """

    lipschitz = False
    takes_gradient = False

    def __call__(self, critic, real, fake, *, seed, step):
        """The term to be added to the discriminator's loss.

        Args:
            critic: function of data `(n, ...)` to logits `(n, 1)`.
            real: float tensor `(n, ...)`, real samples.
            fake: float tensor of the same shape, generated samples, detached.
            seed: `keras.random.SeedGenerator`.
            step: integer scalar, the steps that the discriminator has made.

        Returns:
            A float32 scalar.
        """
        raise NotImplementedError(f"{type(self).__name__} must define __call__.")

    def get_config(self):
        """The constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config):
        """Make the penalty from its arguments."""
        return cls(**config)


class GradientBased(Penalty):
    """A penalty made of the critic's gradients, with a weight that may follow a schedule."""

    takes_gradient = True

    def __init__(self, weight=10.0):
        scheduled = isinstance(weight, keras.optimizers.schedules.LearningRateSchedule)
        self.weight = weight if scheduled else number("weight", weight, above=0)

    def weight_at(self, step):
        return self.weight if isinstance(self.weight, float) else self.weight(step)

    def get_config(self):
        """The constructor's arguments."""
        if isinstance(self.weight, float):
            return {"weight": self.weight}
        return {"weight": keras.saving.serialize_keras_object(self.weight)}

    @classmethod
    def from_config(cls, config):
        """Make the penalty from its arguments."""
        weight = config["weight"]
        if isinstance(weight, dict):
            weight = keras.saving.deserialize_keras_object(weight)
        return cls(**{**config, "weight": weight})


def _between(start, end, seed):
    """A random point on the line between each sample of `start` and its partner in `end`."""
    shape = (ops.shape(start)[0], *[1] * (len(start.shape) - 1))
    return start + keras.random.uniform(shape, dtype="float32", seed=seed) * (end - start)


def _mean_square_deviation(critic, points, target, one_sided=False):
    excess = gradient_norm(critic, points) - target
    return ops.mean(ops.square(ops.relu(excess) if one_sided else excess))


def _mean_square_norm(critic, points):
    squares = ops.square(gradient(critic, ops.cast(points, "float32")))
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

    def __init__(self, weight=10.0, target=1.0, one_sided=False):
        super().__init__(weight)
        self.target = number("target", target, least=0)
        self.one_sided = one_sided

    def __call__(self, critic, real, fake, *, seed, step):
        """The term to be added to the discriminator's loss."""
        points = _between(ops.cast(real, "float32"), ops.cast(fake, "float32"), seed)
        deviation = _mean_square_deviation(critic, points, self.target, self.one_sided)
        return self.weight_at(step) * deviation

    def get_config(self):
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

    def __call__(self, critic, real, fake, *, seed, step):
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

    def __call__(self, critic, real, fake, *, seed, step):
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

    def __init__(self, weight=10.0, target=1.0, spread=0.5):
        super().__init__(weight)
        self.target = number("target", target, least=0)
        self.spread = number("spread", spread, above=0)

    def __call__(self, critic, real, fake, *, seed, step):
        """The term to be added to the discriminator's loss."""
        real = ops.cast(real, "float32")
        noise = keras.random.uniform(ops.shape(real), dtype="float32", seed=seed)
        points = _between(real, real + self.spread * ops.std(real) * noise, seed)
        return self.weight_at(step) * _mean_square_deviation(critic, points, self.target)

    def get_config(self):
        """The constructor's arguments."""
        return {**super().get_config(), "target": self.target, "spread": self.spread}


@keras.saving.register_keras_serializable("kerasgan")
class WeightClipping(Penalty):
    """Clips every trainable variable into [-limit, limit] after each of the discriminator's steps.

    All of them, as the authors' code does: biases and a normalisation's scales too. It is the
    `constraint` of each variable, which Keras's optimizers apply after every update.

    Reference: Arjovsky et al. 2017, Wasserstein GAN, arXiv:1701.07875, algorithm 1.

    Args:
        limit: positive float, the paper's c.

    Raises:
        ValueError: if `limit` is not positive.

    Example:

    >>> from keras import ops
    >>> clipped = WeightClipping(limit=0.5).constrain(ops.array([-1.0, 0.25]))
    >>> ops.convert_to_numpy(clipped).tolist()
    [-0.5, 0.25]
    """

    lipschitz = True

    def __init__(self, limit: float = 0.01):
        self.limit = number("limit", limit, above=0)

    def __call__(self, critic, real, fake, *, seed, step):
        """Nothing to be added: 0."""
        return ops.zeros((), "float32")

    def constrain(self, weights: Tensor) -> Tensor:
        """The weights, clipped."""
        return ops.clip(weights, -self.limit, self.limit)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {"limit": self.limit}


def constrain(penalties: Sequence[Penalty], variables: Sequence[keras.Variable]) -> None:
    """Let what the penalties ask of the weights themselves hold after each of their updates.

    Constraints of the layers' own stand; those of an earlier call are taken back.

    Args:
        penalties: sequence of `Penalty`.
        variables: the discriminator's trainable variables.

    Raises:
        ValueError: if a variable has a constraint of its own and would need another.
    """
    clipping = next((p for p in penalties if isinstance(p, WeightClipping)), None)
    for variable in variables:
        ours = isinstance(getattr(variable.constraint, "__self__", None), WeightClipping)
        if variable.constraint is not None and not ours:
            if clipping:
                raise ValueError(
                    "WeightClipping constrains every weight of the discriminator; leave out the "
                    f"layer's own constraint. Received: {variable.path} with {variable.constraint}"
                )
        else:
            variable.constraint = clipping and clipping.constrain
