"""TensorFlow: a gradient tape."""

import contextlib

import keras
import tensorflow as tf

building = contextlib.nullcontext


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


def apply(optimizer, gradients, variables):
    """Update `variables` in place; the replicas of a `tf.distribute` strategy are averaged."""
    replicas = tf.distribute.get_strategy().num_replicas_in_sync
    if replicas > 1:
        gradients = [g / replicas for g in gradients]
    optimizer.apply(gradients, variables)


def fused_adam(optimizer, gradient, variable, momentum, velocity, learning_rate):
    """See `kerasgan.backend`."""
    if tf.distribute.has_strategy():
        return False
    step = tf.cast(optimizer.iterations.value + 1, "float32")
    beta_1, beta_2 = (tf.cast(beta, "float32") for beta in (optimizer.beta_1, optimizer.beta_2))
    var, m, v = (  # Keras hands over its own variables or what is in them
        (x.value if isinstance(x, keras.Variable) else x).handle
        for x in (variable, momentum, velocity)
    )
    tf.raw_ops.ResourceApplyAdam(
        var=var,
        m=m,
        v=v,
        beta1_power=beta_1**step,
        beta2_power=beta_2**step,
        lr=tf.cast(learning_rate, "float32"),
        beta1=beta_1,
        beta2=beta_2,
        epsilon=optimizer.epsilon,
        grad=tf.cast(gradient, "float32"),
    )
    return True


class Trainer:
    """Keras's TensorFlow trainer calls `train_step(data)` as it is."""
