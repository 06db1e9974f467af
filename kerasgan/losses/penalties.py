"""What penalties on the discriminator are: `Penalty`, and `GradientBased` with a weight."""

from collections.abc import Callable
from typing import Self

import keras
from keras.optimizers.schedules import LearningRateSchedule

from kerasgan.utils.checks import number
from kerasgan.utils.types import Tensor


class Penalty:
    """A term of the discriminator's loss, computed in float32, and rebuilt from `get_config`.

    Attributes:
        lipschitz: bool. True where the penalty holds the critic's slope to a bound.
        takes_gradient: bool. True where the penalty is made of the critic's gradient at each
            sample, which must then depend on that sample alone.
    """

    lipschitz = False
    takes_gradient = False

    def __call__(
        self,
        critic: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        *,
        seed: keras.random.SeedGenerator,
        step: Tensor,
    ) -> Tensor:
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

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config: dict) -> Self:
        """Make the penalty from its arguments."""
        return cls(**config)


class GradientBased(Penalty):
    """A penalty made of the critic's gradients, with a weight that may follow a schedule."""

    takes_gradient = True

    def __init__(self, weight: float | LearningRateSchedule = 10.0) -> None:
        scheduled = isinstance(weight, LearningRateSchedule)
        self.weight = weight if scheduled else number("weight", weight, above=0)

    def weight_at(self, step: Tensor) -> Tensor:
        return self.weight if isinstance(self.weight, float) else self.weight(step)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        if isinstance(self.weight, float):
            return {"weight": self.weight}
        return {"weight": keras.saving.serialize_keras_object(self.weight)}

    @classmethod
    def from_config(cls, config: dict) -> Self:
        """Make the penalty from its arguments."""
        weight = config["weight"]
        if isinstance(weight, dict):
            weight = keras.saving.deserialize_keras_object(weight)
        return cls(**{**config, "weight": weight})
