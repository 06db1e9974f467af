import numpy as np
import pytest
from keras import ops

from kerasgan.layers.resampling import Downsample, Upsample


def test_upsampling_by_hand():
    """[1, 3, 3, 1] / 4 along each side: between two pixels 3 to 1, zeros outside."""
    x = np.array([[16.0, 0.0], [0.0, 32.0]], "float32")
    along = np.array([[3, 0], [3, 1], [1, 3], [0, 3]]) / 4
    y = ops.convert_to_numpy(Upsample()(x[None, :, :, None]))[0, :, :, 0]
    np.testing.assert_allclose(y, along @ x @ along.T)
    np.testing.assert_allclose(y[0], [9, 9, 3, 0])
    np.testing.assert_allclose(y[1, 1], 9 + 2)


def test_downsampling_by_hand():
    """[1, 3, 3, 1] / 8 along each side."""
    x = np.arange(16, dtype="float32").reshape(4, 4)
    along = np.array([[3, 3, 1, 0], [0, 1, 3, 3]]) / 8
    y = ops.convert_to_numpy(Downsample()(x[None, :, :, None]))[0, :, :, 0]
    np.testing.assert_allclose(y, along @ x @ along.T, rtol=1e-6)
    # Row sums of the corner: 3*0 + 3*1 + 2 = 5, 3*4 + 3*5 + 6 = 33, 3*8 + 3*9 + 10 = 61.
    np.testing.assert_allclose(y[0, 0], (3 * 5 + 3 * 33 + 61) / 64)


def test_resampling_is_the_authors():
    torch = pytest.importorskip("torch")
    kernel = torch.outer(*[torch.tensor([1.0, 3.0, 3.0, 1.0])] * 2)[None, None] / 64
    x = np.random.default_rng(0).normal(size=(2, 6, 8, 1)).astype("float32")
    channels_first = torch.tensor(x).permute(0, 3, 1, 2)
    up = torch.nn.functional.conv_transpose2d(channels_first, 4 * kernel, stride=2, padding=1)
    down = torch.nn.functional.conv2d(channels_first, kernel, stride=2, padding=1)
    for layer, expected in ((Upsample(), up), (Downsample(), down)):
        y = ops.convert_to_numpy(layer(x))
        np.testing.assert_allclose(y, expected.permute(0, 2, 3, 1).numpy(), atol=1e-6)
        assert layer.compute_output_shape(x.shape) == y.shape
