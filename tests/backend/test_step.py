import keras
import numpy as np

from kerasgan import backend


def test_outputs_are_detached_and_gradients_pulled_through_them():
    x = keras.Variable([3.0])
    (y,), pull = backend.vjp(lambda: [x * x], [x])
    assert not getattr(y, "requires_grad", False)
    (slope,) = pull([keras.ops.ones_like(y)])
    np.testing.assert_allclose(keras.ops.convert_to_numpy(slope), [6])
