import keras
import numpy as np
from keras import ops

from kerasgan.layers import NoiseDropout

ONES = np.ones((4, 1000), "float32")


def test_drops_its_share_and_scales_the_rest_in_inference():
    y = ops.convert_to_numpy(NoiseDropout(0.2, seed=0)(ONES, training=False))
    np.testing.assert_allclose(np.unique(y), [0, 1.25])
    assert abs((y == 0).mean() - 0.2) < 0.03  # five standard deviations


def test_each_prediction_draws_anew_and_the_seed_repeats_them():
    def draws(seed):
        model = keras.Sequential([keras.Input((1000,)), NoiseDropout(0.5, seed=seed)])
        return [model.predict(ONES, verbose=0) for _ in range(2)]

    first, second = draws(3)
    assert 0.4 < (first != second).mean() < 0.6
    for want, got in zip((first, second), draws(3), strict=True):
        np.testing.assert_array_equal(want, got)
    assert (first != draws(4)[0]).any()


def test_saved_model_still_draws(tmp_path):
    model = keras.Sequential([keras.Input((1000,)), NoiseDropout(0.5, seed=7)])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert (loaded.layers[0].rate, loaded.layers[0].seed) == (0.5, 7)
    assert abs((loaded.predict(ONES, verbose=0) == 0).mean() - 0.5) < 0.05
