"""TensorFlow: one process, whose replicas `tf.distribute` deals each batch out to."""

import contextlib
import os

import tensorflow as tf


def join(devices):
    """See `kerasgan.backend`."""
    if int(os.environ.get("WORLD_SIZE", 1)) > 1:
        raise ValueError(
            "Under TensorFlow one process trains on all devices of a machine, as Keras 3 does not "
            "train by tf.distribute.MultiWorkerMirroredStrategy: start one without torchrun, with "
            "--distribute auto; or take KERAS_BACKEND=jax or torch for several machines. "
            f"Received: WORLD_SIZE={os.environ['WORLD_SIZE']}"
        )


def process():
    """See `kerasgan.backend`."""
    return 0, 1


data_shard = process


def gathered(value):
    """See `kerasgan.backend`."""
    return [value]


@contextlib.contextmanager
def on_devices(devices):
    """See `kerasgan.backend`."""
    there = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    n = len(there) if devices == "auto" else devices
    if n is not None and n > len(there):
        raise ValueError(
            f"There are {len(there)} devices of TensorFlow's here. Received: distribute={devices}"
        )
    if n in (None, 1):
        yield tf.distribute.get_strategy().num_replicas_in_sync
        return
    strategy = tf.distribute.MirroredStrategy([device.name for device in there[:n]])
    with strategy.scope():
        yield n


def dealt_to(model):
    """See `kerasgan.backend`.

    Raises:
        ValueError: if Keras cannot train so.
    """
    strategy = model.distribute_strategy
    if isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        raise ValueError(
            "Keras 3 does not train by this strategy (see docs/devices.md): take MirroredStrategy "
            "on one machine, or KERAS_BACKEND=jax or torch for several. "
            f"Received: strategy={type(strategy).__name__}"
        )
    if strategy.num_replicas_in_sync > 1 and model.steps_per_execution > 1:
        raise ValueError(
            "Keras's steps of several replicas are executed one by one: leave steps_per_execution "
            f"at 1. Received: steps_per_execution={model.steps_per_execution}, and "
            f"{strategy.num_replicas_in_sync} replicas"
        )
    return strategy.num_replicas_in_sync


alone = contextlib.nullcontext
