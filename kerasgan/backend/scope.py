"""A stateless scope that inherits, remembers and refuses."""

from collections.abc import Collection, Iterable, Sequence

import keras

from kerasgan.utils.private import entry_layer
from kerasgan.utils.types import Tensor


class Scope(keras.StatelessScope):
    """Collects variable updates instead of making them.

    Unlike its parent it sees the values of the scope around it, knows which variables were
    changed, and ignores updates of the variables in `frozen`.

    Args:
        mapping: pairs (variable, value) to be used inside.
        frozen: collection of `id(variable)` whose updates are dropped.
        networks: the networks of whose layers the `add_loss` and activity regularizers are kept in
            `added`, where others' are dropped; None leaves them to the scope around.
    """

    def __init__(
        self,
        mapping: Iterable = (),
        frozen: Collection[int] = frozenset(),
        networks: Sequence[keras.layers.Layer] | None = None,
    ):
        super().__init__(mapping, collect_losses=networks is not None)
        self.frozen = frozen
        self.networks = networks
        self.changed: list[keras.Variable] = []
        self.added: list = []

    def __enter__(self) -> "Scope":
        super().__enter__()
        outer = self.original_scope
        if outer is not None:
            self.state_mapping: dict = {**outer.state_mapping, **self.state_mapping}
            if outer.collect_losses and self.networks is None:
                self.collect_losses = True
                self.add_loss = outer.add_loss  # type: ignore[method-assign]
        return self

    def add_loss(self, loss: Tensor) -> None:
        """Keep what a layer adds to the loss, if it is called by one of the networks."""
        if self.networks is None:
            super().add_loss(loss)
        elif any(entry_layer() is network for network in self.networks):
            self.added.append(loss)  # Keras takes out of `losses` what earlier calls added

    def add_update(self, update: tuple) -> None:
        """Note a variable's new value, unless it is frozen."""
        variable, _ = update
        if id(variable) in self.frozen:
            return
        super().add_update(update)
        if not any(v is variable for v in self.changed):
            self.changed.append(variable)

    def commit(self, trainable: tuple[bool, ...] = (True, False)) -> None:
        """Make the collected updates, of variables that are trainable or not; to be called outside
        the scope."""
        for variable in self.changed:
            if variable.trainable in trainable:
                variable.assign(self.get_current_value(variable))
