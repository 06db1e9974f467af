import numpy as np
import pytest
from keras import ops

from kerasgan.networks.perceptual import perceptual_features

pytestmark = pytest.mark.any_backend
GREY = np.random.default_rng(0).uniform(-1, 1, (2, 64, 64, 1)).astype("float32")


def test_gives_the_pixels_and_maps_of_unit_length():
    network = perceptual_features("efficientnet_lite0", 1)
    pixels, *maps = map(ops.convert_to_numpy, network(GREY))
    np.testing.assert_array_equal(pixels, GREY)
    shapes = [(2, 16, 16, 24), (2, 8, 8, 40), (2, 4, 4, 112), (2, 2, 2, 320)]
    assert [x.shape for x in maps] == shapes
    for x in maps:
        np.testing.assert_allclose(np.square(x).sum(axis=-1), 1, atol=1e-4)
    assert not network.trainable_weights
    coloured = perceptual_features("efficientnet_lite0", 3)(GREY.repeat(3, axis=-1))[1:]
    for a, b in zip(maps, map(ops.convert_to_numpy, coloured), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_refuses_channels_that_no_photo_has():
    with pytest.raises(ValueError, match="1 or 3 channels. Received: channels=2"):
        perceptual_features("efficientnet_lite0", 2)
