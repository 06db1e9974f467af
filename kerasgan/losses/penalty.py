"""What a penalty is, and what those made of gradients share."""

import math
import numbers

import keras


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

    def after_step(self, variables):
        """What is done after the discriminator's step: nothing, unless a subclass says so.

        Args:
            variables: list of the discriminator's trainable `keras.Variable`s.
        """

    def get_config(self):
        """The constructor's arguments."""
        return {}

    @classmethod
    def from_config(cls, config):
        """Make the penalty from its arguments."""
        return cls(**config)


def check_number(name, value, positive=True):
    is_number = isinstance(value, numbers.Real) and math.isfinite(value)
    if not is_number or value < 0 or (positive and value == 0):
        raise ValueError(
            f"`{name}` must be a {'positive' if positive else 'non-negative'} number. "
            f"Received: {name}={value!r}"
        )
    return float(value)


class GradientBased(Penalty):
    """A penalty made of the critic's gradients, with a weight that may follow a schedule."""

    takes_gradient = True

    def __init__(self, weight=10.0):
        scheduled = isinstance(weight, keras.optimizers.schedules.LearningRateSchedule)
        self.weight = weight if scheduled else check_number("weight", weight)

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
