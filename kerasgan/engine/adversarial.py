"""The base of every variant: players, their steps, and all that `fit` needs around them."""

import contextlib
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import keras
from keras import ops

from kerasgan import backend
from kerasgan.engine.compiling import check_jit_compile, public_form
from kerasgan.engine.config import EARLY, config_of, registering
from kerasgan.engine.fitting import evaluate, fit, train_on_batch
from kerasgan.engine.inputs import check_static
from kerasgan.engine.readiness import check_filepath
from kerasgan.engine.state import (
    get_state_tree,
    load_own_variables,
    save_own_variables,
    set_state_tree,
)
from kerasgan.engine.step import minimize, noting, one_pass
from kerasgan.optimizers import player_optimizers
from kerasgan.utils import checks
from kerasgan.utils.private import has_float16, layers_of, remember_attributes
from kerasgan.utils.types import PathLike, Tensor


class AdversarialModel(keras.Model):
    """Base class of models whose networks are trained against each other.

    A variant sets its networks, `data_spec` and `log_names` in the constructor, lists its
    `players()`, and writes one `train_step(data)` in plain Keras, the same on every backend:

    ```python
    def train_step(self, data):
        (real,) = self.batch(data)
        latents = self.sample_latents(ops.shape(real)[0])
        fake = self.one_pass(self.generator, "generator", latents)
        d_loss = self.minimize(self.discriminator_loss, "discriminator", real, fake.outputs)
        g_loss = self.minimize(self.generator_loss, "generator", fake)
        return self.logs(d_loss=d_loss, g_loss=g_loss)
    ```

    The constructor's arguments become attributes of their names, and `get_config` gives them. All
    state is Keras variables, the random seeds' included, and all of it is saved with the weights,
    so that `keras.callbacks.BackupAndRestore` resumes a run exactly.

    Args:
        seed: int or None. Seed of the model's random numbers; None takes one that
            `keras.utils.set_random_seed` determines.
        **kwargs: `name`, `dtype` and the like for `keras.Model`.

    Attributes:
        data_spec: dict of name to shape without batch, one for each leading part of a batch that
            holds images (rank 3, values in [-1, 1]) or points; for class ids their number instead
            of a shape.
        log_names: dict of logged loss to the player whose loss it is.
        averages: dict of player to the moving averages of its networks, in their order.
        one_at_a_time: a lock, so that several threads may generate.
    """

    data_spec: dict[str, int | tuple[int, ...]] = {}
    log_names = {"d_loss": "discriminator", "g_loss": "generator"}
    retired_arguments: tuple[str, ...] = ()  # which files of earlier releases hold

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in vars(cls):
            cls.__init__ = registering(cls.__init__)  # type: ignore[method-assign]
        for name in {"train_step", "test_step"} & set(vars(cls)):
            setattr(cls, name, noting(vars(cls)[name]))

    def __init__(self, seed: int | None = None, **kwargs: Any):
        if keras.config.image_data_format() == "channels_first":
            raise ValueError(
                "kerasgan works on channels-last images; call "
                "`keras.config.set_image_data_format('channels_last')` first. "
                "Received: image_data_format='channels_first'"
            )
        if any(isinstance(value, keras.layers.Layer) for value in vars(self).values()):
            raise ValueError(EARLY)
        super().__init__(**kwargs)
        self.seed = checks.seed("seed", seed)
        self.seed_generator = keras.random.SeedGenerator(seed)
        backend.check_place([self.seed_generator.state], computing=False)
        # On JAX, Keras takes the weights out of the model while it predicts.
        self.one_at_a_time = threading.RLock()
        self.averages: dict[str, list] = {}
        self.loss_trackers: dict[str, keras.metrics.Mean] = {}
        self.built = True

    @contextlib.contextmanager
    def own_policy(self) -> Iterator[None]:
        """For networks to be built inside: they take the model's dtype policy."""
        outside = keras.config.dtype_policy()
        keras.config.set_dtype_policy(self.dtype_policy)
        try:
            with backend.building():
                yield
        finally:
            keras.config.set_dtype_policy(outside)

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> "AdversarialModel":
        """Make the model from `get_config()`, networks that were passed in included."""

        def revive(value):
            if isinstance(value, dict) and "class_name" in value:
                return keras.saving.deserialize_keras_object(value, custom_objects=custom_objects)
            return tuple(map(revive, value)) if isinstance(value, list) else value

        left = {k: v for k, v in config.items() if k not in cls.retired_arguments}
        return cls(**{key: revive(value) for key, value in left.items()})

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, name and dtype policy; networks only if they were passed."""
        config = super().get_config()
        named = {"name": config["name"], "dtype": config["dtype"], "seed": self.seed}
        return {**named, **config_of(self)}

    # ---- players

    def players(self) -> dict[str, list[keras.Model]]:
        """Dict of player name to the list of networks that the player trains."""
        raise NotImplementedError(f"{type(self).__name__} must list its players.")

    def default_optimizer(self, player: str) -> keras.optimizers.Optimizer:
        """The optimizer `compile` gives to a player: the paper's."""
        return keras.optimizers.Adam(2e-4, beta_1=0.5)

    def compile(
        self,
        optimizer: str | keras.optimizers.Optimizer | Mapping | None = None,
        *,
        run_eagerly: bool = False,
        jit_compile: bool | str = "auto",
        steps_per_execution: int = 1,
    ) -> None:
        """Choose the optimizers; without arguments, the paper's.

        Args:
            optimizer: a Keras optimizer or its name, of which every player gets its own copy, or a
                dict of player name to optimizer: each then is the object that trains, so that its
                learning rate can be set later; players left out keep the paper's.
            run_eagerly: bool, as in `keras.Model.compile`.
            jit_compile: bool or "auto", as in `keras.Model.compile`: "auto" compiles by XLA under
                JAX, and under TensorFlow where there is an accelerator; `fit` logs why.
            steps_per_execution: int, as in `keras.Model.compile`; TensorFlow and JAX.

        Raises:
            ValueError: if a name is not known, or an optimizer was built for other weights.
        """
        check_jit_compile(jit_compile)
        with backend.alone():  # in all processes, for then to load a model makes the same in each
            remember_attributes()
        trained = {player: self._trained(player) for player in self.players()}
        scale_loss = has_float16(n for networks in self.players().values() for n in networks)
        super().compile(
            optimizer=player_optimizers(optimizer, trained, self.default_optimizer, scale_loss),
            run_eagerly=run_eagerly,
            jit_compile=jit_compile,
            steps_per_execution=steps_per_execution,
            auto_scale_loss=False,
        )
        self.loss_trackers = {name: keras.metrics.Mean(name) for name in self.log_names}
        weights = {
            p: {id(w) for n in nets for w in n.weights} for p, nets in self.players().items()
        }
        still = {
            id(w)
            for networks in self.players().values()
            for network in networks
            for layer in layers_of(network)
            if not layer.trainable
            for w in layer.weights
        }
        self._frozen = {
            p: frozenset(still).union(*(weights[q] for q in weights if q != p)) for p in weights
        }
        self._compile_settings = {
            "run_eagerly": run_eagerly,
            "jit_compile": jit_compile,
            "steps_per_execution": steps_per_execution,
        }

    def _trained(self, player):
        variables = [v for network in self.players()[player] for v in network.trainable_variables]
        if not variables:
            raise ValueError(
                f"The {player} has nothing to train. Do not freeze a player: its opponent's step "
                f"leaves it alone anyway, and so does `combined`. Set `trainable = True`. "
                f"Received: {player}.trainable_variables=[]"
            )
        return variables

    def get_compile_config(self) -> dict[str, Any] | None:
        """What `compile` was called with, for saving; None before."""
        if not self.compiled:
            return None
        optimizers = {p: public_form(self.optimizer[p]) for p in self.players()}
        return {"optimizer": optimizers, **self._compile_settings}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as a saved model was."""
        deserialize = keras.saving.deserialize_keras_object
        optimizer = {p: deserialize(o) for p, o in config["optimizer"].items()}
        if backend.name == "torch":  # which has neither, whatever backend saved it
            config = {**config, "jit_compile": "auto", "steps_per_execution": 1}
        self.compile(**{**config, "optimizer": optimizer})

    def make_train_function(self, force: bool = False) -> Any:
        """Let Keras compile `train_step` in the form that the backend wants."""
        return backend.make_train_function(self, super().make_train_function, force)

    def make_test_function(self, force: bool = False) -> Any:
        """Let Keras compile `test_step` in the form that the backend wants."""
        return backend.make_test_function(self, super().make_test_function, force)

    def make_predict_function(self, force: bool = False) -> Any:
        """Keras's, once the weights are known to lie where it computes."""
        backend.check_place(self.variables)
        return super().make_predict_function(force)

    # ---- one step

    one_pass, minimize = one_pass, minimize

    def batch(self, data: Any) -> list[Tensor]:
        """The parts of a batch that `data_spec` names, as a list of tensors, checked for shape and
        dtype."""
        return [ops.convert_to_tensor(part) for part in check_static(self.data_spec, data)]

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The losses at inference, for `evaluate` and `validation_data`."""
        raise NotImplementedError(
            f"{type(self).__name__} has no `test_step`: write one that returns `self.logs(...)`, "
            "or leave out `validation_data` and `evaluate`."
        )

    def smallest_batch(self, training: bool) -> int:
        """How many samples a step needs; smaller batches at the end of the data are left out."""
        return 1

    def logs(self, **losses: Tensor) -> dict[str, Tensor]:
        """Note the step's losses; what is logged is their mean since the epoch's start.

        Args:
            **losses: a scalar for each of `log_names`.

        Returns:
            Dict of name to mean, as `train_step` and `test_step` return it.

        Raises:
            ValueError: if a name is none of `log_names`.
        """
        if unknown := sorted(set(losses) - set(self.loss_trackers)):
            raise ValueError(
                f"The class attribute `log_names` must name {unknown[0]!r}, and the model must be "
                f"compiled. Received: log_names={list(self.log_names)}, compiled={self.compiled}"
            )
        self._noted = True
        for name, value in losses.items():
            mean = backend.mean_over_processes(ops.convert_to_tensor(value))
            self.loss_trackers[name].update_state(mean)
        return self.get_metrics_result()

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The means of the logged losses."""
        return list(self.loss_trackers.values())

    # ---- around the step

    fit, evaluate, train_on_batch = fit, evaluate, train_on_batch

    def save(self, filepath: PathLike, *args: Any, **kwargs: Any) -> None:
        """Save the model with its optimizers and seeds as a `.keras` file.

        Raises:
            ValueError: if the path ends in `.h5`.
        """
        check_filepath(filepath)
        with backend.alone():
            super().save(filepath, *args, **kwargs)

    save_own_variables, load_own_variables = save_own_variables, load_own_variables
    get_state_tree, set_state_tree = get_state_tree, set_state_tree
