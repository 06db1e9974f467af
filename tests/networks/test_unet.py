import math

import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasgan.layers import NoiseDropout
from kerasgan.networks import unet, unet_translator

pytestmark = pytest.mark.any_backend


def images(height, width, channels=1):
    rng = np.random.default_rng(0)
    return rng.uniform(-1, 1, (1, height, width, channels)).astype("float32")


def parameters(depth, i, o, filters=64):
    """Kernels, two for each channel that is batch normalised, and the last biases."""
    widths = [filters * min(2**k, 8) for k in range(depth)]
    down = sum(a * b for a, b in zip([i, *widths], widths, strict=False))
    up = widths[-1] * widths[-2] + sum(
        2 * a * b for a, b in zip(widths[:-1], [o, *widths[:-2]], strict=True)
    )
    return 16 * (down + up) + 2 * (sum(widths[1:-1]) + sum(widths[:-1])) + o


def trained_count(network):
    return sum(math.prod(w.shape) for w in network.trainable_weights)


def test_parameters_are_those_of_the_published_network(monkeypatch):
    assert parameters(8, 3, 3) == 54_413_955  # 54.414 M in the authors' PyTorch code
    monkeypatch.setattr(unet, "RandomNormal", lambda **_: "zeros")  # JAX draws them for 20 seconds
    assert trained_count(unet.unet_translator(3, 3)) == 54_413_955


def test_initial_weights():
    network = unet_translator(3, 3, depth=3, filters=32)
    convs = [x for x in network.layers if isinstance(x, (layers.Conv2D, layers.Conv2DTranspose))]
    for layer in convs:
        kernel = layer.get_weights()[0]
        assert abs(kernel.std() - 0.02) < 0.002 and abs(kernel.mean()) < 0.002
    assert not convs[-1].get_weights()[1].any()


@pytest.mark.parametrize("depth", [2, 5, 7])
def test_parameters_at_other_depths(depth):
    assert trained_count(unet_translator(2, 1, depth, filters=2)) == parameters(depth, 2, 1, 2)


def test_any_size_of_its_multiple():
    network = unet_translator(1, 3, depth=3, filters=2)
    for size in ((8, 8), (16, 40)):
        y = ops.convert_to_numpy(network(50 * images(*size)))
        assert y.shape == (1, *size, 3) and y.dtype == "float32" and np.abs(y).max() <= 1


def test_maps_halve_and_double():
    network = unet_translator(1, 1, depth=3, filters=2)
    kinds = ("Conv2D", "Concatenate")
    maps = [x.output for x in network.operations if type(x).__name__ in kinds]
    shapes = [tuple(x.shape[1:]) for x in keras.Model(network.input, maps)(images(16, 24))]
    assert shapes == [(8, 12, 2), (4, 6, 4), (2, 3, 8), (4, 6, 8), (8, 12, 4)]


def test_a_size_that_the_strides_do_not_divide_is_refused():
    network = unet_translator(1, 1, depth=3, filters=2)
    assert network(keras.KerasTensor((1, 16, 24, 1))).shape == (1, 16, 24, 1)
    for size in ((18, 24), (16, 20)):
        with pytest.raises(ValueError):
            network(keras.KerasTensor((1, *size, 1)))


def test_skip_connections_carry_what_the_innermost_map_does_not():
    network = unet_translator(1, 1, depth=3, filters=4, normalization=None)
    innermost = next(x for x in network.layers if isinstance(x, layers.Conv2DTranspose))
    for layer in network.layers:
        layer.set_weights([5 * w for w in layer.get_weights()])
    weights = innermost.get_weights()
    innermost.set_weights([np.zeros_like(w) for w in weights])
    x = images(16, 16)
    other = x.copy()
    other[0, 4, 4] += 1

    def change():
        return np.abs(ops.convert_to_numpy(network(other)) - ops.convert_to_numpy(network(x)))

    # Pixel 4 is in windows 1 and 2 of the first convolution, these in 0 and 1 of the second. Back
    # through the skips that is pixels 0 to 4 of the first map and 0 to 10 of the image.
    assert change()[0, :11, :11].max() > 1e-6
    assert change()[0, 11:].max() == 0 and change()[0, :, 11:].max() == 0
    innermost.set_weights(weights)
    assert change()[0, 11:15, 11:15].max() > 1e-6


@pytest.mark.parametrize("depth, count", [(5, 0), (6, 1), (8, 3)])
def test_dropout_follows_the_full_width_blocks_but_the_innermost(depth, count):
    network = unet_translator(1, 1, depth, filters=1, seed=10)
    drops = [x for x in network.layers if isinstance(x, layers.Dropout)]
    assert [x.output.shape[-1] for x in drops] == [8] * count
    assert len({x.seed for x in drops}) == count and None not in {x.seed for x in drops}
    kinds = [type(x).__name__ for x in network.layers]
    if count:  # not after the first transposed convolution, the innermost, but after the second
        transposed = [i for i, kind in enumerate(kinds) if kind == "Conv2DTranspose"]
        assert transposed[1] < kinds.index("Dropout") < transposed[2]
    assert "Dropout" not in {
        type(x).__name__ for x in unet_translator(1, 1, depth, filters=1, dropout=0).layers
    }


@pytest.mark.parametrize("noise", [False, True])
def test_noise_in_inference(noise, tmp_path):
    network = unet_translator(1, 1, depth=6, filters=4, noise=noise, seed=0)
    for layer in network.layers:
        if isinstance(layer, (layers.Conv2D, layers.Conv2DTranspose)):
            layer.set_weights([4 * w for w in layer.get_weights()])
    x = images(64, 64)
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    for model in (network, loaded):
        first, second = (model.predict(x, verbose=0) for _ in range(2))
        assert np.array_equal(first, second) is not noise
    assert sum(isinstance(x, NoiseDropout) for x in loaded.layers) == noise
    if not noise:
        np.testing.assert_array_equal(first, network.predict(x, verbose=0))
    trained = [ops.convert_to_numpy(network(x, training=True)) for _ in range(2)]
    assert not np.array_equal(*trained)


@pytest.mark.parametrize("normalization", ["instance", "batch", None])
def test_normalization_and_biases(normalization):
    network = unet_translator(1, 1, depth=4, filters=1, normalization=normalization)
    names = [type(x).__name__ for x in network.layers]
    count = 2 + 3  # neither the outermost maps nor the innermost
    assert names.count("GroupNormalization") == count * (normalization == "instance")
    assert names.count("BatchNormalization") == count * (normalization == "batch")
    convs = [x for x in network.layers if isinstance(x, (layers.Conv2D, layers.Conv2DTranspose))]
    assert [x.use_bias for x in convs] == [normalization != "batch"] * 7 + [True]


@pytest.mark.parametrize("kwargs", [{"depth": 5}, {"dropout": 0}])
def test_noise_without_dropout_is_refused(kwargs):
    with pytest.raises(ValueError, match="from depth 6 on. Received: noise=True, depth="):
        unet_translator(3, 3, noise=True, **kwargs)


def test_no_depth_is_refused():
    with pytest.raises(ValueError, match="Received: depth=1"):
        unet_translator(3, 3, depth=1)
    with pytest.raises(ValueError, match="Received: normalization='layer'"):
        unet_translator(3, 3, depth=3, filters=1, normalization="layer")
