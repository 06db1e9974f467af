import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.layers import CategoricalCodes


def test_the_greatest_of_each_group_is_one_and_the_rest_is_left_alone():
    latents = np.random.default_rng(0).normal(size=(50, 9)).astype("float32")
    made = ops.convert_to_numpy(CategoricalCodes((4, 3))(latents))
    np.testing.assert_array_equal(made[:, :4], np.eye(4)[latents[:, :4].argmax(axis=1)])
    np.testing.assert_array_equal(made[:, 4:7], np.eye(3)[latents[:, 4:7].argmax(axis=1)])
    np.testing.assert_array_equal(made[:, 7:], latents[:, 7:])


def test_all_classes_come_equally_often():
    latents = np.random.default_rng(0).normal(size=(30_000, 5)).astype("float32")
    counts = ops.convert_to_numpy(CategoricalCodes((5,))(latents)).sum(axis=0)
    deviation = np.sqrt(30_000 * 0.2 * 0.8)
    assert np.abs(counts - 6_000).max() < 4 * deviation


@pytest.mark.any_backend
def test_keeps_its_sizes_and_refuses_others():
    layer = CategoricalCodes.from_config(CategoricalCodes([3, 2]).get_config())
    assert layer.sizes == (3, 2)
    assert layer(keras.KerasTensor((None, 8))).shape == (None, 8)
    with pytest.raises(ValueError, match="Received: sizes=0"):
        CategoricalCodes((2, 0))
