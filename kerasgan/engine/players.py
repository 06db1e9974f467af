"""The players of an adversarial model: their optimizers, and what `compile` sets for them."""

import keras

from kerasgan.optimizers.adam import Adam
from kerasgan.optimizers.players import PlayerOptimizers


class Players:
    """The part of `AdversarialModel` that names the players and compiles them.

    Attributes:
        log_names: dict of logged loss to the player whose loss it is.
    """

    log_names = {"d_loss": "discriminator", "g_loss": "generator"}

    def players(self):
        """Dict of player name to the list of networks that the player trains."""
        raise NotImplementedError(f"{type(self).__name__} must list its players.")

    def default_optimizer(self, player):
        """The optimizer `compile` gives to a player: the paper's."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    def compile(
        self,
        optimizer=None,
        *,
        run_eagerly=False,
        jit_compile="auto",
        steps_per_execution=1,
    ):
        """Choose the optimizers; without arguments, the paper's.

        Args:
            optimizer: a Keras optimizer or its name, used for every player (each gets its own
                copy), or a dict of player name to optimizer; players left out keep the paper's.
            run_eagerly: bool, as in `keras.Model.compile`.
            jit_compile: bool or "auto", as in `keras.Model.compile`: "auto" compiles by XLA under
                JAX, and under TensorFlow where there is an accelerator; `fit` logs why.
            steps_per_execution: int, as in `keras.Model.compile`; TensorFlow and JAX.

        Raises:
            ValueError: if a name is not known.
        """
        if jit_compile is True and keras.backend.backend() == "torch":
            raise ValueError(
                "torch.compile breaks at each gradient that an adversarial step takes inside "
                "itself, and so runs it slower than eager PyTorch does; leave `jit_compile` alone. "
                "Received: jit_compile=True"
            )
        players = self.players()
        if not isinstance(optimizer, dict):
            optimizer = dict.fromkeys(players, optimizer) if optimizer is not None else {}
        unknown = sorted(set(optimizer) - set(players))
        if unknown:
            raise ValueError(
                f"Unknown player {unknown[0]!r} in `optimizer`; {type(self).__name__} has "
                f"{sorted(players)}. Received: optimizer={optimizer}"
            )
        built = {p: self._player_optimizer(p, optimizer.get(p)) for p in players}
        super().compile(
            optimizer=PlayerOptimizers(built),
            run_eagerly=run_eagerly,
            jit_compile=jit_compile,
            steps_per_execution=steps_per_execution,
            auto_scale_loss=False,
        )
        self.loss_trackers = {name: keras.metrics.Mean(name) for name in self.log_names}
        weights = {p: {id(w) for n in nets for w in n.weights} for p, nets in players.items()}
        self._frozen = {
            p: frozenset().union(*(weights[q] for q in players if q != p)) for p in players
        }
        self._compile_settings = {
            "run_eagerly": run_eagerly,
            "jit_compile": jit_compile,
            "steps_per_execution": steps_per_execution,
        }

    def _player_optimizer(self, player, optimizer):
        if optimizer is None:
            optimizer = self.default_optimizer(player)
        optimizer = keras.optimizers.get(optimizer)
        plain = keras.optimizers.serialize(optimizer)["class_name"] == "Adam"
        cls = Adam if plain else type(optimizer)
        optimizer = cls.from_config(optimizer.get_config())
        scaled = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
        if self.dtype_policy.name == "mixed_float16" and not scaled:
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
        optimizer.build(self._trained(player))
        return optimizer

    def _trained(self, player):
        variables = [v for network in self.players()[player] for v in network.trainable_variables]
        if not variables:
            raise ValueError(
                f"The {player} has nothing to train. Do not freeze a player: its opponent's step "
                f"leaves it alone anyway, and so does `combined`. Set `trainable = True`. "
                f"Received: {player}.trainable_variables=[]"
            )
        return variables

    def get_compile_config(self):
        """What `compile` was called with, for saving; None before."""
        if not self.compiled:
            return None
        serialize = keras.saving.serialize_keras_object
        return {
            "optimizer": {p: _public(serialize(self.optimizer[p])) for p in self.players()},
            **self._compile_settings,
        }

    def compile_from_config(self, config):
        """Compile as a saved model was."""
        deserialize = keras.saving.deserialize_keras_object
        optimizer = {p: deserialize(o) for p, o in config["optimizer"].items()}
        config = {**config, "optimizer": optimizer}
        if keras.backend.backend() == "torch":  # which has neither, whatever backend saved it
            config = {**config, "jit_compile": "auto", "steps_per_execution": 1}
        self.compile(**config)


def _public(value):
    """A serialized optimizer under Keras's public name, which every backend knows.

    PyTorch has forms of its own of Keras's optimizers, and Keras serializes where they are.
    """
    if not isinstance(value, dict):
        return value
    if str(value.get("module")).startswith("keras.src.backend.torch.optimizers"):
        value = {**value, "module": "keras.optimizers", "registered_name": None}
    return {name: _public(inner) for name, inner in value.items()}
