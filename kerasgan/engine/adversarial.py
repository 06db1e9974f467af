"""The base of every variant: players, their steps, and all that `fit` needs around them."""

import contextlib

import keras
from keras import ops

from kerasgan import backend
from kerasgan.backend.scope import Scope
from kerasgan.engine.compiling import log_choice
from kerasgan.engine.guard import NonFiniteGuard
from kerasgan.engine.inputs import check_static, checked, explained, is_dataset
from kerasgan.engine.players import Players
from kerasgan.utils.memory import keep_freed_memory


class Pass:
    """One pass through a player's networks, kept so that a gradient can be pulled back through it.

    Attributes:
        outputs: what the pass gave, detached: a loss on it moves nobody but the loss's own player.
    """

    def __init__(self, outputs, pull):
        self.outputs = outputs
        self.pull = pull


class AdversarialModel(Players, backend.Trainer, keras.Model):
    """Base class of models whose networks are trained against each other.

    A variant sets its networks, `data_spec` and `log_names` in the constructor, lists its
    `players()`, and writes one `train_step(data)` in plain Keras, the same on every backend:

    ```python
    def train_step(self, data):
        (real,) = self.batch(data)
        latents = self.sample_latents(ops.shape(real)[0])
        fake = self.one_pass(lambda: self.generator(latents, training=True), "generator")

        def discriminator_loss():
            logits = self.discriminator(real, training=True)
            return ... self.discriminator(fake.outputs, training=True) ...

        def generator_loss(images):
            return ... self.discriminator(images, training=True) ...

        d_loss = self.minimize(discriminator_loss, "discriminator")
        g_loss = self.minimize(generator_loss, "generator", through=fake)
        return self.logs(d_loss=d_loss, g_loss=g_loss)
    ```

    All state is Keras variables, the random seeds' included, and all of it is saved with the
    weights, so that `keras.callbacks.BackupAndRestore` resumes a run exactly.

    Args:
        seed: int or None. Seed of the model's random numbers; None takes one that
            `keras.utils.set_random_seed` determines.
        **kwargs: `name`, `dtype` and the like for `keras.Model`.

    Attributes:
        data_spec: dict of name to shape without batch, one for each leading part of a batch that
            holds images (rank 3, values in [-1, 1]) or points; for class ids their number instead
            of a shape.
    """

    data_spec = {}

    def __init__(self, seed=None, **kwargs):
        if keras.config.image_data_format() == "channels_first":
            raise ValueError(
                "kerasgan works on channels-last images; call "
                "`keras.config.set_image_data_format('channels_last')` first. "
                "Received: image_data_format='channels_first'"
            )
        keep_freed_memory()
        super().__init__(**kwargs)
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.averages = {}
        self.loss_trackers = {}
        self.built = True

    @contextlib.contextmanager
    def own_policy(self):
        """For networks to be built inside: they take the model's dtype policy."""
        outside = keras.config.dtype_policy()
        keras.config.set_dtype_policy(self.dtype_policy)
        try:
            with backend.building():
                yield
        finally:
            keras.config.set_dtype_policy(outside)

    @classmethod
    def from_config(cls, config, custom_objects=None):
        """Make the model from `get_config()`, networks that were passed in included."""

        def revive(value):
            if isinstance(value, dict) and "class_name" in value:
                return keras.saving.deserialize_keras_object(value, custom_objects=custom_objects)
            return tuple(map(revive, value)) if isinstance(value, list) else value

        return cls(**{key: revive(value) for key, value in config.items()})

    def get_config(self):
        """Name, dtype policy and seed; a variant adds its own arguments."""
        config = super().get_config()
        return {"name": config["name"], "dtype": config["dtype"], "seed": self.seed}

    # ---- one step

    def one_pass(self, fn, player):
        """Run `fn` once for several losses; gradients pass back through it by `minimize`.

        Args:
            fn: function without arguments that calls the player's networks.
            player: str, whose weights the gradients are for.

        Returns:
            A `Pass`, whose `outputs` are what `fn` returned, detached.
        """
        structure = None

        def flat():
            nonlocal structure
            structure = fn()
            return keras.tree.flatten(structure)

        with Scope(frozen=self._frozen[player]) as scope:
            leaves, pull = backend.vjp(flat, self._trained(player))
        scope.commit()
        return Pass(keras.tree.pack_sequence_as(structure, leaves), pull)

    def minimize(self, loss_fn, player, through=None):
        """Make one step of a player's optimizer down `loss_fn`.

        Nothing but the player's own weights moves, with its networks' batch statistics, its
        moving average and the random seeds; the other players' weights and statistics stay as
        they are, whichever networks the loss runs. Weight regularizers of the player's networks
        are added to the loss that is minimized, not to the one returned.

        Args:
            loss_fn: function to a scalar loss, or to a tuple of it and a structure of float tensors
                that the step needs besides; without arguments, or, with `through`, of the pass's
                outputs.
            player: str.
            through: what `one_pass` returned for this player, if the loss is to be pulled back
                through that pass.

        Returns:
            The loss, a scalar; or a tuple of it and the other tensors, detached.
        """
        variables = self._trained(player)
        optimizer = self.optimizer[player]
        regularized = [v for v in variables if v.regularizer is not None]
        sources = variables if through is None else regularized
        outputs = () if through is None else keras.tree.flatten(through.outputs)
        others = ()

        def terms(*leaves):
            nonlocal others
            packed = [keras.tree.pack_sequence_as(through.outputs, leaves)] if leaves else []
            loss = loss_fn(*packed)
            if isinstance(loss, tuple):
                loss, others = loss
            loss = ops.convert_to_tensor(loss)
            if len(loss.shape) != 0:
                raise ValueError(
                    f"The loss of the {player} must be a scalar; take its mean. "
                    f"Received: shape={tuple(loss.shape)}"
                )
            rest = [ops.stop_gradient(tensor) for tensor in keras.tree.flatten(others)]
            return [loss, *(v.regularizer(v) for v in regularized), *rest]

        with Scope(frozen=self._frozen[player]) as scope:
            values, pull = backend.vjp(terms, sources, outputs)
        scope.commit()
        n = 1 + len(regularized)
        scale = optimizer.scale_loss(1.0)
        cotangents = [ops.cast(scale, value.dtype) for value in values[:n]]
        gradients = pull([*cotangents, *(ops.zeros_like(value) for value in values[n:])])
        if through is not None:
            own = {id(v): g for v, g in zip(regularized, gradients, strict=False)}
            pulled = zip(variables, through.pull(gradients[len(regularized) :]), strict=True)
            gradients = [g + own[id(v)] if id(v) in own else g for v, g in pulled]
        backend.apply(optimizer, gradients, variables)
        for average, network in zip(
            self.averages.get(player, ()), self.players()[player], strict=False
        ):
            average.update(network)
        if len(values) == n:
            return values[0]
        return values[0], keras.tree.pack_sequence_as(others, values[n:])

    def batch(self, data):
        """The parts of a batch that `data_spec` names, as a list of tensors, checked for shape and
        dtype."""
        return [ops.convert_to_tensor(part) for part in check_static(self.data_spec, data)]

    def logs(self, **losses):
        """Note the step's losses; what is logged is their mean since the epoch's start.

        Args:
            **losses: a scalar for each of `log_names`.

        Returns:
            Dict of name to mean, as `train_step` and `test_step` return it.
        """
        for name, value in losses.items():
            self.loss_trackers[name].update_state(value)
        return self.get_metrics_result()

    @property
    def metrics(self):
        """The means of the logged losses."""
        return list(self.loss_trackers.values())

    # ---- around the step

    def fit(
        self, x=None, y=None, batch_size=None, epochs=1, verbose="auto", callbacks=None, **kwargs
    ):
        """Train as `keras.Model.fit` does, after a look at the data.

        Raises:
            ValueError: if images do not lie in [-1, 1], have a wrong shape or hold NaN, or if there
                are none, before a weight has moved.
            FloatingPointError: as soon as a loss is not finite, naming the step and the player.
        """
        if not isinstance(callbacks, keras.callbacks.CallbackList):
            callbacks = [NonFiniteGuard(), *keras.tree.flatten(callbacks or [])]
            callbacks.sort(key=lambda c: not getattr(c, "before_guard", False))
        if is_dataset(x):
            kwargs.setdefault("shuffle", False)  # Keras would warn that it cannot
        if self.compiled and self._compile_settings["jit_compile"] == "auto":
            log_choice(self.jit_compile)
        with explained(self.data_spec):
            return super().fit(
                checked(self.data_spec, x, y), y, batch_size, epochs, verbose, callbacks, **kwargs
            )

    def train_on_batch(self, x, y=None, **kwargs):
        """Make one step, as `keras.Model.train_on_batch` does, after a look at the data."""
        return super().train_on_batch(checked(self.data_spec, x, y), y, **kwargs)

    def _own_state(self):
        inner = {id(w) for layer in self.layers for w in layer.weights}
        return [v for v in self.variables if id(v) not in inner]

    def save_own_variables(self, store):
        """Save what no layer saves: the model's own variables and the states of all seeds."""
        for i, variable in enumerate(self._own_state()):
            store[str(i)] = ops.convert_to_numpy(variable)

    def load_own_variables(self, store):
        """Load what `save_own_variables` saved."""
        state = self._own_state()
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

    def get_state_tree(self, value_format="backend_tensor"):
        """All state, as `keras.Model.get_state_tree` gives it to `OrbaxCheckpoint`, but by numbers.

        Keras finds variables by their paths, which repeat in networks that are made alike, and are
        others in a model that is made anew.
        """
        tree = {
            kind: {str(i): v.value for i, v in enumerate(variables)}
            for kind, variables in self._state_groups().items()
        }
        if value_format == "numpy_array":
            return keras.tree.map_structure(ops.convert_to_numpy, tree)
        return tree

    def set_state_tree(self, state_tree):
        """Take the state that `get_state_tree` gave."""
        groups = self._state_groups()
        for kind, values in state_tree.items():
            for i, value in values.items():
                groups[kind][int(i)].assign(value)
