import numpy as np
import pytest
from keras import ops

from kerasgan.layers import grouped_convolution
from kerasgan.layers.grouped_convolution import GroupedConv2D


@pytest.mark.parametrize("natively", [True, False])
def test_grouped_convolution_by_hand(natively, monkeypatch):
    monkeypatch.setattr(grouped_convolution, "_grouped_natively", lambda: natively)
    layer = GroupedConv2D(4, 1, groups=2, use_bias=False)
    layer.build((None, 1, 1, 4))
    kernel = np.array([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]])
    layer.set_weights([kernel[None, None]])
    y = layer(np.array([1.0, 10.0, 100.0, 1000.0], "float32").reshape(1, 1, 1, 4))
    # Outputs 0 and 1 from inputs 0 and 1, outputs 2 and 3 from inputs 2 and 3.
    assert ops.convert_to_numpy(y).ravel().tolist() == [51, 62, 7300, 8400]


def test_grouped_convolution_does_not_depend_on_the_device(monkeypatch):
    layer = GroupedConv2D(12, 3, groups=3, padding="same", activation="leaky_relu")
    x = np.random.default_rng(0).normal(size=(2, 5, 6, 6)).astype("float32")
    outputs = []
    for natively in (True, False):
        monkeypatch.setattr(
            grouped_convolution, "_grouped_natively", lambda natively=natively: natively
        )
        outputs.append(ops.convert_to_numpy(layer(x)))
    np.testing.assert_allclose(*outputs, rtol=1e-4, atol=1e-5)
