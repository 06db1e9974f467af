"""A penalty that is computed now and then only."""

from collections.abc import Callable
from typing import Any, Self

import keras
from keras import ops

from kerasgan.engine.lazily import lazily
from kerasgan.losses.adversarial import float32
from kerasgan.losses.penalties import GradientBased, Penalty
from kerasgan.utils.checks import instance, whole
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class Lazy(Penalty):
    """A penalty at each `every`-th step, so many times as large: about the same, for less work.

    Reference: Karras et al. 2020, Analyzing and Improving the Image Quality of StyleGAN,
    arXiv:1912.04958, section 3.1.

    Args:
        penalty: a penalty made of gradients, such as `R1`.
        every: int, steps from one to the next; 16 in the paper.

    Raises:
        TypeError: if it is another kind of penalty.

    Example:

    >>> import keras
    >>> from kerasgan.losses import R1
    >>> penalty, real = Lazy(R1(weight=10), every=4), ops.ones((4, 1))
    >>> seed = keras.random.SeedGenerator(0)
    >>> [float(penalty(lambda x: 3 * x, real, real, seed=seed, step=ops.array(i))) for i in (0, 1)]
    [180.0, 0.0]
    """

    def __init__(self, penalty: GradientBased, every: int = 16) -> None:
        instance("penalty", penalty, GradientBased)
        self.penalty, self.every = penalty, whole("every", every)

    @property
    def lipschitz(self) -> bool:  # type: ignore[override]
        """The penalty's."""
        return self.penalty.lipschitz

    @property
    def takes_gradient(self) -> bool:  # type: ignore[override]
        """The penalty's."""
        return self.penalty.takes_gradient

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

        def term():
            value = self.penalty(critic, real, fake, seed=seed, step=step)
            return [self.every * float32(value)]

        due = ops.equal(ops.mod(ops.convert_to_tensor(step), self.every), 0)
        return lazily(due, term, [ops.zeros((), "float32")])[0]

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            "penalty": keras.saving.serialize_keras_object(self.penalty),
            "every": self.every,
        }

    @classmethod
    def from_config(cls, config: dict) -> Self:
        """Make the penalty from its arguments."""
        penalty = config["penalty"]
        if isinstance(penalty, dict):
            penalty = keras.saving.deserialize_keras_object(penalty)
        return cls(**{**config, "penalty": penalty})
