"""TensorFlow: a gradient tape."""

import contextlib

import tensorflow as tf

from kerasgan.backend.draws import own_draws
from kerasgan.utils.private import moments

building = contextlib.nullcontext
_FLOAT = tf.float32


def vjp(fn, variables, inputs=(), differentiable=False):
    """See `kerasgan.backend`; an outer tape sees `pull`, so it is always differentiable."""
    sources = [*(v.value for v in variables), *inputs]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(sources)
        outputs = fn(*inputs)

    def pull(cotangents):
        zero = tf.UnconnectedGradients.ZERO
        gradients = tape.gradient(outputs, sources, list(cotangents), unconnected_gradients=zero)
        # An embedding's comes as slices, whose repeated rows Adam would square one by one.
        return [tf.convert_to_tensor(g) for g in gradients]

    return outputs, pull


def apply(optimizer, gradients, variables, after):
    """Update `variables` in place; the replicas of a `tf.distribute` strategy are averaged.

    The update waits for `after` and for all gradients. TensorFlow's optimizer of graphs takes away
    the edge from a weight's read to its update where nothing else orders them: the gradient of a
    Wasserstein loss does not depend on the logits, so that now and then they were computed with
    the weights of after the update.
    """
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    if replicas > 1:
        gradients = [g / replicas for g in gradients]
    with tf.control_dependencies([*after, *gradients]):
        optimizer.apply([tf.identity(g) for g in gradients], variables)


def fused_adam(optimizer, usual, gradients, variables, learning_rate):
    """See `kerasgan.backend`."""
    weights = [v.value for v in variables]
    if optimizer.amsgrad or tf.distribute.has_strategy() or {w.dtype for w in weights} != {_FLOAT}:
        return usual(gradients, variables, learning_rate)
    step = tf.cast(tf.convert_to_tensor(optimizer.iterations) + 1, _FLOAT)
    beta_1, beta_2 = (tf.cast(beta, _FLOAT) for beta in (optimizer.beta_1, optimizer.beta_2))
    for weight, gradient, m, v in zip(
        weights, gradients, *moments(optimizer, variables), strict=True
    ):
        tf.raw_ops.ResourceApplyAdam(
            var=weight.handle,
            m=m.value.handle,
            v=v.value.handle,
            beta1_power=beta_1**step,
            beta2_power=beta_2**step,
            lr=tf.cast(learning_rate, _FLOAT),
            beta1=beta_1,
            beta2=beta_2,
            epsilon=optimizer.epsilon,
            grad=tf.cast(gradient, _FLOAT),
        )


def replicas():
    """See `kerasgan.backend`."""
    context = tf.distribute.get_replica_context()
    return 1 if context is None else context.num_replicas_in_sync


def mean_over_replicas(x):
    """See `kerasgan.backend`."""
    if replicas() == 1:
        return x
    return tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.MEAN, x)


def mean_over_processes(x):
    """See `kerasgan.backend`; Keras's metrics add up over replicas by themselves."""
    return x


def make_train_function(model, make, force):
    """Let Keras compile `train_step` so that all it does waits for its batch."""
    _make_waiting(model, "train_step", make, force)


def make_test_function(model, make, force):
    """Let Keras compile `test_step` so that all it does waits for its batch."""
    _make_waiting(model, "test_step", make, force)


def _make_waiting(model, name, make, force):
    step = getattr(model, name)

    def waiting(data):
        # Else what does not depend on the batch (seeds, counters) runs before the iterator can say
        # that there is none, where the length of the data is not known.
        batch = [part for part in tf.nest.flatten(data) if part is not None]
        with tf.control_dependencies(batch):
            if replicas() == 1:
                return step(data)
            with own_draws(model, tf.distribute.get_replica_context().replica_id_in_sync_group):
                return step(data)

    vars(model)[name] = waiting  # which Keras reads while it makes the function
    try:
        make(force)
    finally:
        del vars(model)[name]


def check_place(variables, computing=True):
    """See `kerasgan.backend`; what lies elsewhere is moved."""
