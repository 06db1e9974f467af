"""Why a step is compiled by XLA, or is not."""

import functools
import logging

import keras

_REASONS = {
    ("jax", True): "JAX runs each operation by itself otherwise",
    ("tensorflow", True): "there is an accelerator, and XLA fuses what lies between its products",
    ("tensorflow", False): "on a CPU, TensorFlow's own convolutions are faster than XLA's, its "
    "random numbers much faster, and the first step comes sooner; networks of dense layers without "
    "dropout can gain by jit_compile=True",
    ("torch", False): "torch.compile breaks at each gradient that a step takes inside itself",
}


@functools.cache
def log_choice(jit_compile):
    """Log, once a process, what "auto" has chosen for `jit_compile`, and why.

    Args:
        jit_compile: bool.
    """
    default = "a layer, or deterministic operations, ask for it"
    reason = _REASONS.get((keras.backend.backend(), jit_compile), default)
    logging.getLogger("kerasgan").info("jit_compile=%s: %s", jit_compile, reason)
