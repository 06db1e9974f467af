"""Why a step is compiled by XLA, or is not."""

import functools
import logging

import keras

from kerasgan import backend
from kerasgan.utils import checks

_REASONS = {
    ("jax", True): "JAX runs each operation by itself otherwise",
    ("tensorflow", True): "there is an accelerator, and XLA fuses what lies between its products",
    ("tensorflow", False): "on a CPU, TensorFlow's own convolutions are faster than XLA's, its "
    "random numbers much faster, and the first step comes sooner; networks of dense layers without "
    "dropout can gain by jit_compile=True",
    ("torch", False): "torch.compile breaks at each gradient that a step takes inside itself",
}


@functools.cache
def log_choice(jit_compile: bool) -> None:
    """Log, once a process, what "auto" has chosen for `jit_compile`, and why.

    Args:
        jit_compile: bool.
    """
    default = "a layer, or deterministic operations, ask for it"
    reason = _REASONS.get((backend.name, jit_compile), default)
    logging.getLogger("kerasgan").info("jit_compile=%s: %s", jit_compile, reason)


def check_jit_compile(jit_compile: bool | str) -> None:
    """Refuse to compile where that makes a step slower.

    Args:
        jit_compile: bool or "auto".

    Raises:
        ValueError: for True under PyTorch, and for what is neither.
    """
    checks.one_of("jit_compile", jit_compile, (True, False, "auto"))
    if jit_compile is True and backend.name == "torch":
        raise ValueError(
            "torch.compile breaks at each gradient that an adversarial step takes inside "
            "itself, and so runs it slower than eager PyTorch does; leave `jit_compile` alone. "
            "Received: jit_compile=True"
        )


def public_form(optimizer: keras.optimizers.Optimizer) -> dict:
    """A serialized optimizer under Keras's public name, which every backend knows.

    PyTorch has forms of its own of Keras's optimizers, and Keras serializes where they are.
    """
    return _public(keras.saving.serialize_keras_object(optimizer))


def _public(value):
    if not isinstance(value, dict):
        return value
    if str(value.get("module")).startswith("keras.src.backend.torch.optimizers"):
        value = {**value, "module": "keras.optimizers", "registered_name": None}
    return {name: _public(inner) for name, inner in value.items()}
