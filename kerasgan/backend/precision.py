"""Which dtype policy trains fastest on this machine."""

import functools
import logging
import time
from pathlib import Path

import numpy as np
from keras import ops

from kerasgan.backend import accelerated

CPUINFO = Path("/proc/cpuinfo")
GAIN = 0.8  # half precision must need less of float32's time than this
_MAPS, _KERNEL = (16, 32, 32, 64), (3, 3, 64, 64)


@functools.cache
def fastest_policy() -> str:
    """Choose between float32 and half precision, once a process, and log why.

    A processor must have instructions for bfloat16, and it or the accelerator must be quicker at a
    convolution with them under this backend.

    Returns:
        "mixed_bfloat16" or "float32".
    """
    if not accelerated() and not multiplies_bfloat16():
        chosen, why = "float32", "the processor has no instructions for bfloat16"
    else:
        ratio = _ratio()
        chosen = "mixed_bfloat16" if ratio < GAIN else "float32"
        why = f"a convolution in bfloat16 takes {ratio:.2f} of its time in float32"
    logging.getLogger("kerasgan").info("dtype=%s: %s", chosen, why)
    return chosen


def multiplies_bfloat16() -> bool:
    """Whether the processor says so, which it does under Linux."""
    flags = CPUINFO.read_text().split() if CPUINFO.exists() else ()
    return "amx_bf16" in flags or "avx512_bf16" in flags


def _ratio():
    """The least of a few times in bfloat16, over that in float32; they take turns."""
    times = {"float32": [], "bfloat16": []}
    given = {
        dtype: [ops.cast(np.ones(shape, "float32"), dtype) for shape in (_MAPS, _KERNEL)]
        for dtype in times
    }
    for _ in range(6):  # the first of each compiles
        for dtype, (maps, kernel) in given.items():
            start = time.perf_counter()
            outputs = ops.conv(maps, kernel, padding="same")
            ops.convert_to_numpy(ops.cast(outputs[0, 0, 0, :1], "float32"))  # waits for it
            times[dtype].append(time.perf_counter() - start)
    return min(times["bfloat16"]) / min(times["float32"])
