"""JAX: one program on all devices of all processes, as `keras.distribution` sets it up."""

import jax
import keras
import numpy as np
from jax.experimental import multihost_utils


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
