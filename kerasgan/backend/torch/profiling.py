"""PyTorch: a Chrome trace, `trace.json`, which ui.perfetto.dev shows."""

import contextlib
from pathlib import Path

import torch


@contextlib.contextmanager
def profile(directory):
    """See `kerasgan.backend`."""
    Path(directory).mkdir(parents=True, exist_ok=True)
    with torch.profiler.profile(record_shapes=True) as found:
        yield
    found.export_chrome_trace(str(Path(directory, "trace.json")))


def profiled_step(number):
    """See `kerasgan.backend`."""
    return torch.profiler.record_function(f"train {number}")
