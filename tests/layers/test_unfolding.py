"""Convolutions as matrix products must be Keras's own in every number, and taken where they pay."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import Conv2D, Conv2DTranspose, unfolding
from tests.layers.derivatives import derivatives
from tests.layers.test_convolution import GEOMETRIES, SMALL_MAP, STOCK, normal, pair

WAYS = {Conv2D: "convolve", Conv2DTranspose: "convolve_transposed"}


@pytest.fixture
def taken(monkeypatch):
    """Every convolution that can be one is a matrix product; the list has the outputs' shapes."""
    monkeypatch.setattr(unfolding, "LARGE", 0)
    monkeypatch.setattr(unfolding, "FEW", 1e9)
    return spy(monkeypatch)


def spy(monkeypatch):
    shapes = []

    def recorded(own):
        def way(*args):
            outputs = own(*args)
            shapes.append(outputs if outputs is None else tuple(outputs.shape))
            return outputs

        return way

    for name in WAYS.values():
        monkeypatch.setattr(unfolding, name, recorded(getattr(unfolding, name)))
    return shapes


@pytest.mark.parametrize(
    "settings, size",
    [
        *((settings, (7, 8)) for settings in GEOMETRIES if "dilation_rate" not in settings),
        *((settings, (3, 2)) for settings in SMALL_MAP if "dilation_rate" not in settings),
    ],
)
@pytest.mark.parametrize("cls", STOCK)
def test_all_derivatives_are_those_of_keras_layer(cls, settings, size, taken):
    mine, stock, images = pair(cls, settings, size=size)
    shape = mine.compute_output_shape(images.shape)
    weighting = ops.convert_to_tensor(normal(*shape))
    theirs = derivatives(stock, images, weighting)
    assert not taken
    ours = derivatives(mine, images, weighting)
    assert set(taken) == {tuple(shape)}
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5 * np.abs(b).max())


@pytest.mark.parametrize("more", [{"dilation_rate": 2}, {"groups": 2}])
def test_dilated_and_grouped_kernels_are_left_to_convolutions(more, taken):
    layer = Conv2D(4, 3, **more)
    layer(normal(1, 8, 8, 2))
    assert taken == [None]


@pytest.mark.parametrize(
    "maps, kernel, expected",
    [
        ((32, 4, 4, 1024), (4, 4, 512, 1024), True),  # the top of DCGAN's generator at 64 px
        ((64, 4, 4, 512), (3, 3, 512, 512), True),
        ((1, 7, 7, 512), (4, 4, 256, 512), True),  # the end of CycleGAN's discriminator, batch 1
        ((32, 8, 8, 512), (4, 4, 256, 512), False),
        ((1, 16, 16, 256), (3, 3, 256, 256), False),
        ((2, 4, 4, 64), (3, 3, 64, 64), False),  # too small for the copies to pay
    ],
)
def test_it_pays_where_large_kernels_see_few_pixels(maps, kernel, expected):
    layer = Conv2D(kernel[3], kernel[:2], 2, "same")
    assert unfolding.pays(layer, maps, kernel) is expected


@pytest.mark.parametrize("way", WAYS.values())
def test_maps_without_a_number_are_left_to_convolutions(way):
    layer = Conv2D(1024, 4, 2, "same")
    assert (
        getattr(unfolding, way)(layer, keras.Input((4, 4, 512)), np.ones((4, 4, 512, 512))) is None
    )


@pytest.mark.parametrize("cls, strides, side", [(Conv2D, 2, 8), (Conv2DTranspose, 2, 4)])
def test_a_layer_takes_it_by_itself(cls, strides, side, monkeypatch):
    shapes = spy(monkeypatch)
    channels = (160, 256) if cls is Conv2D else (256, 160)
    settings = {"filters": channels[1], "kernel_size": 4, "strides": strides, "padding": "same"}
    mine, stock = cls(**settings), STOCK[cls](**settings)
    images = normal(2, side, side, channels[0])
    outputs = mine(images)
    stock.build(images.shape)
    stock.set_weights(mine.get_weights())
    assert shapes == [tuple(outputs.shape)]
    np.testing.assert_allclose(
        *map(ops.convert_to_numpy, (outputs, stock(images))), rtol=1e-4, atol=1e-5
    )
