"""TensorFlow: its fused batch normalization, which Keras 3 does not use."""

import tensorflow as tf

convolve = convolve_transposed = average_pool = None


def batch_normalize(inputs, gamma, beta, epsilon):
    """See `kerasgan.backend`."""
    flat = len(inputs.shape) == 2
    maps = inputs[:, None, None] if flat else inputs
    outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=maps, scale=gamma, offset=beta, mean=[], variance=[], epsilon=epsilon, is_training=True
    )
    n = tf.cast(tf.reduce_prod(tf.shape(maps)[:3]), "float32")
    biased = variance * (tf.maximum(n - 1, 1) / n)
    return outputs[:, 0, 0] if flat else outputs, mean, biased
