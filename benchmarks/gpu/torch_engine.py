"""What only PyTorch says of a device."""

import contextlib
import warnings
from pathlib import Path

import keras
import torch

from benchmarks.speed.child import peak_mib as process_peak_mib

GPU = torch.cuda.is_available()
HOW = (
    "torch.cuda.set_sync_debug_mode around a step whose batch is on the device"
    if GPU
    else "a step on the meta device, which does not see that Keras reads each seed on the host"
)


def on_cpu():
    """A context in which all is made and computed there."""
    return keras.device("cpu")


def facts():
    """Of the GPU, a dict; {} without one."""
    if not GPU:
        return {}
    versions = {"cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()}
    return {"name": torch.cuda.get_device_name(), **versions}


@contextlib.contextmanager
def exact():
    """Products in float32 throughout."""
    places = torch.backends.cuda.matmul, torch.backends.cudnn
    before = [place.allow_tf32 for place in places]
    for place in places:
        place.allow_tf32 = False
    try:
        yield
    finally:
        for place, allowed in zip(places, before, strict=True):
            place.allow_tf32 = allowed


def reset_memory():
    if GPU:
        torch.cuda.reset_peak_memory_stats()


def peak_mib():
    return torch.cuda.max_memory_allocated() / 2**20 if GPU else process_peak_mib()


def waits(case):
    """Where a step waits for the device, a list of str."""
    return _waits_on_gpu(case) if GPU else _waits_on_meta(case)


def _batch(case):
    return tuple(keras.ops.convert_to_tensor(array[: case.batch]) for array in case.arrays())


def _waits_on_gpu(case):
    model, batch = case.model(), _batch(case)
    model.train_step(batch)  # what is made in the first one alone
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            model.train_step(batch)
        finally:
            torch.cuda.set_sync_debug_mode("default")
    lines = {
        f"{Path(warning.filename).name}:{warning.lineno}"
        for warning in caught
        if "synchroniz" in str(warning.message)
    }
    return sorted(lines)


def _waits_on_meta(case):
    try:
        with keras.device("meta"):
            case.model().train_step(_batch(case))
    except Exception as error:
        return [str(error).splitlines()[0]]
    return []


class _Convolutions(torch.overrides.TorchFunctionMode):
    """Notes whether convolutions are given maps that lie channels last."""

    def __init__(self):
        super().__init__()
        self.last = []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if getattr(function, "__name__", "").startswith("conv"):
            maps = [a for a in args if isinstance(a, torch.Tensor) and a.ndim == 4][:1]
            self.last += [m.is_contiguous(memory_format=torch.channels_last) for m in maps]
        return function(*args, **(kwargs or {}))


def layout(case):
    """The order in memory of what convolutions are given, Keras having permuted NHWC."""
    model, batch = case.model(), _batch(case)
    with _Convolutions() as seen:
        model.train_step(batch)
    return f"channels_last in {sum(seen.last)} of {len(seen.last)} convolutions"
