import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import SoftThreshold

X = np.random.default_rng(0).normal(size=(2, 4, 6, 3)).astype("float32")


def test_threshold_is_taken_off_in_inference_only():
    layer = SoftThreshold(0.3)
    want = np.sign(X) * np.maximum(np.abs(X) - 0.3, 0)
    np.testing.assert_allclose(ops.convert_to_numpy(layer(X)), want, atol=1e-7)
    np.testing.assert_array_equal(ops.convert_to_numpy(layer(X, training=True)), X)


def test_saved_model_gives_the_same(tmp_path):
    model = keras.Sequential([keras.Input((None, None, 3)), SoftThreshold(0.5)])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert loaded.layers[0].threshold == 0.5 and loaded.output_shape == (None, None, None, 3)
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), model.predict(X, verbose=0))


def test_negative_threshold_is_refused():
    with pytest.raises(ValueError, match="at least 0. Received: threshold=-1"):
        SoftThreshold(-1)
