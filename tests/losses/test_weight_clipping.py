import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import losses

OTHERS = [losses.GradientPenalty(), losses.R1(), losses.R2(), losses.DRAGAN()]


def test_clipping():
    variables = [
        keras.Variable(np.array([[-3.0, 0.1], [0.25, 7.0]], "float32")),
        keras.Variable(np.array([0.3], "float32")),
    ]
    losses.constrain([losses.WeightClipping(0.25)], variables)
    optimizer = keras.optimizers.SGD(0.0)
    optimizer.apply([ops.zeros(v.shape) for v in variables], variables)
    np.testing.assert_array_equal(
        ops.convert_to_numpy(variables[0]), np.array([[-0.25, 0.1], [0.25, 0.25]], "float32")
    )
    np.testing.assert_array_equal(ops.convert_to_numpy(variables[1]), [0.25])


def test_other_penalties_take_the_clipping_back():
    variable = keras.Variable([5.0])
    for given in ([losses.WeightClipping(0.25)], OTHERS):
        losses.constrain(given, [variable])
        assert (variable.constraint is None) == (given == OTHERS)


def test_clipping_beside_a_layers_own_constraint_is_refused():
    dense = keras.layers.Dense(1, kernel_constraint="non_neg")
    dense.build((None, 2))
    losses.constrain([], dense.trainable_variables)
    assert isinstance(dense.kernel.constraint, keras.constraints.NonNeg)
    with pytest.raises(ValueError, match="leave out the layer's own.*Received: .*kernel"):
        losses.constrain([losses.WeightClipping()], dense.trainable_variables)
