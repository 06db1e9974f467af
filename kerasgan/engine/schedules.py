"""Values that change with the optimizer's steps, beyond the learning rate."""

import math

import keras
from keras import ops


@keras.saving.register_keras_serializable("kerasgan")
class Cosine(keras.optimizers.schedules.LearningRateSchedule):
    """Half a cosine from one value to another, then constant.

    Keras's `CosineDecay` multiplies its first value, so it cannot start at zero.

    Args:
        start: float, the value at step 0.
        end: float, larger or smaller, the value from step `steps` on.
        steps: number, above 0.

    Raises:
        ValueError: if `steps` is not positive.

    Example:

    >>> beta_2 = Cosine(0.9, 0.99, steps=100)
    >>> [round(float(beta_2(step)), 4) for step in (0, 50, 100, 500)]
    [0.9, 0.945, 0.99, 0.99]
    """

    def __init__(self, start, end, steps):
        super().__init__()
        if steps <= 0:
            raise ValueError(f"`steps` must be positive. Received: {steps=}")
        self.start, self.end, self.steps = start, end, steps

    def __call__(self, step):
        """The value at a step.

        Args:
            step: int or scalar tensor.

        Returns:
            A scalar float32 tensor.
        """
        done = ops.minimum(ops.cast(step, "float32") / self.steps, 1.0)
        return self.start + (self.end - self.start) * 0.5 * (1 - ops.cos(math.pi * done))

    def get_config(self):
        return {"start": self.start, "end": self.end, "steps": self.steps}


@keras.saving.register_keras_serializable("kerasgan")
class ScheduledAdam(keras.optimizers.Adam):
    """Adam whose `beta_2` may follow a schedule, as R3GAN's does (arXiv:2501.05441).

    Like a scheduled learning rate, `beta_2` is the schedule's value at the number of steps made so
    far; the bias correction is 1 - beta_2 ** step with the current `beta_2`, as in the authors'
    code, which sets `betas` of a PyTorch Adam before each step.

    Args:
        learning_rate: float or `LearningRateSchedule`.
        beta_1: float.
        beta_2: float or `LearningRateSchedule`.
        epsilon: float.
        **kwargs: as for `keras.optimizers.Adam`.

    Example:

    >>> optimizer = ScheduledAdam(2e-4, beta_1=0.0, beta_2=Cosine(0.9, 0.99, steps=100))
    >>> optimizer.iterations.assign(50) is not None
    True
    >>> round(float(optimizer.beta_2), 4)
    0.945
    """

    def __init__(
        self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, name="adam", **kwargs
    ):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, name=name, **kwargs)

    @property
    def beta_2(self):
        """The current value: a float, or a scalar tensor where it is scheduled."""
        return self._beta_2(self.iterations) if callable(self._beta_2) else self._beta_2

    @beta_2.setter
    def beta_2(self, value):
        self._beta_2 = value

    def get_config(self):
        beta_2 = self._beta_2
        if callable(beta_2):
            beta_2 = keras.saving.serialize_keras_object(beta_2)
        return {**super().get_config(), "beta_2": beta_2}

    @classmethod
    def from_config(cls, config, custom_objects=None):
        if isinstance(config["beta_2"], dict):
            beta_2 = keras.saving.deserialize_keras_object(config["beta_2"], custom_objects)
            config = {**config, "beta_2": beta_2}
        return super().from_config(config, custom_objects)
