"""All state of an adversarial model, as files and checkpoints hold it.

Methods of `kerasgan.engine.AdversarialModel`.
"""

import keras
from keras import ops


def _own_state(self):
    inner = {id(w) for layer in self.layers for w in layer.weights}
    return [v for v in self.variables if id(v) not in inner]


def save_own_variables(self: keras.Model, store: dict) -> None:
    """Save what no layer saves: the model's own variables and the states of all seeds."""
    for i, variable in enumerate(_own_state(self)):
        store[str(i)] = ops.convert_to_numpy(variable)


def load_own_variables(self: keras.Model, store: dict) -> None:
    """Load what `save_own_variables` saved."""
    state = _own_state(self)
    if len(store.keys()) != len(state):
        raise ValueError(
            f"The file holds another model: it stores {len(store.keys())} variables besides "
            f"the networks', {self.name} has {len(state)}. Received: {sorted(store.keys())}"
        )
    for i, variable in enumerate(state):
        variable.assign(store[str(i)])


def _state_groups(self):
    kinds = ("trainable_variables", "non_trainable_variables", "metrics_variables")
    groups = {kind: getattr(self, kind) for kind in kinds}
    return {**groups, "optimizer_variables": self.optimizer.variables}


def get_state_tree(self: keras.Model, value_format: str = "backend_tensor") -> dict:
    """All state, as `keras.Model.get_state_tree` gives it to `OrbaxCheckpoint`, but by numbers.

    Keras finds variables by their paths, which repeat in networks that are made alike, and are
    others in a model that is made anew.
    """
    tree = {
        kind: {str(i): v.value for i, v in enumerate(variables)}
        for kind, variables in _state_groups(self).items()
    }
    if value_format == "numpy_array":
        return keras.tree.map_structure(ops.convert_to_numpy, tree)
    return tree


def set_state_tree(self: keras.Model, state_tree: dict) -> None:
    """Take the state that `get_state_tree` gave."""
    groups = _state_groups(self)
    for kind, values in state_tree.items():
        for i, value in values.items():
            groups[kind][int(i)].assign(value)
