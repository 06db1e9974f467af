"""The Inception network of 2015 that the usual FID, KID and Inception score are made with."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np
from keras import layers

from kerasgan.metrics.extractors.extractor import Extractor
from kerasgan.networks.folding import FoldedConvolutions
from kerasgan.utils.files import expanded
from kerasgan.utils.torch_file import read_weights

FILE = "weights-inception-2015-12-05-6726825d.pth"
URL = f"https://github.com/toshas/torch-fidelity/releases/download/v0.2.0/{FILE}"
SHA256 = "6726825d0af5f729cebd5821db510b11b1cfad8faad88a03f1befd49fb9129b2"
VARIABLE = "KERASGAN_WEIGHTS"
SIZE = (299, 299)
LEVELS = (128.0, 128.0)


def inception(folder: str | os.PathLike | None = None) -> Extractor:
    """The extractor of the usual FID: 2048 features, 1008 classes.

    The network is that of Szegedy et al. 2015, Rethinking the Inception Architecture for Computer
    Vision, arXiv:1512.00567, as the graph `inception-2015-12-05` of TensorFlow has it, which
    Salimans et al. 2016 (arXiv:1606.03498) and Heusel et al. 2017 (arXiv:1706.08500) scored with,
    in the numbers of the library torch-fidelity: features are the last pooling's, and the
    probabilities leave out the last layer's bias, as the Inception score's own code does. Images
    are rounded to 8 bits, resized to 299x299 as TensorFlow 1 did, and each level x becomes
    (x - 128) / 128.

    Args:
        folder: str or path-like that holds the weights, the file
            `weights-inception-2015-12-05-6726825d.pth` of torch-fidelity (96 MB); by default the
            one that the environment variable KERASGAN_WEIGHTS names, else `~/.keras/kerasgan`, to
            where they are downloaded.

    Returns:
        An `Extractor`.

    Raises:
        ValueError: if the weights are damaged, or not there and not to be downloaded.
    """
    path = find(folder or os.environ.get(VARIABLE))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if sha256 != SHA256:
        raise ValueError(f"{path} is damaged: its sha256 is not {SHA256}. Received: {sha256=}")
    model, head = build(read_weights(path))
    return Extractor(
        model, "inception", head=head, size=SIZE, resize="tf1", levels=LEVELS, weights=sha256
    )


def find(folder: str | os.PathLike | None = None) -> Path:
    """The path of the weights in a folder, or None to download them once; see `inception`."""
    if folder is not None:
        path = expanded(folder) / FILE
        if not path.is_file():
            raise ValueError(
                f"There is no {FILE}, which is to be had from {URL}. Received: {folder=}"
            )
        return path
    try:
        return Path(keras.utils.get_file(FILE, URL, file_hash=SHA256, cache_subdir="kerasgan"))
    except Exception as error:  # urllib, http and Keras each have their own
        raise ValueError(
            f"Inception's weights could not be downloaded ({error}); put the file of {URL} into a "
            f"folder and name it by {VARIABLE}, or score with another extractor, such as "
            f"'efficientnet_lite0'. Received: {VARIABLE}={os.environ.get(VARIABLE)}"
        ) from error


def build(state: Mapping[str, np.ndarray]) -> tuple[keras.Model, keras.Layer]:
    """The network with weights of `read_weights`, its batch norms folded into the convolutions.

    Returns:
        A Functional model, `(n, h, w, 3)` to features `(n, 2048)`, and a Dense layer without bias
        from these to logits `(n, 1008)`.
    """
    folded = FoldedConvolutions(state)
    plain = {"dtype": "float32"}

    def convolve(x, name, strides=1, padding="same"):
        return folded(x, f"{name}.conv", f"{name}.bn", strides, padding, activation="relu")

    def chain(x, block, *names):
        for name in names:
            x = convolve(x, f"{block}.{name}")
        return x

    def shrink(x):
        return layers.MaxPooling2D(3, 2, **plain)(x)

    def mean(x):  # of what lies inside of the image
        return layers.AveragePooling2D(3, 1, padding="same", **plain)(x)

    def join(*branches):
        return layers.Concatenate(**plain)(branches)

    def block_a(x, block):
        return join(
            chain(x, block, "branch1x1"),
            chain(x, block, "branch5x5_1", "branch5x5_2"),
            chain(x, block, "branch3x3dbl_1", "branch3x3dbl_2", "branch3x3dbl_3"),
            chain(mean(x), block, "branch_pool"),
        )

    def block_b(x, block):
        deep = chain(x, block, "branch3x3dbl_1", "branch3x3dbl_2")
        return join(
            convolve(x, f"{block}.branch3x3", 2, "valid"),
            convolve(deep, f"{block}.branch3x3dbl_3", 2, "valid"),
            shrink(x),
        )

    def block_c(x, block):
        return join(
            chain(x, block, "branch1x1"),
            chain(x, block, *(f"branch7x7_{i}" for i in range(1, 4))),
            chain(x, block, *(f"branch7x7dbl_{i}" for i in range(1, 6))),
            chain(mean(x), block, "branch_pool"),
        )

    def block_d(x, block):
        short = chain(x, block, "branch3x3_1")
        deep = chain(x, block, *(f"branch7x7x3_{i}" for i in range(1, 4)))
        return join(
            convolve(short, f"{block}.branch3x3_2", 2, "valid"),
            convolve(deep, f"{block}.branch7x7x3_4", 2, "valid"),
            shrink(x),
        )

    def block_e(x, block, pool):
        short = chain(x, block, "branch3x3_1")
        deep = chain(x, block, "branch3x3dbl_1", "branch3x3dbl_2")
        return join(
            chain(x, block, "branch1x1"),
            *(chain(short, block, f"branch3x3_2{side}") for side in "ab"),
            *(chain(deep, block, f"branch3x3dbl_3{side}") for side in "ab"),
            chain(pool(x), block, "branch_pool"),
        )

    inputs = keras.Input((None, None, 3))
    x = convolve(inputs, "Conv2d_1a_3x3", 2, "valid")
    x = convolve(x, "Conv2d_2a_3x3", padding="valid")
    x = shrink(convolve(x, "Conv2d_2b_3x3"))
    x = convolve(x, "Conv2d_3b_1x1")
    x = shrink(convolve(x, "Conv2d_4a_3x3", padding="valid"))
    for name in ("Mixed_5b", "Mixed_5c", "Mixed_5d"):
        x = block_a(x, name)
    x = block_b(x, "Mixed_6a")
    for name in ("Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"):
        x = block_c(x, name)
    x = block_d(x, "Mixed_7a")
    x = block_e(x, "Mixed_7b", mean)
    x = block_e(x, "Mixed_7c", layers.MaxPooling2D(3, 1, padding="same", **plain))
    features = layers.GlobalAveragePooling2D(**plain)(x)
    kernel = state["fc.weight"].T
    head = layers.Dense(kernel.shape[1], use_bias=False, **plain)
    head.build(features.shape)
    head.set_weights([kernel])
    return keras.Model(inputs, features, name="inception"), head
