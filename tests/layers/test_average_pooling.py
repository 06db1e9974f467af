"""It must be Keras's own in every number."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import AveragePooling2D
from tests.layers.derivatives import derivatives

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    "settings",
    [
        {"pool_size": 2},
        {"pool_size": (3, 2)},
        {"pool_size": 3, "strides": 2},
        {"pool_size": 3, "strides": 1, "padding": "same"},
    ],
)
def test_all_derivatives_are_those_of_keras_layer(settings):
    images = RNG.standard_normal((2, 7, 6, 3)).astype("float32")
    mine, stock = AveragePooling2D(**settings), keras.layers.AveragePooling2D(**settings)
    shape = stock.compute_output_shape(images.shape)
    weighting = ops.convert_to_tensor(RNG.standard_normal(shape).astype("float32"))
    for a, b in zip(*(derivatives(x, images, weighting) for x in (mine, stock)), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
