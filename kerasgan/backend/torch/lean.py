"""PyTorch: a network's layers called one after the other, without what Keras does around each call.

Keras binds signatures, opens scopes of names, looks for masks and walks structures in each call of
each layer, which takes longer than a small layer's own work. Most layers need none of it: these are
called directly, with the same arguments, so that the numbers are the same to the last digit. All
others, and all layers of a network where masks may arise, are called as ever.
"""

import inspect

import keras
import torch
from keras.layers import Layer

from kerasgan.utils.private import (
    call_parameters,
    converts,
    flat_inputs,
    graph_of,
    is_functional,
    layers_of,
)

_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
_VARIADIC = inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD


def lean_calls(model):
    """Functions that take the place of the `call` of a model's networks.

    Args:
        model: keras.Model; the networks are the functional models in it, at any depth.

    Returns:
        Dict of network to function. It holds as long as `_facts(model)` are the same.
    """
    if _all_hooked():
        return {}
    networks = filter(is_functional, layers_of(model))
    return {n: _lean_call(n) for n in networks if not any(map(_may_mask, layers_of(n)))}


class LeanStep:
    """A step within which networks run by their lean calls.

    Args:
        step: function of a batch.
    """

    def __init__(self, step):
        self.step, self.calls, self.facts = step, {}, None

    def look_at(self, model):
        """Learn how the networks of a model run, if anything about their layers is new."""
        facts = _facts(model)
        if facts != self.facts:
            self.calls, self.facts = lean_calls(model), facts

    def __call__(self, data):
        for network, call in self.calls.items():
            vars(network)["call"] = call  # where Keras looks first
        try:
            return self.step(data)
        finally:
            for network in self.calls:
                vars(network).pop("call", None)


def _facts(model):
    """What a user may change in the layers of a model once it is compiled."""
    return [_all_hooked()] + [
        (id(layer), id(layer.activity_regularizer), layer.dtype_policy.name, layer.autocast)
        + tuple(len(vars(layer)[hooks]) for hooks in _HOOKS)
        for layer in layers_of(model)
    ]


def _all_hooked():
    return torch.nn.modules.module._has_any_global_hook()  # noqa: SLF001


def _may_mask(layer):
    compute_mask = type(layer).compute_mask
    foreign = not compute_mask.__module__.startswith("keras.")
    return foreign or isinstance(layer, keras.layers.Masking) or getattr(layer, "mask_zero", False)


def _lean_call(network):
    usual, runs = network.call, []
    places = {id(x): i for i, x in enumerate(network.inputs)}
    graph, structure = graph_of(network)
    for operation, args, kwargs, outputs in graph:
        direct = _only_training(kwargs) and _is_plain(operation, args, network)
        runs.append((_directly if direct else _as_ever)(operation, args, kwargs, places))
        places.update({id(x): i for i, x in enumerate(outputs, start=len(places))})
    ends = [places[id(x)] for x in network.outputs]

    def call(inputs, training=None, mask=None, **kwargs):
        is_masked = any(m is not None for m in keras.tree.flatten(mask)) or _masked(inputs)
        if training is None or is_masked or kwargs:
            return usual(inputs, training=training, mask=mask, **kwargs)
        values = flat_inputs(network, inputs)
        for run in runs:
            outputs = run(values, training)
            values.extend(outputs if isinstance(outputs, (list, tuple)) else (outputs,))
        found = [values[end] for end in ends]
        return found[0] if len(found) == 1 else keras.tree.pack_sequence_as(structure, found)

    return call


def _masked(inputs):
    return any(getattr(x, "_keras_mask", None) is not None for x in keras.tree.flatten(inputs))


def _only_training(kwargs):
    """Whether nothing is passed by name but what Keras has added: `training`, which the network's
    own overrides, and masks that are not there."""
    return all(
        name == "training" or (value is None and f"_{name}".endswith("_mask"))
        for name, value in kwargs.items()
    )


def _is_plain(operation, args, network):
    """Whether there is nothing that Keras does in a call of this layer but to call it."""
    flat = keras.tree.flatten(args)
    parameters = call_parameters(operation)
    if parameters is None or not all(isinstance(x, keras.KerasTensor) for x in flat):
        return False
    if not isinstance(operation, Layer):
        return True
    nested = any(isinstance(arg, (list, tuple)) for arg in args)
    return (
        not isinstance(operation, keras.Model)
        and operation.built
        and operation.activity_regularizer is None
        and not any(vars(operation).get(hooks) for hooks in _HOOKS)
        and not any(p.kind in _VARIADIC for p in parameters.values())
        and not (nested and "mask" in parameters)
        and operation.compute_dtype == network.compute_dtype
        and operation.variable_dtype == network.variable_dtype
        and (operation.autocast or not operation.weights)
        and network.autocast
    )


def _directly(operation, args, kwargs, places):
    """The operation's own `call`, on tensors of the dtype that Keras would make them."""
    call, is_layer = operation.call, isinstance(operation, Layer)
    trains = is_layer and "training" in call_parameters(operation)
    wanted = getattr(torch, operation.input_dtype) if is_layer and converts(operation) else None
    spots = keras.tree.map_structure(lambda x: places[id(x)], list(args))

    def take(values, spot):
        if isinstance(spot, (list, tuple)):
            return type(spot)(take(values, each) for each in spot)
        x = values[spot]
        if wanted is None or x.dtype is wanted or not x.dtype.is_floating_point:
            return x
        return operation.dtype_policy.convert_input(x, operation.autocast, operation.input_dtype)

    def run(values, training):
        given = take(values, spots)
        return call(*given, training=training) if trains else call(*given)

    return run


def _as_ever(operation, args, kwargs, places):
    """The operation by Keras's `__call__`."""

    def run(values, training):
        def fill(x):
            return values[places[id(x)]] if isinstance(x, keras.KerasTensor) else x

        given, named = keras.tree.map_structure(fill, (args, kwargs))
        if isinstance(operation, Layer):
            named = {**named, "training": training}
        return operation(*given, **named)

    return run
