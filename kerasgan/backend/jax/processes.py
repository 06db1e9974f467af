"""JAX: one program on all devices of all processes, as `keras.distribution` sets it up."""

import contextlib
import os

import jax
import keras
import numpy as np
from jax.experimental import multihost_utils


def join(devices):
    """See `kerasgan.backend`; torchrun's variables come first, then what JAX finds by itself on
    Slurm, Kubernetes and TPUs, if several devices are asked for."""
    if jax.distributed.is_initialized():
        return
    given = os.environ
    if int(given.get("WORLD_SIZE", 1)) > 1:
        jax.distributed.initialize(
            # The port itself is torchrun's.
            f"{given['MASTER_ADDR']}:{int(given['MASTER_PORT']) + 1}",
            int(given["WORLD_SIZE"]),
            int(given["RANK"]),
            int(given["LOCAL_RANK"]) if "LOCAL_RANK" in given else None,
        )
    elif devices == "auto":
        with contextlib.suppress(ValueError):  # there is no such launcher
            jax.distributed.initialize()


def process():
    """See `kerasgan.backend`."""
    return jax.process_index(), jax.process_count()


def data_shard():
    """See `kerasgan.backend`; where Keras cuts the batches itself, it wants whole ones."""
    distribution = keras.distribution.distribution()
    if distribution is None or distribution.auto_shard_dataset:
        return 0, 1
    shards = min(distribution.num_model_replicas, distribution.num_processes)
    return distribution.data_shard_id, shards


def gathered(value):
    """See `kerasgan.backend`."""
    if jax.process_count() == 1:
        return [value]
    own = np.frombuffer(value.encode(), "uint8")
    sizes = multihost_utils.process_allgather(np.int32(own.size))
    padded = np.pad(own, (0, sizes.max() - own.size))
    rows = multihost_utils.process_allgather(padded)
    return [row[:size].tobytes().decode() for row, size in zip(rows, sizes, strict=True)]


@contextlib.contextmanager
def on_devices(devices):
    """See `kerasgan.backend`."""
    several, distribution = jax.process_count() > 1, keras.distribution.distribution()
    if devices is None and (distribution or not several):
        yield distribution.num_model_replicas if distribution else 1
        return
    there = keras.distribution.list_devices()
    n = len(there) if devices in (None, "auto") else devices
    if n > len(there) or (several and n < len(there)):
        raise ValueError(
            f"There are {len(there)} devices of JAX's in {jax.process_count()} processes, which "
            f"all take part. Received: distribute={devices}"
        )
    with keras.distribution.DataParallel(devices=there[:n], auto_shard_dataset=False).scope():
        yield n


def dealt_to(model):
    """See `kerasgan.backend`."""
    distribution = keras.distribution.distribution()
    if distribution is None:
        return 1
    return max(distribution.num_model_replicas // data_shard()[1], 1)


@contextlib.contextmanager
def alone():
    """See `kerasgan.backend`: a variable that Keras makes is else one of all processes, which they
    make together."""
    distribution = keras.distribution.distribution()
    keras.distribution.set_distribution(None)
    try:
        yield
    finally:
        keras.distribution.set_distribution(distribution)
