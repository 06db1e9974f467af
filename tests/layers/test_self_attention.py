import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import SelfAttention2D, SpectralNormalization
from tests.models.variants import moved, weights


def kernel(layer):
    """A 1x1 convolution as a matrix, divided by its σ if it is normalised."""
    if not isinstance(layer, SpectralNormalization):
        return np.array(layer.kernel)[0, 0]
    matrix = np.array(layer.layer.kernel)[0, 0]
    return matrix / np.linalg.norm(matrix @ np.array(layer.u))


def by_hand(layer, maps):
    """The paper's sums, place by place."""
    n, height, width, channels = maps.shape
    query, key, value, out = map(kernel, (layer.query, layer.key, layer.value, layer.out))
    result = np.empty(maps.shape)
    for image, made in zip(maps, result, strict=True):
        keys, values = [], []
        for i, j in np.ndindex(height // 2, width // 2):
            block = image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].reshape(4, channels)
            keys.append((block @ key).max(axis=0))
            values.append((block @ value).max(axis=0))
        for i, j in np.ndindex(height, width):
            products = np.array([image[i, j] @ query @ k for k in keys])
            shares = np.exp(products) / np.exp(products).sum()
            attended = sum(s * v for s, v in zip(shares, values, strict=True))
            made[i, j] = image[i, j] + float(np.array(layer.gamma)) * attended @ out
    return result


@pytest.mark.parametrize("spectral", [True, False])
@pytest.mark.parametrize("shape", [(2, 4, 6, 16), (1, 5, 3, 4)])
def test_equals_the_sums_by_hand(spectral, shape):
    maps = np.random.default_rng(0).normal(size=shape).astype("float32")
    layer = SelfAttention2D(spectral, "he_normal")
    layer.build(shape)
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(maps)), maps)  # γ is zero
    layer.gamma.assign(1.5)
    made = ops.convert_to_numpy(layer(maps))
    want = by_hand(layer, maps)
    assert np.abs(want - maps).max() > 0.1
    np.testing.assert_allclose(made, want, rtol=1e-4, atol=1e-5)


def test_power_iteration_runs_in_training_only():
    layer, maps = SelfAttention2D(), np.ones((1, 4, 4, 16), "float32")
    layer.build(maps.shape)
    start = weights(layer)
    layer(maps, training=False)
    assert not any(moved(start, weights(layer)))
    layer(maps, training=True)
    names = [w.path.split("/")[-1] for w in layer.weights]
    change = dict(zip(names, moved(start, weights(layer)), strict=False))
    assert change["u"] and not change["kernel"] and not change["gamma"]


@pytest.mark.any_backend
def test_widths_are_those_of_the_authors():
    layer = SelfAttention2D()
    layer.build((None, 32, 32, 64))
    shapes = sorted(tuple(w.shape) for w in layer.trainable_weights)
    assert shapes == [(), (1, 1, 32, 64), (1, 1, 64, 8), (1, 1, 64, 8), (1, 1, 64, 32)]


@pytest.mark.any_backend
def test_round_trips_by_its_config():
    layer = SelfAttention2D(False, keras.initializers.RandomNormal(stddev=0.02))
    again = keras.layers.deserialize(keras.layers.serialize(layer))
    assert not again.spectral and again.kernel_initializer.stddev == 0.02


@pytest.mark.any_backend
def test_maps_of_one_pixel_are_refused():
    with pytest.raises(ValueError, match="must be at least that. Received: input_shape="):
        SelfAttention2D().build((None, 1, 4, 8))
