import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasgan.networks import resnet_translator
from kerasgan.networks.resnet_translator import LEAST_SIZE, SIZE_MULTIPLE
from kerasgan.networks.sizes import check_size

pytestmark = pytest.mark.any_backend


def conv(i, o, k=3):
    return k * k * i * o + o


def test_parameters_are_those_of_the_published_network():
    ends = conv(3, 64, 7) + conv(64, 3, 7)
    halvings = conv(64, 128) + conv(128, 256)
    doublings = conv(256, 128) + conv(128, 64)
    total = ends + halvings + 9 * 2 * conv(256, 256) + doublings
    assert total == 11_378_179  # 11.378 M in CycleGAN's own code
    network = resnet_translator(3, 3)
    assert network.count_params() == total

    kernel = network.layers[-1].get_weights()[0]
    assert abs(kernel.std() - 0.02) < 0.001 and abs(kernel.mean()) < 0.001
    biases = [w for w in network.weights if w.path.endswith("bias")]
    assert len(biases) == 24
    assert not any(np.any(ops.convert_to_numpy(bias)) for bias in biases)


@pytest.mark.parametrize("blocks", [0, 6])
def test_blocks_and_filters(blocks):
    network = resnet_translator(1, 4, filters=2, blocks=blocks)
    ends = conv(1, 2, 7) + conv(2, 4) + conv(4, 8) + conv(8, 4) + conv(4, 2) + conv(2, 4, 7)
    assert network.count_params() == ends + blocks * 2 * conv(8, 8)


@pytest.mark.parametrize("size", [(8, 8), (16, 36), (32, 12)])
def test_any_size_of_its_multiple(size):
    network = resnet_translator(1, 3, filters=2, blocks=1)
    check_size((*size, 1), SIZE_MULTIPLE, LEAST_SIZE)
    assert network.output_shape == (None, None, None, 3)
    images = ops.convert_to_numpy(network(np.full((2, *size, 1), 50.0, "float32")))
    assert images.shape == (2, *size, 3) and images.dtype == "float32"
    assert np.abs(images).max() <= 1


def test_maps_within():
    network = resnet_translator(1, 1, filters=2, blocks=2)
    maps = keras.Model(network.input, [x.output for x in network.layers if x.weights])
    shapes = [tuple(x.shape[1:]) for x in maps(np.zeros((1, 16, 24, 1), "float32"))]
    assert shapes == [
        (16, 24, 2),
        (8, 12, 4),
        *[(4, 6, 8)] * 5,
        (8, 12, 4),
        (16, 24, 2),
        (16, 24, 1),
    ]


def test_blocks_add_to_what_they_are_given():
    """With the last kernel of every block at zero the blocks change nothing."""
    network = resnet_translator(1, 1, filters=2, blocks=2)
    plain = resnet_translator(1, 1, filters=2, blocks=0)
    kernels = [x for x in network.layers if isinstance(x, layers.Conv2D)]
    for layer in (kernels[4], kernels[6]):
        layer.set_weights([np.zeros_like(w) for w in layer.get_weights()])
    ends = [x for x in network.layers if x.weights]
    for layer, other in zip(
        [*ends[:3], *ends[7:]], [x for x in plain.layers if x.weights], strict=True
    ):
        other.set_weights(layer.get_weights())
    x = np.random.default_rng(0).normal(size=(1, 16, 16, 1)).astype("float32")
    want = ops.convert_to_numpy(plain(x))
    np.testing.assert_allclose(ops.convert_to_numpy(network(x)), want, atol=1e-6)
    assert np.ptp(want) > 1e-3


@pytest.mark.parametrize("normalization", ["instance", "batch", None])
def test_normalization(normalization):
    network = resnet_translator(1, 1, filters=2, blocks=1, normalization=normalization)
    names = [type(x).__name__ for x in network.layers]
    count = 5 + 2  # all convolutions but the last
    assert names.count("GroupNormalization") == count * (normalization == "instance")
    assert names.count("BatchNormalization") == count * (normalization == "batch")
    convs = [x for x in network.layers if isinstance(x, (layers.Conv2D, layers.Conv2DTranspose))]
    assert [x.use_bias for x in convs] == [normalization != "batch"] * count + [True]


def test_saved_model_gives_the_same(tmp_path):
    network = resnet_translator(3, 1, filters=2, blocks=1)
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    x = np.random.default_rng(0).normal(size=(1, 12, 8, 3)).astype("float32")
    np.testing.assert_array_equal(ops.convert_to_numpy(loaded(x)), ops.convert_to_numpy(network(x)))


def test_unknown_normalization_is_refused():
    with pytest.raises(ValueError, match="Received: normalization='layer'"):
        resnet_translator(3, 3, normalization="layer")
