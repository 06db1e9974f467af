"""Several players' optimizers: how they are chosen, and how they stand behind `model.optimizer`."""

import functools
from collections.abc import Callable, Mapping

import keras
from keras.optimizers import Optimizer

from kerasgan import backend
from kerasgan.utils.private import copy_optimizer, replace_update, trained_by


def fuse(optimizer: Optimizer) -> None:
    """Let an Adam of Keras's update by the backend's fused kernel: the same numbers, in one pass
    over the memory where Keras reads and writes weights and moments a dozen times a step.

    Args:
        optimizer: any optimizer; one with an update of its own stays as it is.

    Example:

    >>> weight = keras.Variable([1.0, -1.0])
    >>> optimizer = keras.optimizers.Adam(0.5)
    >>> fuse(optimizer)
    >>> optimizer.apply([keras.ops.array([3.0, -2.0])], [weight])
    >>> keras.ops.convert_to_numpy(weight).round(3).tolist()
    [0.5, -0.5]
    """
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    is_adam = getattr(type(inner), "update_step", None) is keras.optimizers.Adam.update_step
    if is_adam and backend.fused_adam and not hasattr(inner, "is_fused"):
        inner.is_fused = True
        replace_update(inner, functools.partial(backend.fused_adam, inner))


def player_optimizers(
    optimizer: "str | Optimizer | Mapping[str, str | Optimizer] | None",
    variables: Mapping[str, list],
    default: Callable[[str], Optimizer],
    scale_loss: bool = False,
) -> "PlayerOptimizers":
    """The players' optimizers, built, from what `compile` was given.

    Args:
        optimizer: a Keras optimizer or its name, used for every player (each gets a copy, since an
            optimizer's moments belong to one player's weights), or a dict of player to optimizer,
            which then is the very object that trains; None, and players left out, take the default.
        variables: dict of player to the list of variables that it trains.
        default: function of a player's name to its optimizer.
        scale_loss: bool, whether each is put into a `keras.optimizers.LossScaleOptimizer`, as
            float16 needs it.

    Returns:
        A `PlayerOptimizers`.

    Raises:
        ValueError: if a player is not known, or an optimizer was built for other weights.
    """
    if not isinstance(optimizer, Mapping):
        shared = None if optimizer is None else keras.optimizers.get(optimizer)
        optimizer = {} if shared is None else {p: copy_optimizer(shared) for p in variables}
    unknown = sorted(set(optimizer) - set(variables))
    if unknown:
        raise ValueError(
            f"Unknown player {unknown[0]!r} in `optimizer`; there are {sorted(variables)}. "
            f"Received: optimizer={optimizer}"
        )
    built = {}
    for player, trained in variables.items():
        chosen = keras.optimizers.get(optimizer.get(player) or default(player))
        if scale_loss and not isinstance(chosen, keras.optimizers.LossScaleOptimizer):
            chosen = keras.optimizers.LossScaleOptimizer(chosen)
        if chosen.built and {id(v) for v in trained_by(chosen)} != {id(v) for v in trained}:
            raise ValueError(
                "An optimizer keeps its moments for the weights that it was built for: give each "
                f"player one of its own. Received: optimizer of {player!r}={chosen}"
            )
        fuse(chosen)
        chosen.name = player  # so that the learning rates in Keras's logs name it
        chosen.build(trained)
        built[player] = chosen
    return PlayerOptimizers(built)


class PlayerOptimizers(Optimizer):
    """The state of all players' optimizers, for Keras's trainers, callbacks and savers.

    It follows `keras.optimizers.MultiOptimizer` in what Keras's callbacks ask of it (`optimizers`
    is a list, `learning_rate` is each inner optimizer's own), but takes any optimizer for a player:
    a `MultiOptimizer` refuses loss scaling, overwrites `loss_scale_factor`, and stores its state
    twice. Players are stepped with `self[player]`.

    Args:
        players: dict of player name to a built optimizer.
    """

    def __init__(self, players: dict[str, Optimizer]):
        super().__init__(learning_rate=0.0, name="players")
        self._players = players
        self.built = True

    def __getitem__(self, player: str) -> Optimizer:
        return self._players[player]

    @property
    def optimizers(self) -> list[Optimizer]:
        """The players' optimizers."""
        return list(self._players.values())

    @property
    def variables(self) -> list[keras.Variable]:
        """The variables of all the optimizers."""
        return [v for optimizer in self.optimizers for v in optimizer.variables]

    @property
    def iterations(self) -> keras.Variable:
        """Steps made by the first player."""
        return self.optimizers[0].iterations

    @property
    def learning_rate(self) -> float:
        """Refused: each player has its own."""
        raise AttributeError("Each player has its own: `model.optimizer[player].learning_rate`.")

    def finalize_variable_values(self, var_list: list[keras.Variable]) -> None:
        """Let each optimizer finish its own variables."""
        for optimizer in self.optimizers:
            optimizer.finalize_variable_values(trained_by(optimizer))

    def save_own_variables(self, store: dict) -> None:
        """Nothing: the optimizers inside are saved as themselves."""

    def load_own_variables(self, store: dict) -> None:
        """Nothing: the optimizers inside are loaded as themselves."""
