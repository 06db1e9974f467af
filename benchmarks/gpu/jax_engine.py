"""What only JAX says of a device."""

import contextlib

import jax
import keras

from benchmarks.gpu.child import KINDS
from benchmarks.speed.child import peak_mib as process_peak_mib

HOW = "jax.transfer_guard('disallow') around a compiled step whose batch is on the device"


def on_cpu():
    """A context in which all is made and computed there."""
    return keras.device("cpu:0")


def facts():
    """Of the GPU, a dict; {} without one."""
    first = jax.devices()[0]
    if first.platform == "cpu":
        return {}
    return {"name": first.device_kind, "runtime": first.client.platform_version}


@contextlib.contextmanager
def exact():
    """Products in float32 throughout."""
    with jax.default_matmul_precision("highest"):
        yield


def reset_memory():
    """JAX counts from the start of the process."""


def peak_mib():
    stats = jax.devices()[0].memory_stats()
    return stats["peak_bytes_in_use"] / 2**20 if stats else process_peak_mib()


def waits(case):
    """Transfers in a step, a list of str."""
    model, arrays = case.model(), [jax.device_put(a[: case.batch]) for a in case.arrays()]
    model.make_train_function()
    state = model._get_jax_state(**{f"{kind}_variables": True for kind in KINDS})
    try:
        with jax.transfer_guard("disallow"):
            model.train_function(state, iter([tuple(arrays)]))
    except Exception as error:
        return [str(error).splitlines()[0]]
    return []


def layout(case):
    return "NHWC; XLA lays it out"
