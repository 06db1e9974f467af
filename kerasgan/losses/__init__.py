"""Losses of adversarial training, by class and by name."""

from kerasgan.losses.adversarial import AdversarialLoss, Minimax, NonSaturating

_BY_NAME = {"minimax": Minimax, "non_saturating": NonSaturating}


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
    if loss not in _BY_NAME:
        raise ValueError(f"Unknown loss; known are {names()}. Received: {loss=}")
    return _BY_NAME[loss]()


__all__ = ["AdversarialLoss", "Minimax", "NonSaturating", "get", "names"]
