import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import ReflectionPadding2D


@pytest.mark.parametrize("padding", [1, 3])
def test_pads_as_numpy_does(padding):
    x = np.random.default_rng(0).normal(size=(2, 4, 6, 3)).astype("float32")
    around = (padding, padding)
    want = np.pad(x, [(0, 0), around, around, (0, 0)], mode="reflect")
    np.testing.assert_array_equal(ops.convert_to_numpy(ReflectionPadding2D(padding)(x)), want)


def test_unknown_sizes_stay_unknown():
    assert ReflectionPadding2D(3)(keras.Input((None, 8, 2))).shape == (None, None, 14, 2)


def test_saved_model_gives_the_same(tmp_path):
    x = np.random.default_rng(0).normal(size=(1, 5, 4, 2)).astype("float32")
    model = keras.Sequential([keras.Input((None, None, 2)), ReflectionPadding2D(2)])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.layers[0].padding == 2
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), model.predict(x, verbose=0))


def test_half_precision_is_kept():
    x = np.ones((1, 4, 4, 1), "float32")
    y = ReflectionPadding2D(1, dtype="mixed_bfloat16")(x)
    assert keras.backend.standardize_dtype(y.dtype) == "bfloat16" and y.shape == (1, 6, 6, 1)


def test_images_too_small_to_mirror_are_refused():
    layer = ReflectionPadding2D(3)
    for images in (np.zeros((1, 4, 3, 1), "float32"), keras.KerasTensor((1, 4, 3, 1))):
        with pytest.raises(ValueError, match=r"the padding, 3,.* input_shape=\(1, 4, 3, 1\)"):
            layer(images)


@pytest.mark.parametrize("padding", [0, 1.5, (1, 1)])
def test_no_padding_is_refused(padding):
    with pytest.raises(ValueError, match="`padding` must be a whole number, at least 1"):
        ReflectionPadding2D(padding)
