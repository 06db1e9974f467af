"""JAX: pure functions around the imperative step.

Keras's JAX trainer wants `(state, data) -> (logs, state)`. Here the step that a variant writes runs
under a `keras.StatelessScope` that maps every variable to its value in `state`, and the new values
are read back from the scope.
"""

import contextlib
import functools
import itertools
import os

import jax
import keras

from kerasgan.backend.scope import Scope
from kerasgan.utils.private import hold_jax_state

# Of what XLA leaves to the YNNPACK library on a CPU, all but the convolutions: those take it up to
# five times as long as XLA's own.
_LIBRARY = "xla_cpu_experimental_ynn_fusion_type"
_KINDS = ("DOT", "REDUCE", "INDIVIDUAL_DOT")
_COMPILER_OPTIONS = {_LIBRARY: ",".join(f"LIBRARY_FUSION_TYPE_{kind}" for kind in _KINDS)}
_TRAINED = tuple(
    f"{kind}_variables" for kind in ("trainable", "non_trainable", "optimizer", "metrics")
)
_TESTED = tuple(kind for kind in _TRAINED if kind != "optimizer_variables")


def vjp(fn, variables, inputs=(), differentiable=False):
    """See `kerasgan.backend`; `jax.vjp` is always differentiable again.

    What `fn` assigns to variables (batch statistics, seeds) leaves the trace as auxiliary output
    and is assigned again outside it.
    """
    changed = []

    def pure(values, inputs):
        with Scope(zip(variables, values, strict=True)) as scope:
            outputs = fn(*inputs)
        changed.extend(scope.changed)
        return outputs, [scope.get_current_value(v) for v in changed]

    values = [v.value for v in variables]
    outputs, pull, new_values = jax.vjp(pure, values, list(inputs), has_aux=True)
    for variable, value in zip(changed, new_values, strict=True):
        variable.assign(value)
    return outputs, lambda cotangents: [*itertools.chain(*pull(list(cotangents)))]


fused_adam = None  # XLA fuses what Keras writes


def apply(optimizer, gradients, variables, after):
    """Update `variables` by the optimizer's stateless form (loss scaling has no other on JAX)."""
    state = optimizer.variables
    new_values, new_state = optimizer.stateless_apply(
        [v.value for v in state], gradients, [v.value for v in variables]
    )
    for variable, value in zip([*variables, *state], [*new_values, *new_state], strict=True):
        variable.assign(value)


@functools.cache
def _compiler_options():
    """What to ask of XLA; nothing where XLA_FLAGS asks for it, or where XLA does not know it."""
    if jax.default_backend() != "cpu" or _LIBRARY in os.environ.get("XLA_FLAGS", ""):
        return None
    try:
        jax.jit(lambda: 0, compiler_options=_COMPILER_OPTIONS)()
    except jax.errors.JaxRuntimeError:
        return None
    return _COMPILER_OPTIONS


def _functional(step, groups):
    """`step(data) -> logs` as `(state, data) -> (logs, state)`; `groups()` lists the variables."""

    def functional_step(state, data):
        variables = groups()
        mapping = zip(itertools.chain(*variables), itertools.chain(*state), strict=True)
        with keras.StatelessScope(mapping) as scope:
            logs = step(data)
        return logs, tuple([scope.get_current_value(v) for v in group] for group in variables)

    return functional_step


def _scanned(step):
    """`step(state, data) -> (logs, state)` over several batches, as one loop of XLA's.

    The batches are stacked in it, on the devices where they are and as they are cut.
    """

    def steps(state, batches):
        def one(state, data):
            logs, state = step(state, data)
            return state, logs

        stacked = jax.tree.map(lambda *each: jax.numpy.stack(each), *batches)
        state, logs = jax.lax.scan(one, state, stacked)
        return jax.tree.map(lambda each: each[-1], logs), state

    return steps


def _alike(batches):
    """Batches that follow one another and have the same shapes, each run of them as a tuple."""
    for _, group in itertools.groupby(batches, lambda b: [x.shape for x in jax.tree.leaves(b)]):
        yield tuple(group)


@contextlib.contextmanager
def building():
    """See `kerasgan.backend`; a normal draw of each new shape takes XLA 0.7 s otherwise."""
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    try:
        yield
    finally:
        jax.config.update("jax_disable_most_optimizations", before)


def replicas():
    """See `kerasgan.backend`."""
    return 1


def mean_over_replicas(x):
    """See `kerasgan.backend`."""
    return x


mean_over_processes = mean_over_replicas


def make_train_function(model, make, force):
    """Let Keras compile the functional form of `train_step`."""
    before, together = model.train_function, model.steps_per_execution
    if not _compiles_steps(model):
        together = 1  # Keras's own loop, if there is one to be made
    _make_functional(model, "train_step", make, force, optimizer=True, scan=together > 1)
    made = model.train_function
    if made is before:
        return

    def train_function(state, iterator):
        # Keras takes the values out of the variables before the first step, and puts back
        # what it finds here: without it, an error in the first batch would cost the weights.
        hold_jax_state(model, dict(zip(_TRAINED, state, strict=True)))
        if together == 1:
            return made(state, iterator)
        logs = None
        for batches in _alike(itertools.islice(iterator, together)):
            logs, state = made(state, iter([batches]))
        if logs is None:
            raise StopIteration
        return logs, state

    model.train_function = train_function


def make_test_function(model, make, force):
    """Let Keras compile the functional form of `test_step`."""
    before = model.test_function
    _make_functional(model, "test_step", make, force, optimizer=False)
    made = model.test_function
    if made is before:
        return

    def test_function(state, iterator):
        hold_jax_state(model, dict(zip(_TESTED, state, strict=True)))
        try:
            return made(state, iterator)
        except Exception:
            model.jax_state_sync()  # as `fit` does it, and `evaluate` does not
            raise

    model.test_function = test_function


def _compiles_steps(model):
    return bool(model.jit_compile and not model.run_eagerly)


def _make_functional(model, name, make, force, optimizer, scan=False):
    def groups():
        weights = [model.trainable_variables, model.non_trainable_variables]
        state = [model.optimizer.variables] if optimizer else []
        return [*weights, *state, model.metrics_variables]

    # Keras reads `model.train_step` while it makes the function, so an attribute of the
    # instance stands in for the method during that call.
    step, together = _functional(getattr(model, name), groups), model.steps_per_execution
    step = _scanned(step) if scan else step
    compiled = _compiles_steps(model)
    if compiled:  # Keras's own `jit` takes no compiler options
        split = None  # with `keras.distribution` the new state lies on the devices as the old one
        if keras.distribution.distribution():
            split = None, tuple([v.value.sharding for v in group] for group in groups())
        step = jax.jit(
            step, donate_argnums=0, out_shardings=split, compiler_options=_compiler_options()
        )
        model.jit_compile = False
    vars(model)[name] = step
    if scan:  # Keras has no loop of its own to make
        model.steps_per_execution = 1
    try:
        make(force)
    finally:
        del vars(model)[name]
        model.steps_per_execution = together
        if compiled:
            model.jit_compile = True


def check_place(variables, computing=True):
    """See `kerasgan.backend`; what lies elsewhere is moved."""
