"""The layer must be Keras's own in every number, first and second derivatives included."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import BatchNormalization
from tests.layers.derivatives import derivatives

RNG = np.random.default_rng(0)


def normal(*shape):
    return RNG.standard_normal(shape).astype("float32")


def pair(shape, dtype="float32", **settings):
    """Our layer and Keras's with the same weights."""
    both = [
        cls(momentum=0.7, epsilon=1e-3, dtype=dtype, **settings)
        for cls in (BatchNormalization, keras.layers.BatchNormalization)
    ]
    for layer in both:
        layer.build(shape)
    weights = [np.abs(normal(*w.shape)) + 0.5 for w in both[0].weights]
    for layer in both:
        layer.set_weights(weights)
    return both


@pytest.mark.parametrize("shape", [(6, 3), (4, 5, 2, 3)])
@pytest.mark.parametrize("settings", [{}, {"scale": False}, {"center": False, "scale": False}])
def test_all_derivatives_and_statistics_are_those_of_keras_layer(shape, settings):
    both = pair(shape, **settings)
    inputs, weighting = 2 + 3 * normal(*shape), ops.convert_to_tensor(normal(*shape))
    numbers = [derivatives(layer, inputs, weighting, training=True) for layer in both]
    for mine, stock in zip(*numbers, strict=True):
        np.testing.assert_allclose(mine, stock, rtol=1e-3, atol=1e-4 * np.abs(stock).max())
    before = both[0].get_weights()
    for layer in both:
        layer(inputs, training=True)
    for mine, stock in zip(*(layer.get_weights() for layer in both), strict=True):
        np.testing.assert_allclose(mine, stock, rtol=1e-5)
    moved = [not np.array_equal(a, b) for a, b in zip(before, both[0].get_weights(), strict=True)]
    assert moved == [not w.trainable for w in both[0].weights]


@pytest.mark.parametrize("training", [False, None])
def test_inference_is_keras_own(training):
    both = pair((4, 5, 2, 3))
    inputs = normal(4, 5, 2, 3)
    mine, stock = (ops.convert_to_numpy(layer(inputs, training=training)) for layer in both)
    np.testing.assert_array_equal(mine, stock)


@pytest.mark.parametrize(
    "dtype, tolerance", [("float64", 1e-12), ("mixed_float16", 4e-3), ("mixed_bfloat16", 3e-2)]
)
def test_the_layer_computes_in_its_own_dtype(dtype, tolerance):
    both = pair((8, 4, 4, 3), dtype)
    inputs = normal(8, 4, 4, 3)
    mine, stock = (layer(inputs, training=True) for layer in both)
    assert mine.dtype == stock.dtype
    mine, stock = (ops.convert_to_numpy(ops.cast(x, "float64")) for x in (mine, stock))
    np.testing.assert_allclose(mine, stock, atol=tolerance * np.abs(stock).max())
    # the half-precision inputs are rounded before their statistics are taken, in both
    for a, b in zip(*(layer.get_weights() for layer in both), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)


def test_statistics_stay_if_the_layer_is_not_trained():
    layer, _ = pair((6, 3))
    layer.trainable = False
    before = layer.get_weights()
    layer(normal(6, 3), training=True)
    for a, b in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
