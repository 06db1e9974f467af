"""The bound on the weights of a Wasserstein GAN's critic."""

from collections.abc import Callable, Sequence

import keras
from keras import ops

from kerasgan.losses.penalties import Penalty
from kerasgan.utils.checks import instance, number
from kerasgan.utils.types import Tensor


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

    def __init__(self, limit: float = 0.01) -> None:
        self.limit = number("limit", limit, above=0)

    def __call__(
        self,
        critic: Callable[[Tensor], Tensor],
        real: Tensor,
        fake: Tensor,
        *,
        seed: keras.random.SeedGenerator,
        step: Tensor,
    ) -> Tensor:
        """Nothing to be added: 0."""
        return ops.zeros((), "float32")

    def constrain(self, weights: Tensor) -> Tensor:
        """The weights, clipped."""
        return ops.clip(ops.convert_to_tensor(weights), -self.limit, self.limit)

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
        instance("variables", variable, keras.Variable)
        ours = isinstance(getattr(variable.constraint, "__self__", None), WeightClipping)
        if variable.constraint is not None and not ours:
            if clipping:
                raise ValueError(
                    "WeightClipping constrains every weight of the discriminator; leave out the "
                    f"layer's own constraint. Received: {variable.path} with {variable.constraint}"
                )
        else:
            variable.constraint = clipping and clipping.constrain
