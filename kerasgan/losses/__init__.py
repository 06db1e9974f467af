"""Losses of adversarial training, and penalties on the discriminator, by class and by name."""

from collections.abc import Sequence

from kerasgan.losses.adversarial import (
    AdversarialLoss,
    Hinge,
    LeastSquares,
    Minimax,
    NonSaturating,
    Wasserstein,
)
from kerasgan.losses.combinations import check_combination
from kerasgan.losses.contrastive import patch_nce
from kerasgan.losses.gradient_penalties import DRAGAN, R1, R2, GradientPenalty
from kerasgan.losses.lazy import Lazy
from kerasgan.losses.likelihood import code_nll, cross_entropy, gaussian_nll
from kerasgan.losses.path_length import path_lengths
from kerasgan.losses.penalties import Penalty
from kerasgan.losses.reconstruction import l1, mean_squared_error
from kerasgan.losses.relativistic import RelativisticAverage, RelativisticPairing
from kerasgan.losses.weight_clipping import WeightClipping, constrain

_LOSSES = {
    "hinge": Hinge,
    "least_squares": LeastSquares,
    "minimax": Minimax,
    "non_saturating": NonSaturating,
    "relativistic_average": RelativisticAverage,
    "relativistic_pairing": RelativisticPairing,
    "wasserstein": Wasserstein,
}
_PENALTIES = {
    "dragan": DRAGAN,
    "gradient_penalty": GradientPenalty,
    "r1": R1,
    "r2": R2,
    "weight_clipping": WeightClipping,
}
_BOOLS = {"true": True, "false": False}
LIKE = "non_saturating:smoothing=0.1"


def names() -> list[str]:
    """The names of the losses, a sorted list of str."""
    return sorted(_LOSSES)


def get(loss: str | AdversarialLoss) -> AdversarialLoss:
    """A loss by its name, or the loss itself.

    Args:
        loss: str or `AdversarialLoss`. A name may have arguments behind it:
            "non_saturating:smoothing=0.1:noise=0.05".

    Returns:
        An `AdversarialLoss`.

    Raises:
        ValueError: if the name is not known (the message lists those that are), or an argument is
            none of the loss's.

    Example:

    >>> get("non_saturating").__class__.__name__
    'NonSaturating'
    >>> get("least_squares:b=0.9").get_config()
    {'a': 0.0, 'b': 0.9, 'c': 1.0, 'noise': 0.0}
    """
    if isinstance(loss, AdversarialLoss):
        return loss
    name, *settings = loss.split(":") if isinstance(loss, str) else [""]
    if name in _LOSSES:
        return _made(_LOSSES[name], [], settings, f"A loss is written like {LIKE!r}", f"{loss=}")
    raise ValueError(f"Unknown loss; known are {names()}. Received: {loss=}")


def penalty_names() -> list[str]:
    """The names of the penalties, a sorted list of str."""
    return sorted(_PENALTIES)


def get_penalties(penalty: str | Penalty | Sequence[str | Penalty]) -> list[Penalty]:
    """Penalties by their names, or the penalties themselves.

    Args:
        penalty: str, `Penalty`, or a list or tuple of either; "none" or () for none. A name may
            have its weight, or limit, behind it: "r1=0.5"; and other arguments:
            "gradient_penalty=1:target=0".

    Returns:
        A list of `Penalty`.

    Raises:
        ValueError: if a name is not known (the message lists those that are), what stands behind
            it is no positive number, or two penalties are of the same kind.

    Example:

    >>> [type(p).__name__ for p in get_penalties(["r1", R2(weight=1)])]
    ['R1', 'R2']
    >>> get_penalties("none")
    []
    >>> get_penalties("r1=0.5")[0].get_config()
    {'weight': 0.5}
    """
    if isinstance(penalty, str) and penalty == "none":
        return []
    several = penalty if isinstance(penalty, list | tuple) else [penalty]
    found = [_get(p) for p in several]
    kinds = [type(p).__name__ for p in found]
    if len(set(kinds)) < len(kinds):
        raise ValueError(
            f"Each kind of penalty can be there once; raise its weight instead. Received: {kinds}"
        )
    return found


def _get(penalty):
    if isinstance(penalty, Penalty):
        return penalty
    first, *settings = penalty.split(":") if isinstance(penalty, str) else [""]
    name, equals, number = first.partition("=")
    if name not in _PENALTIES:
        raise ValueError(
            f"Unknown penalty; known are {penalty_names()}, or 'none' by itself. "
            f"Received: {penalty=}"
        )
    like = "A penalty is written like 'r1=0.5'"
    return _made(_PENALTIES[name], [number] if equals else [], settings, like, f"{penalty=}")


def _made(cls, values, settings, like, received):
    """An object of a class, from its first arguments and from others such as "target=0", as they
    are written."""
    try:
        pairs = [setting.partition("=")[::2] for setting in settings]
        named = {name: _BOOLS[text] if text in _BOOLS else float(text) for name, text in pairs}
        return cls(*map(float, values), **named)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{like}: {error} Received: {received}") from error


__all__ = [
    "DRAGAN",
    "R1",
    "R2",
    "AdversarialLoss",
    "GradientPenalty",
    "Hinge",
    "Lazy",
    "LeastSquares",
    "Minimax",
    "NonSaturating",
    "Penalty",
    "RelativisticAverage",
    "RelativisticPairing",
    "Wasserstein",
    "WeightClipping",
    "check_combination",
    "code_nll",
    "constrain",
    "cross_entropy",
    "gaussian_nll",
    "get",
    "get_penalties",
    "l1",
    "mean_squared_error",
    "names",
    "patch_nce",
    "path_lengths",
    "penalty_names",
]
