"""TensorFlow: a trace for TensorBoard."""

import tensorflow as tf


def profile(directory):
    """See `kerasgan.backend`."""
    return tf.profiler.experimental.Profile(str(directory))


def profiled_step(number):
    """See `kerasgan.backend`."""
    return tf.profiler.experimental.Trace("train", step_num=number, _r=1)
