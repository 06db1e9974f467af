"""What a run takes over from a trained model, to be tuned further."""

import dataclasses
import json
import warnings
from typing import Any, NamedTuple

from kerasgan import presets
from kerasgan.engine.config import parameters
from kerasgan.runs.configuration import Configuration
from kerasgan.utils.private import layers_of

OF_THE_RUN = {"data_shape", "shape_a", "shape_b", "condition_dim", "seed"}


class Start(NamedTuple):
    """A trained model to start from, its name, and whether it is a preset."""

    source: str
    model: Any
    is_preset: bool


def opened(source: str | None) -> Start | None:
    """The model to start from, of what `presets.load` takes; None of None.

    Raises:
        ValueError: if there is no such model.
    """
    if source is None:
        return None
    path = presets.find(source)
    return Start(source, presets.load(path), presets.is_preset(path))


def decided(config: Configuration, start: Start | None) -> Configuration:
    """The settings of a run with the arguments of the model that it starts from, where it has none
    of its own: those that its class takes and that neither the data nor the training decide.

    Raises:
        ValueError: if its class needs one that neither has.
    """
    if start is None:
        return config
    taken = _arguments(start.model, config.cls)
    if taken.get("num_classes"):
        taken["num_classes"] = "auto"
    model = {**taken, **config.model}
    for name, parameter in parameters(config.cls).items():
        if parameter.default is parameter.empty and name not in OF_THE_RUN | model.keys():
            raise ValueError(
                f"{config.variant} needs `{name}`, which {start.source} does not have: give it. "
                f"Received: from={start.source!r}"
            )
    return dataclasses.replace(config, model=model)


def take_networks(model: Any, start: Start | None) -> None:
    """Gives a model the networks of another one, moving averages too, where they fit; a network
    that has no average here takes the one there.

    What is left as it is made is told in a warning for each network, and so is what is taken over
    but pads images otherwise.

    Args:
        model: a compiled model.
        start: what `opened` found; None changes nothing.

    Raises:
        ValueError: if nothing of it fits.
    """
    if start is None:
        return
    source, other, is_preset = start
    taken = 0
    for player, networks in model.players().items():
        theirs = other.players().get(player, [])
        averages = other.averages.get(player, [])
        if is_preset:  # the others are made anew, for a preset does not hold them
            stored = {id(network) for network in other.preset_networks()}
            held = [average.network for average in averages] or theirs
            theirs = [network for network in held if id(network) in stored]
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
                like = averages[i].network if i < len(averages) else theirs[i]
                ours = model.averages.get(player, [])[i : i + 1]
                network.set_weights((theirs[i] if ours else like).get_weights())
                taken += 1
                for average in ours:
                    average.network.set_weights(like.get_weights())
    if not taken:
        ours = model.get_config()
        differing = [
            f"{name}={ours[name]!r} (there {value!r})"
            for name, value in _arguments(other, type(model)).items()
            if _as_json(ours[name]) != _as_json(value)
        ]
        raise ValueError(
            f"No network of {source} fits this model. Received: "
            + ", ".join([f"from={source!r}", *differing])
        )


def _arguments(model, cls):
    """The arguments of a model that a class takes, too, and that are text or numbers."""
    left_out = {*OF_THE_RUN, *model.of_training, *cls.of_training}
    return {
        name: value
        for name, value in model.get_config().items()
        if name in parameters(cls) and name not in left_out and _as_json(value)
    }


def _as_json(argument):
    """An argument as text; None of an object, as a network is."""
    try:
        return json.dumps(argument)
    except TypeError:
        return None


def _shapes(network):
    return [tuple(w.shape) for w in network.weights]


def _padding(network):
    return [
        (type(layer).__name__, layer.padding)
        for layer in layers_of(network)
        if hasattr(layer, "padding")
    ]
