"""What a run takes over from a trained model, to be tuned further."""

import warnings
from typing import Any

from kerasgan import presets
from kerasgan.utils.private import layers_of


def take_networks(model: Any, source: str | None) -> None:
    """Gives a model the networks of another one, moving averages too, where they fit.

    What is left as it is made is told in a warning for each network, and so is what is taken over
    but pads images otherwise.

    Args:
        model: a compiled model.
        source: what `presets.load` takes; None changes nothing.

    Raises:
        ValueError: if there is no such model, or nothing of it fits.
    """
    if source is None:
        return
    path = presets.find(source)
    other, is_preset = presets.load(path), presets.is_preset(path)
    taken = 0
    for player, networks in model.players().items():
        theirs = other.players().get(player, [])
        if is_preset:  # the others are made anew, for a preset does not hold them
            held = [id(network) for network in other.preset_networks()]
            theirs = [network for network in theirs if id(network) in held]
        averages = other.averages.get(player, [])
        for i, network in enumerate(networks):
            name = player if len(networks) == 1 else network.name
            if i >= len(theirs):
                warnings.warn(f"{source} holds no {name}, which begins anew", stacklevel=2)
            elif _shapes(theirs[i]) != _shapes(network):
                warnings.warn(f"{name} of {source} does not fit and begins anew", stacklevel=2)
            else:
                if _padding(theirs[i]) != _padding(network):
                    warnings.warn(
                        f"{name} of {source} pads images otherwise than this model's, which makes "
                        "other images of the same weights until it has learnt: take a network of "
                        "its kind, 'resnet_torch' for a generator of `kerasgan import`",
                        stacklevel=2,
                    )
                network.set_weights(theirs[i].get_weights())
                taken += 1
                for average in model.averages.get(player, [])[i : i + 1]:
                    like = averages[i].network if i < len(averages) else theirs[i]
                    average.network.set_weights(like.get_weights())
    if not taken:
        raise ValueError(f"No network of {source} fits this model. Received: from={source!r}")


def _shapes(network):
    return [tuple(w.shape) for w in network.weights]


def _padding(network):
    return [
        (type(layer).__name__, layer.padding)
        for layer in layers_of(network)
        if hasattr(layer, "padding")
    ]
