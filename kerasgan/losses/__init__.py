"""Losses of adversarial training, and penalties on the discriminator, by class and by name."""

from kerasgan.losses.adversarial import (
    AdversarialLoss,
    Hinge,
    LeastSquares,
    Minimax,
    NonSaturating,
    RelativisticAverage,
    RelativisticPairing,
    Wasserstein,
)
from kerasgan.losses.combinations import check_combination
from kerasgan.losses.penalties import (
    DRAGAN,
    R1,
    R2,
    GradientPenalty,
    Penalty,
    WeightClipping,
    get_penalties,
    penalty_names,
)

_BY_NAME = {
    "hinge": Hinge,
    "least_squares": LeastSquares,
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "relativistic_average": RelativisticAverage,
    "relativistic_pairing": RelativisticPairing,
    "wasserstein": Wasserstein,
}


def names():
    """The names of the losses, a sorted list of str."""
    return sorted(_BY_NAME)


def get(loss):
    """A loss by its name, or the loss itself.

    Args:
        loss: str or `AdversarialLoss`.

    Returns:
        An `AdversarialLoss`.

    Raises:
        ValueError: if the name is not known; the message lists those that are.

    Example:

    >>> get("non_saturating").__class__.__name__
    'NonSaturating'
    """
    if isinstance(loss, AdversarialLoss):
        return loss
    if isinstance(loss, str) and loss in _BY_NAME:
        return _BY_NAME[loss]()
    raise ValueError(f"Unknown loss; known are {names()}. Received: {loss=}")


__all__ = [
    "DRAGAN",
    "R1",
    "R2",
    "AdversarialLoss",
    "GradientPenalty",
    "Hinge",
    "LeastSquares",
    "Minimax",
    "NonSaturating",
    "Penalty",
    "RelativisticAverage",
    "RelativisticPairing",
    "Wasserstein",
    "WeightClipping",
    "check_combination",
    "get",
    "get_penalties",
    "names",
    "penalty_names",
]
