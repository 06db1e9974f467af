"""Random numbers of several replicas that share a step."""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
from keras import ops

from kerasgan.backend.scope import Scope
from kerasgan.utils.private import assign_now

_APART = 1_000_003  # from one replica's seed to the next one's; more draws than a run makes


class _Step(Scope):
    """Around a whole step, whose later parts read and move the weights that earlier ones, or a
    constraint, have moved."""

    def add_update(self, update: tuple) -> None:
        variable, value = update
        if variable.trainable:
            assign_now(variable, value)
        else:
            super().add_update(update)


@contextlib.contextmanager
def own_draws(model: keras.Model, replica: Any) -> Iterator[Scope]:
    """Within, the number of a replica is folded into every seed of a model.

    All replicas have the seeds of one, and would draw the same latents, masks and places. The seeds
    are saved as they are without it.

    Args:
        model: keras.Model.
        replica: int or integer tensor, the replica's number; 0 draws what a model alone would.

    Yields:
        The scope that collects the updates of what is not trained; they are made at its end.
    """
    seeds = {id(v): v for v in model.variables if v.path.endswith("seed_generator_state")}
    shifts = {
        key: ops.cast(ops.stack([replica * _APART, replica * 0]), seed.dtype)
        for key, seed in seeds.items()
    }
    with _Step([(seed, seed + shifts[key]) for key, seed in seeds.items()]) as scope:
        yield scope
    for variable in scope.changed:
        value = scope.get_current_value(variable)
        variable.assign(value - shifts[id(variable)] if id(variable) in seeds else value)
