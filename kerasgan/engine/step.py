"""One step of a player: a pass through its networks, and a move down its loss.

Methods of `kerasgan.engine.AdversarialModel`.
"""

import functools
from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from kerasgan import backend
from kerasgan.backend.scope import Scope


def noting(step: Callable) -> Callable:
    """A `train_step` or `test_step` that hands the losses it returns to `logs`, if it did not
    itself: what Keras would show of an epoch otherwise is zero."""

    @functools.wraps(step)
    def wrapper(self, data):
        self._noted = False
        found = step(self, data)
        losses = {name: found[name] for name in self.log_names if name in found}
        if not self._noted:
            found = {
                **found,
                **{name: mean for name, mean in self.logs(**losses).items() if name in losses},
            }
        return found

    return wrapper


class Pass:
    """One pass through a player's networks, kept so that a gradient can be pulled back through it.

    Attributes:
        outputs: what the pass gave, detached: a loss on it moves nobody but the loss's own player.
        added: what the networks' layers add to the player's loss, a list of scalars.
    """

    def __init__(self, outputs: Any, added: list, pull: Callable[[list], list], scope: Scope):
        self.outputs = outputs
        self.added = added
        self.pull = pull
        self.scope = scope


def one_pass(self: keras.Model, fn: Callable, player: str, *args: Any) -> Pass:
    """Run `fn(*args)` once for several losses; gradients pass back through it by `minimize`.

    Args:
        fn: function that calls the player's networks.
        player: str, whose weights the gradients are for.
        *args: what `fn` takes.

    Returns:
        A `Pass`, whose `outputs` are what `fn` returned, detached.
    """
    scope, structure = _scope(self, player), None

    def flat():
        nonlocal structure
        structure = fn(*args)
        return [*keras.tree.flatten(structure), *scope.added]

    with scope:
        leaves, pull = backend.vjp(flat, self._trained(player))
    scope.commit(trainable=(False,))
    n = len(leaves) - len(scope.added)
    return Pass(keras.tree.pack_sequence_as(structure, leaves[:n]), leaves[n:], pull, scope)


def _scope(self, player):
    if not self.compiled or player not in self._frozen:
        raise ValueError(
            f"A player must be one of {list(self.players())}, and the model compiled. "
            f"Received: {player=}, compiled={self.compiled}"
        )
    return Scope(frozen=self._frozen[player], networks=self.players()[player])


def minimize(self: keras.Model, loss_fn: Callable, player: str, *args: Any) -> Any:
    """Make one step of a player's optimizer down `loss_fn(*args)`.

    Nothing but the player's own weights moves, with its networks' batch statistics, its
    moving average and the random seeds; the other players' weights and statistics stay as
    they are, whichever networks the loss runs. Weight and activity regularizers of the player's
    networks, and what their layers add by `add_loss`, are added to the loss that is minimized, not
    to the one returned.

    Args:
        loss_fn: function to a scalar loss, or to a tuple of it and a structure of float tensors
            that the step needs besides.
        player: str.
        *args: what `loss_fn` takes. One of them may be what `one_pass` returned for this player:
            the function takes its outputs, and the loss is pulled back through that pass, which
            then must be all that ties it to the player's weights.

    Returns:
        The loss, a scalar; or a tuple of it and the other tensors, detached.
    """
    scope, variables = _scope(self, player), self._trained(player)
    optimizer = self.optimizer[player]
    regularized = [v for v in variables if v.regularizer is not None]
    through = next((arg for arg in args if isinstance(arg, Pass)), None)
    sources = variables if through is None else regularized
    outputs = () if through is None else keras.tree.flatten(through.outputs)
    others = ()

    def terms(*leaves):
        nonlocal others
        given = [
            keras.tree.pack_sequence_as(arg.outputs, leaves) if arg is through else arg
            for arg in args
        ]
        loss = loss_fn(*given)
        if isinstance(loss, tuple):
            loss, others = loss
        loss = ops.convert_to_tensor(loss)
        if len(loss.shape) != 0:
            raise ValueError(
                f"The loss of the {player} must be a scalar; take its mean. "
                f"Received: shape={tuple(loss.shape)}"
            )
        rest = [ops.stop_gradient(tensor) for tensor in keras.tree.flatten(others)]
        return [loss, *(v.regularizer(v) for v in regularized), *scope.added, *rest]

    with scope:
        values, pull = backend.vjp(terms, sources, outputs)
    n = 1 + len(regularized) + len(scope.added)
    scale = optimizer.scale_loss(1.0)
    cotangents = [ops.cast(scale, value.dtype) for value in values[:n]]
    gradients = pull([*cotangents, *(ops.zeros_like(value) for value in values[n:])])
    if through is not None:
        own = {id(v): g for v, g in zip(regularized, gradients, strict=False)}
        added = [ops.cast(scale, value.dtype) for value in through.added]
        pulled = zip(variables, through.pull([*gradients[len(regularized) :], *added]), strict=True)
        gradients = [g + own[id(v)] if id(v) in own else g for v, g in pulled]
        through.scope.commit(trainable=(True,))
    # Only now: PyTorch's gradients read the weights as they are, and some layers change their own.
    scope.commit()
    backend.apply(optimizer, gradients, variables, after=values)
    for average, network in zip(
        self.averages.get(player, ()), self.players()[player], strict=False
    ):
        average.update(network)
    if len(values) == n:
        return values[0]
    return values[0], keras.tree.pack_sequence_as(others, values[n:])
