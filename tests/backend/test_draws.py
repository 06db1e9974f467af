import keras
import numpy as np
import pytest
from keras import ops

import kerasgan as kg
from kerasgan import backend
from kerasgan.backend.draws import own_draws

pytestmark = pytest.mark.skipif(backend.name == "jax", reason="whose replicas are one program")


def test_a_trained_weight_moves_at_once_and_the_rest_at_the_end():
    gan = kg.GAN((2,), 2, generator_units=(2,), discriminator_units=(2,), seed=1)
    weight, statistic = keras.Variable([3.0]), keras.Variable([1.0], trainable=False)
    optimizer, (seed,) = keras.optimizers.SGD(1.0), [gan.seed_generator.state]
    weight.constraint = keras.constraints.NonNeg()
    before = np.array(ops.convert_to_numpy(seed))
    with own_draws(gan, 2):
        for _ in range(2):  # a constraint assigns, an update does so in place
            optimizer.apply([ops.array([1.0])], [weight])
            statistic.assign(statistic + 1.0)
        assert float(ops.convert_to_numpy(weight)[0]) == 1.0
        assert not np.array_equal(ops.convert_to_numpy(seed), before)
    assert float(ops.convert_to_numpy(weight)[0]) == 1.0
    assert float(ops.convert_to_numpy(statistic)[0]) == 3.0
    np.testing.assert_array_equal(ops.convert_to_numpy(seed), before)
