import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.networks.normalization import normalized

pytestmark = pytest.mark.any_backend


def network(normalization):
    x = keras.Input((None, None, 3))
    return keras.Model(x, normalized(keras.layers.Identity()(x), normalization))


IMAGES = np.random.default_rng(0).normal(2, 3, size=(2, 6, 4, 3)).astype("float32")


@pytest.mark.parametrize("name, axes", [("instance", (1, 2)), ("batch", (0, 1, 2))])
def test_mean_and_variance_are_taken_over_these_axes(name, axes):
    model = network(name)
    y = ops.convert_to_numpy(model(IMAGES, training=True))
    mean, variance = IMAGES.mean(axes, keepdims=True), IMAGES.var(axes, keepdims=True)
    gamma = model.layers[-1].get_weights()[0] if name == "batch" else 1
    want = (IMAGES - mean) / np.sqrt(variance + 1e-5) * gamma
    np.testing.assert_allclose(y, want, rtol=1e-4, atol=1e-5)


def test_weights_and_statistics():
    assert network("instance").count_params() == 0
    layer = network("batch").layers[-1]
    gamma, beta, mean, variance = layer.get_weights()
    assert 0 < np.abs(gamma - 1).max() < 0.1 and not beta.any()
    layer(IMAGES, training=True)
    np.testing.assert_allclose(layer.get_weights()[2], 0.1 * IMAGES.mean((0, 1, 2)), rtol=1e-4)


def test_no_normalization_changes_nothing():
    np.testing.assert_array_equal(ops.convert_to_numpy(network(None)(IMAGES)), IMAGES)


def test_unknown_normalization_is_refused():
    message = "'instance', 'batch' or None. Received: normalization='layer'"
    with pytest.raises(ValueError, match=message):
        network("layer")
