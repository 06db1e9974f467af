"""Names of Keras's that are private and used all the same, in one place.

`tests/utils/test_private.py` says which of them a new release has taken away.
"""

from collections.abc import Callable, Iterable
from typing import Any

import keras
from keras.src.backend.common import global_state  # noqa: TID251
from keras.src.models.functional import Functional  # noqa: TID251
from keras.src.saving import saving_lib  # noqa: TID251
from keras.src.trainers import data_adapters  # noqa: TID251

from kerasgan.utils.types import Tensor


def layers_of(network: keras.Model) -> list[keras.layers.Layer]:
    """All layers of a network, those inside others included."""
    return list(network._flatten_layers())


def has_float16(networks: Iterable[keras.Model]) -> bool:
    """Whether a layer of the networks computes in float16, so that the loss must be scaled."""
    return any(layer.compute_dtype == "float16" for n in networks for layer in layers_of(n))


def made_by(tensor: keras.KerasTensor) -> tuple[keras.Operation, list[keras.KerasTensor]]:
    """The layer or operation that gives a tensor of a functional model, and what it takes."""
    operation, node, _ = tensor._keras_history
    return operation, operation._inbound_nodes[node].input_tensors


def rename(variable: keras.Variable, path: str) -> None:
    """Give a variable another path, which says where it belongs."""
    variable._path = path


def entry_layer() -> keras.layers.Layer | None:
    """The outermost of the layers that are being called, such as the network around a layer."""
    context = global_state.get_global_attribute("current_call_ctx")
    return context and context.entry_layer


def trained_by(optimizer: keras.optimizers.Optimizer) -> list[keras.Variable]:
    """The variables that an optimizer was built for."""
    return getattr(optimizer, "inner_optimizer", optimizer)._trainable_variables


def moments(optimizer: keras.optimizers.Adam, variables: Iterable) -> tuple[list, list]:
    """Adam's first and second moments of variables."""
    indices = [optimizer._get_variable_index(variable) for variable in variables]
    return [optimizer._momentums[i] for i in indices], [optimizer._velocities[i] for i in indices]


def replace_update(optimizer: keras.optimizers.Optimizer, update: Callable) -> None:
    """Let an optimizer update all its variables by `update(usual, gradients, variables, rate)`,
    where `usual(gradients, variables, rate)` is what it did before."""
    usual = optimizer._backend_update_step
    optimizer._backend_update_step = lambda *args: update(usual, *args)


def copy_optimizer(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """An optimizer of the same settings, what is excluded from weight decay included."""
    copy = type(optimizer).from_config(optimizer.get_config())
    for name in ("_exclude_from_weight_decay", "_exclude_from_weight_decay_pattern"):
        if hasattr(optimizer, name):
            setattr(copy, name, getattr(optimizer, name))
    return copy


def assign_now(variable: keras.Variable, value: Tensor) -> None:
    """Assigns, whatever scope collects updates; not on JAX, where nothing can."""
    variable._direct_assign(value)  # noqa: SLF001


def is_functional(layer: keras.layers.Layer) -> bool:
    """Whether a layer is a network that runs as the graph of its layers says."""
    return isinstance(layer, Functional) and type(layer).call is Functional.call


def graph_of(network: keras.Model) -> tuple[list[tuple], Any]:
    """What a functional network runs, in order, each an operation, its arguments, its keyword
    arguments and its outputs; and the structure of the network's outputs."""
    nodes = [n for _, some in sorted(network._nodes_by_depth.items(), reverse=True) for n in some]
    found = [(n.operation, n.arguments.args, n.arguments.kwargs, n.outputs) for n in nodes]
    return [each for each, n in zip(found, nodes, strict=True) if not n.is_input], (
        network._outputs_struct
    )


def flat_inputs(network: keras.Model, inputs: Any) -> list[Tensor]:
    """The tensors that a functional network runs on, of the ranks and dtypes of its inputs."""
    return list(network._standardize_inputs(inputs))


def call_parameters(operation: keras.Operation) -> dict | None:
    """The parameters of an operation's `call` if Keras calls just that: in its own way, on its own
    arguments, neither quantized nor computed again for the gradient. Else None."""
    is_layer = isinstance(operation, keras.layers.Layer)
    usual = keras.layers.Layer if is_layer else keras.Operation
    changed = getattr(operation, "quantization_mode", None) or operation._remat_mode
    if type(operation).__call__ is not usual.__call__ or changed:
        return None
    if not is_layer:
        return {}
    known = operation._call_context_args <= {"training"}
    return dict(operation._call_signature.parameters) if known else None


def converts(layer: keras.layers.Layer) -> bool:
    """Whether a layer's inputs are brought to its dtype."""
    return layer._convert_input_args


def data_adapter(x: Any, y: Any = None, **kwargs: Any) -> Any:
    """What a trainer makes of its data; `fit` and `evaluate` take it in the place of `x`."""
    return data_adapters.get_data_adapter(x, y, **kwargs)


def hold_jax_state(model: keras.Model, state: dict[str, list]) -> None:
    """Let Keras's JAX trainer find these values where it looks for them after an error."""
    model._jax_state = state


def remember_attributes() -> None:
    """Lets Keras save without making a layer or an optimizer anew for each object that it saves.

    It makes them to learn what attributes to leave alone, keeps these under one name and looks for
    them under another. With TensorFlow each of their variables costs 35 kB that never come back.
    """
    for kind in ("Operation", "Layer", "Functional", "Sequential", "Metric", "Optimizer", "Loss"):
        name = f"saving_attr_skiplist_{kind}"
        if global_state.get_global_attribute(name) is None:
            global_state.set_global_attribute(name, saving_lib.get_attr_skipset(kind))
