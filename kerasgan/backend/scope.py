"""A stateless scope that inherits, remembers and refuses."""

from collections.abc import Collection, Iterable

import keras


class Scope(keras.StatelessScope):
    """Collects variable updates instead of making them.

    Unlike its parent it sees the values of the scope around it, knows which variables were
    changed, and ignores updates of the variables in `frozen`.

    Args:
        mapping: pairs (variable, value) to be used inside.
        frozen: collection of `id(variable)` whose updates are dropped.
    """

    def __init__(self, mapping: Iterable = (), frozen: Collection[int] = frozenset()):
        super().__init__(mapping)
        self.frozen = frozen
        self.changed: list[keras.Variable] = []

    def __enter__(self) -> "Scope":
        super().__enter__()
        if self.original_scope is not None:
            inherited = self.original_scope.state_mapping
            self.state_mapping: dict = {**inherited, **self.state_mapping}
        return self

    def add_update(self, update: tuple) -> None:
        """Note a variable's new value, unless it is frozen."""
        variable, _ = update
        if id(variable) in self.frozen:
            return
        super().add_update(update)
        if not any(v is variable for v in self.changed):
            self.changed.append(variable)

    def commit(self) -> None:
        """Make the collected updates; to be called outside the scope."""
        for variable in self.changed:
            variable.assign(self.get_current_value(variable))
