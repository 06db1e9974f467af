"""Names of Keras's that are private and used all the same, in one place.

`tests/utils/test_private.py` says which of them a new release has taken away.
"""

from collections.abc import Callable, Iterable

import keras


def layers_of(network: keras.Model) -> list[keras.layers.Layer]:
    """All layers of a network, those inside others included."""
    return list(network._flatten_layers())


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


def hold_jax_state(model: keras.Model, state: dict[str, list]) -> None:
    """Let Keras's JAX trainer find these values where it looks for them after an error."""
    model._jax_state = state
