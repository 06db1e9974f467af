import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import PixelShuffle


@pytest.mark.parametrize("factor", [2, 3])
def test_each_channel_goes_to_its_place(factor):
    n, height, width, channels = 2, 3, 4, 5
    x = np.random.default_rng(0).normal(size=(n, height, width, factor**2 * channels))
    want = np.empty((n, height * factor, width * factor, channels), "float32")
    for row in range(factor):
        for column in range(factor):
            first = (row * factor + column) * channels
            want[:, row::factor, column::factor] = x[..., first : first + channels]
    got = PixelShuffle(factor)(x.astype("float32"))
    np.testing.assert_array_equal(ops.convert_to_numpy(got), want)


def test_unknown_sizes_stay_unknown():
    assert PixelShuffle(2)(keras.Input((None, 8, 12))).shape == (None, None, 16, 3)


def test_saved_model_gives_the_same(tmp_path):
    x = np.random.default_rng(0).normal(size=(1, 3, 2, 9)).astype("float32")
    model = keras.Sequential([keras.Input((None, None, 9)), PixelShuffle(3)])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    y = loaded.predict(x, verbose=0)
    assert y.shape == (1, 9, 6, 1)
    np.testing.assert_array_equal(y, model.predict(x, verbose=0))


def test_channels_that_make_no_whole_block_are_refused():
    with pytest.raises(ValueError, match=r"2² = 4.* Received: input_shape=\(1, 2, 2, 6\)"):
        PixelShuffle(2)(np.zeros((1, 2, 2, 6), "float32"))


@pytest.mark.parametrize("factor", [1, float("nan"), 2.5])
def test_factor_that_changes_nothing_or_is_not_whole_is_refused(factor):
    with pytest.raises(ValueError, match=f"at least 2. Received: factor={factor}"):
        PixelShuffle(factor)
