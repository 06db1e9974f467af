"""Weights of the well-known PyTorch networks, for those of here that compute the same.

The networks are those of the CycleGAN and pix2pix code of Zhu, Park & Isola, and those of PyTorch's
DCGAN example. A state is a dict of PyTorch's names to arrays.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import keras
import numpy as np

from kerasgan.layers import BatchNormalization

State = Mapping[str, np.ndarray]
STATISTICS = ("running_mean", "running_var")
UNUSED = (*STATISTICS, "num_batches_tracked")  # where an old instance norm has them
DEEPEST_UNET = 16


class Found(NamedTuple):
    """What a state holds.

    Attributes:
        settings: dict, the arguments by which a model makes such a network.
        inputs: int, channels of what the network takes, or the length of latents.
        outputs: int, channels of what it gives.
        modules: PyTorch's names of the modules that have weights, in the order of the layers.
    """

    settings: dict[str, Any]
    inputs: int
    outputs: int
    modules: list[str]


def translator(state: State) -> Found:
    """A `ResnetGenerator` or a `UnetGenerator`; a ValueError names what it lacks."""
    batch = _has_batch_norm(state)
    if any(name.startswith("model.model.") for name in state):
        blocks = min(max(name.count("model") for name in state) - 1, DEEPEST_UNET)
        kind, first, modules = "unet", "model.model.0", list(_unet(blocks, batch))
        outputs = _kernel(state, modules[-1]).shape[1]
    else:
        blocks = max(0, _last(state, "model") - 17)
        second = "model.10.conv_block.5.weight", "model.10.conv_block.6.weight"
        dropout = second[0] not in state and second[1] in state  # its module stands before
        kind, first, modules = "resnet_torch", "model.1", list(_resnet(blocks, batch, dropout))
        outputs = _kernel(state, modules[-1]).shape[0]
    filters, inputs, *_ = _kernel(state, first).shape
    settings = {"generator": kind, "filters": filters, "blocks": blocks, **_normalization(batch)}
    return Found(settings, inputs, outputs, modules)


def _resnet(blocks, batch, dropout):
    def normed(*places, prefix="model"):
        for i in places:
            yield from (f"{prefix}.{i + more}" for more in range(1 + batch))

    yield from normed(1, 4, 7)
    for i in range(10, 10 + blocks):
        yield from normed(1, 5 + dropout, prefix=f"model.{i}.conv_block")
    yield from normed(10 + blocks, 13 + blocks)
    yield f"model.{17 + blocks}"


def _unet(depth, batch):
    prefix, ups = "model.model", [["model.model.3"]]
    yield "model.model.0"
    for level in range(1, depth):
        prefix += ".1.model" if level == 1 else ".3.model"
        innermost = level == depth - 1
        yield from [f"{prefix}.1", f"{prefix}.2"][: 1 + (batch and not innermost)]
        up = 3 if innermost else 5
        ups.append([f"{prefix}.{up + more}" for more in range(1 + batch)])
    for names in reversed(ups):
        yield from names


def patch_discriminator(state: State) -> Found:
    """A `NLayerDiscriminator`; a ValueError names what it lacks."""
    batch = _has_batch_norm(state)
    layers = max(0, (_last(state, "model") - 2) // 3)
    inner = [f"model.{3 * i + more}" for i in range(1, layers + 1) for more in range(-1, batch)]
    modules = ["model.0", *inner, f"model.{3 * layers + 2}"]
    filters, inputs, *_ = _kernel(state, "model.0").shape
    settings = {"discriminator_filters": filters, "discriminator_layers": layers}
    return Found({**settings, **_normalization(batch)}, inputs, 1, modules)


def dcgan_generator(state: State) -> Found:
    """The example's generator, from 4x4 pixels on; a ValueError names what it lacks."""
    doublings = max(1, _last(state, "main") // 3)
    inner = [f"main.{3 * i + more}" for i in range(doublings) for more in (0, 1)]
    modules = [*inner, f"main.{3 * doublings}"]
    latent_dim, widest, *_ = _kernel(state, "main.0").shape
    channels = _kernel(state, modules[-1]).shape[1]
    settings = {"filters": widest >> (doublings - 1), "side": 4 << doublings}
    return Found(settings, latent_dim, channels, modules)


def dcgan_discriminator(state: State) -> Found:
    """The example's discriminator, down to 4x4 pixels; a ValueError names what it lacks."""
    halvings = max(1, (_last(state, "main") + 1) // 3)
    inner = [f"main.{3 * i + more}" for i in range(1, halvings) for more in (-1, 0)]
    filters, channels, *_ = _kernel(state, "main.0").shape
    modules = ["main.0", *inner, f"main.{3 * halvings - 1}"]
    return Found({"filters": filters, "side": 4 << halvings}, channels, 1, modules)


READERS = {  # of generators, of discriminators
    "translators": (translator, patch_discriminator),
    "dcgan": (dcgan_generator, dcgan_discriminator),
}


def fill(network: keras.Model, modules: list[str], state: State) -> None:
    """Gives a network all weights of a state.

    Args:
        network: Functional model.
        modules: list of str, the names of what its layers with weights are in the state.
        state: dict of str to array.

    Raises:
        ValueError: naming the first array that is not there, has another shape, or is left over.
    """
    left, weights = dict(state), []
    layers = [layer for layer in network.layers if layer.weights]
    if len(layers) != len(modules):
        raise ValueError(f"it has {len(modules)} modules with weights in place of {len(layers)}")
    for layer, module in zip(layers, modules, strict=True):
        norm = isinstance(layer, BatchNormalization)
        parts = ("weight", "bias", *STATISTICS) if norm else ("weight", "bias")
        for variable, part in zip(layer.weights, parts, strict=False):
            found = left.pop(f"{module}.{part}", None)
            if found is None:
                raise ValueError(f"it lacks {module}.{part}")
            value = _as_here(found, variable.shape) if found.ndim == 4 else found
            if value.shape != variable.shape:
                raise ValueError(
                    f"{module}.{part} has shape {found.shape}, which does not make weights of "
                    f"shape {variable.shape}"
                )
            weights.append(value)
    for name in left:
        if name.rpartition(".")[2] not in UNUSED:
            raise ValueError(f"it has {name} beyond what the network has")
    network.set_weights(weights)


def _as_here(kernel, shape):
    """The kernel of a convolution, of a transposed one, or of a dense layer in such a one's place
    at a map of one pixel."""
    if len(shape) == 2 and shape[0] == len(kernel):  # from latents
        return kernel.transpose(0, 2, 3, 1).reshape(shape[0], -1)
    kernel = kernel.transpose(2, 3, 1, 0)
    return kernel if len(shape) == 4 else kernel.reshape(-1, kernel.shape[-1])


def _has_batch_norm(state):
    return any(name.endswith(".weight") and array.ndim == 1 for name, array in state.items())


def _normalization(batch):
    return {"normalization": "batch" if batch else "instance"}


def _last(state, prefix):
    """The greatest number of a module with weights directly under `prefix`."""
    found = [re.fullmatch(rf"{prefix}\.(\d\d?)\.weight", name) for name in state]
    return max((int(match[1]) for match in found if match), default=0)


def _kernel(state, module):
    found = state.get(f"{module}.weight")
    if found is None or found.ndim != 4:
        raise ValueError(f"it lacks {module}.weight, the kernel of a convolution")
    return found
