"""PyTorch: `torch.distributed`, with a process for each device."""

import contextlib
import os

import torch
from torch import distributed


def join(devices):
    """See `kerasgan.backend`."""
    if int(os.environ.get("WORLD_SIZE", 1)) == 1 or distributed.is_initialized():
        return
    if torch.cuda.is_available():
        local, there = int(os.environ.get("LOCAL_RANK", 0)), torch.cuda.device_count()
        if local >= there:
            raise ValueError(
                f"Each process trains on a GPU of its own: start {there} on this machine. "
                f"Received: LOCAL_RANK={local}"
            )
        torch.cuda.set_device(local)
    distributed.init_process_group()


def process():
    """See `kerasgan.backend`."""
    if not distributed.is_initialized():
        return 0, 1
    return distributed.get_rank(), distributed.get_world_size()


data_shard = process


def gathered(value):
    """See `kerasgan.backend`."""
    if process()[1] == 1:
        return [value]
    values = [None] * process()[1]
    distributed.all_gather_object(values, value)
    return values


@contextlib.contextmanager
def on_devices(devices):
    """See `kerasgan.backend`."""
    n = process()[1]
    if devices not in (None, "auto", n):
        raise ValueError(
            "PyTorch trains by a process for each device: KERAS_BACKEND=torch torchrun "
            f"--nproc-per-node {devices} -m kerasgan train ... "
            f"Received: distribute={devices}, and {n} processes"
        )
    yield n


def dealt_to(model):
    """See `kerasgan.backend`: each process has its own batches."""
    return 1


alone = contextlib.nullcontext
