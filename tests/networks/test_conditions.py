import keras
import numpy as np
import pytest

from kerasgan.networks.conditions import condition_input

pytestmark = pytest.mark.any_backend


def test_a_class_id_is_a_row_of_the_table():
    labels, vector = condition_input(3, 2)
    network = keras.Model(labels, vector)
    table = np.arange(6.0).reshape(3, 2)
    network.set_weights([table])
    np.testing.assert_array_equal(network.predict(np.array([2, 0, 2]), verbose=0), table[[2, 0, 2]])


def test_a_vector_is_mapped_linearly():
    conditions, vector = condition_input((2,), 3)
    network = keras.Model(conditions, vector)
    kernel, bias = np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([0.5, 0, 0])
    network.set_weights([kernel, bias])
    got = network.predict(np.array([[1.0, -1.0]]), verbose=0)
    np.testing.assert_allclose(got, [[-2.5, -3, -3]])
