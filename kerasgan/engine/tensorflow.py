"""TensorFlow: a gradient tape."""

import tensorflow as tf


def vjp(fn, variables, inputs=(), differentiable=False):
    """See `kerasgan.engine.backend`; an outer tape sees `pull`, so it is always differentiable."""
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


def apply(optimizer, gradients, variables):
    """Update `variables` in place; the replicas of a `tf.distribute` strategy are averaged."""
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    if replicas > 1:
        gradients = [g / replicas for g in gradients]
    optimizer.apply(gradients, variables)


class Trainer:
    """Keras's TensorFlow trainer calls `train_step(data)` as it is."""
