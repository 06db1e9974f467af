"""Several players' optimizers behind Keras's one `model.optimizer`."""

import keras


class PlayerOptimizers(keras.optimizers.Optimizer):
    """The state of all players' optimizers, for Keras's trainers, callbacks and savers.

    It follows `keras.optimizers.MultiOptimizer` in what Keras's callbacks ask of it (`optimizers`
    is a list, `learning_rate` is each inner optimizer's own), but takes any optimizer for a player:
    a `MultiOptimizer` refuses loss scaling, overwrites `loss_scale_factor`, and stores its state
    twice. Players are stepped with `self[player]`.

    Args:
        players: dict of player name to a built optimizer.
    """

    def __init__(self, players):
        super().__init__(learning_rate=0.0, name="players")
        self._players = players
        self.built = True

    def __getitem__(self, player):
        return self._players[player]

    @property
    def optimizers(self):
        """The players' optimizers, a list."""
        return list(self._players.values())

    @property
    def variables(self):
        """The variables of all the optimizers, a flat list."""
        return [v for optimizer in self.optimizers for v in optimizer.variables]

    @property
    def iterations(self):
        """Steps made by the first player."""
        return self.optimizers[0].iterations

    @property
    def learning_rate(self):
        """Refused: each player has its own."""
        raise AttributeError("Each player has its own: `model.optimizer[player].learning_rate`.")

    def finalize_variable_values(self, var_list):
        """Let each optimizer finish its own variables."""
        for optimizer in self.optimizers:
            optimizer.finalize_variable_values(optimizer._trainable_variables)

    def save_own_variables(self, store):
        """Nothing: the optimizers inside are saved as themselves."""

    def load_own_variables(self, store):
        """Nothing: the optimizers inside are loaded as themselves."""
