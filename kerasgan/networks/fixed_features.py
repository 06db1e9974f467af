"""Trained networks whose maps others are trained by: their names, and whether they are there."""

import keras
import numpy as np
from keras import ops

from kerasgan.networks.efficientnet import efficientnet_maps, weights_file

FEATURES = {"efficientnet_lite0": efficientnet_maps}


def check_known(network: keras.Model) -> None:
    """Refuse to train by features whose weights are not there.

    Args:
        network: a model that holds one of `FEATURES`.

    Raises:
        ImportError: if they are in a package that is missing.
    """
    if any(np.isnan(ops.convert_to_numpy(w)).any() for w in network.weights):
        weights_file()  # whose error says what to do
