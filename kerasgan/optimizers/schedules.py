"""Values that change with the optimizer's steps, beyond the learning rate."""

import math
from typing import Any, Self

import keras
from keras import ops
from keras.optimizers.schedules import LearningRateSchedule

from kerasgan.utils.checks import number, whole
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class Cosine(LearningRateSchedule):
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

    def __init__(self, start: float, end: float, steps: float) -> None:
        super().__init__()
        number("start", start), number("end", end), number("steps", steps, above=0)
        self.start, self.end, self.steps = start, end, steps

    def __call__(self, step: Tensor) -> Tensor:
        """The value at a step.

        Args:
            step: int or scalar tensor.

        Returns:
            A scalar float32 tensor.
        """
        done = ops.minimum(ops.cast(step, "float32") / self.steps, 1.0)
        return self.start + (self.end - self.start) * 0.5 * (1 - ops.cos(math.pi * done))

    def get_config(self) -> dict:
        return {"start": self.start, "end": self.end, "steps": self.steps}


@keras.saving.register_keras_serializable("kerasgan")
class LinearDecay(keras.optimizers.schedules.PolynomialDecay):
    """A learning rate that is constant for some epochs, then falls to zero in a straight line.

    So CycleGAN and pix2pix are trained (arXiv:1703.10593, section 4). The rate changes with each
    step, while in the authors' code it does with each epoch.

    Args:
        learning_rate: float, the rate at first.
        steps_per_epoch: int, steps of the optimizer in one epoch.
        n_epochs: int, epochs at that rate.
        n_epochs_decay: int, epochs of the way to zero, 1 or more.

    Raises:
        ValueError: if a number of epochs or steps is too small.

    Example:

    >>> rate = LinearDecay(2e-4, steps_per_epoch=10, n_epochs=3, n_epochs_decay=2)
    >>> [round(float(rate(step)), 6) for step in (0, 30, 40, 50, 60)]
    [0.0002, 0.0002, 0.0001, 0.0, 0.0]
    """

    def __init__(
        self,
        learning_rate: float,
        steps_per_epoch: int,
        n_epochs: int = 100,
        n_epochs_decay: int = 100,
    ) -> None:
        self.steps_per_epoch = whole("steps_per_epoch", steps_per_epoch)
        self.n_epochs = whole("n_epochs", n_epochs, least=0)
        self.n_epochs_decay = whole("n_epochs_decay", n_epochs_decay)
        number("learning_rate", learning_rate, least=0)
        decay_steps = self.n_epochs_decay * self.steps_per_epoch
        super().__init__(learning_rate, decay_steps, end_learning_rate=0.0)

    def __call__(self, step: Tensor) -> Tensor:
        """The rate at a step.

        Args:
            step: int or scalar tensor.

        Returns:
            A scalar float32 tensor.
        """
        step = ops.cast(step, "float32") - self.n_epochs * self.steps_per_epoch
        return super().__call__(ops.maximum(step, 0.0))

    def get_config(self) -> dict:
        return {
            "learning_rate": self.initial_learning_rate,
            "steps_per_epoch": self.steps_per_epoch,
            "n_epochs": self.n_epochs,
            "n_epochs_decay": self.n_epochs_decay,
        }


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
        self,
        learning_rate: float | LearningRateSchedule = 0.001,
        beta_1: float = 0.9,
        beta_2: float | LearningRateSchedule = 0.999,
        epsilon: float = 1e-7,
        name: str = "adam",
        **kwargs: Any,
    ) -> None:
        if not isinstance(learning_rate, LearningRateSchedule):
            number("learning_rate", learning_rate, least=0)
        if not isinstance(beta_2, LearningRateSchedule):
            number("beta_2", beta_2, least=0, below=1)
        number("beta_1", beta_1, least=0, below=1), number("epsilon", epsilon, least=0)
        super().__init__(learning_rate, beta_1, beta_2, epsilon, name=name, **kwargs)

    @property
    def beta_2(self) -> float | Tensor:
        """The current value: a float, or a scalar tensor where it is scheduled."""
        return self._beta_2(self.iterations) if callable(self._beta_2) else self._beta_2

    @beta_2.setter
    def beta_2(self, value: float | LearningRateSchedule) -> None:
        self._beta_2 = value

    def get_config(self) -> dict:
        beta_2 = self._beta_2
        if callable(beta_2):
            beta_2 = keras.saving.serialize_keras_object(beta_2)
        return {**super().get_config(), "beta_2": beta_2}

    @classmethod
    def from_config(cls, config: dict, custom_objects: dict | None = None) -> Self:
        if isinstance(config["beta_2"], dict):
            beta_2 = keras.saving.deserialize_keras_object(config["beta_2"], custom_objects)
            config = {**config, "beta_2": beta_2}
        return super().from_config(config, custom_objects)
