import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan as kg
from kerasgan.networks.patch_features import projection_heads, tapped

pytestmark = pytest.mark.any_backend
IMAGES = np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, 1)).astype("float32")


def arrays(tensors):
    return [ops.convert_to_numpy(tensor) for tensor in tensors]


def test_features_are_those_of_the_papers_layers():
    network = kg.networks.resnet_translator(1, 1, filters=2, blocks=9)
    translate, encode = tapped(network)
    made, *features = arrays(translate(IMAGES))
    np.testing.assert_array_equal(made, ops.convert_to_numpy(network(IMAGES)))
    strided = [x for x in network.layers if isinstance(x, kg.layers.Conv2D) and x.strides[0] == 2]
    sums = [layer for layer in network.layers if isinstance(layer, layers.Add)]
    assert (len(strided), len(sums)) == (2, 9)
    chosen = [*strided, sums[0], sums[4]]  # both downsampling ones, the first block and the fifth
    want = arrays(keras.Model(network.input, [layer.output for layer in chosen])(IMAGES))
    for encoded in (features, arrays(encode(IMAGES))):
        for a, b in zip(encoded, want, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("blocks, count", [(1, 3), (2, 4), (6, 4)])
def test_fewer_blocks_give_the_first_and_the_middle(blocks, count):
    _, encode = tapped(kg.networks.resnet_translator(1, 1, filters=2, blocks=blocks))
    assert len(encode(IMAGES)) == count


def test_features_of_a_unet_are_those_of_its_strides():
    _, encode = tapped(kg.networks.unet_translator(1, 1, 3, filters=2))
    assert [x.shape[1] for x in encode(IMAGES)] == [8, 4, 2]


def test_refuses_a_network_without_features():
    plain = keras.Sequential([keras.Input((None, None, 1)), layers.Conv2D(1, 1)])
    with pytest.raises(ValueError, match="convolutions with strides.*Received: generator="):
        tapped(plain)

    class Subclassed(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(ValueError, match="functional API.*Received: generator="):
        tapped(Subclassed())


def test_heads_are_perceptrons_of_two_layers():
    heads = projection_heads([3, 8], 5)
    assert heads.count_params() == (3 + 1) * 5 + (8 + 1) * 5 + 2 * (5 + 1) * 5
    a, b = np.ones((2, 4, 3), "float32"), np.ones((2, 6, 8), "float32")
    assert [tuple(x.shape) for x in heads([a, b])] == [(2, 4, 5), (2, 6, 5)]
    w = heads.get_weights()
    first = [x for x in w if x.shape == (3, 5)][0]
    hidden = np.maximum(a @ first, 0)
    got = ops.convert_to_numpy(heads([a, b])[0])
    second = [x for x in w if x.shape == (5, 5) and np.allclose(hidden @ x, got, atol=1e-5)]
    assert len(second) == 1
