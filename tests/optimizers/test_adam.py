import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan.optimizers import ScheduledAdam, fuse

RNG = np.random.default_rng(0)
# Keras computes 1 - 0.999 in float32, to 6e-5 of itself: hence the tolerances below.
SHAPES = ((3, 4), (4,), (2, 2, 3, 1))


def Adam(*args, **kwargs):
    """Keras's, by the backend's fused kernel."""
    optimizer = keras.optimizers.Adam(*args, **kwargs)
    fuse(optimizer)
    return optimizer


def steps(optimizer, dtype="float32", n=6):
    """Some variables, and the optimizer's own, after steps with fixed gradients."""
    rng = np.random.default_rng(1)
    variables = [
        keras.Variable(rng.standard_normal(shape), dtype=dtype, name=f"v{i}")
        for i, shape in enumerate(SHAPES)
    ]
    for _ in range(n):
        gradients = [rng.standard_normal(shape) * 10.0 ** rng.integers(-4, 2) for shape in SHAPES]
        optimizer.apply([keras.ops.convert_to_tensor(g, dtype) for g in gradients], variables)
    return [keras.ops.convert_to_numpy(v) for v in (*variables, *optimizer.variables)]


@pytest.mark.parametrize(
    "settings",
    [
        {"learning_rate": 0.1},
        {"learning_rate": 0.1, "beta_1": 0.0, "beta_2": 0.5, "epsilon": 0.1},
        {"learning_rate": keras.optimizers.schedules.CosineDecay(0.1, 4)},
        {"learning_rate": 0.1, "weight_decay": 0.1, "clipnorm": 1.0},
        {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.5},
        {"learning_rate": 0.1, "amsgrad": True},
    ],
)
def test_every_step_is_keras_own(settings):
    both = [steps(cls(**settings)) for cls in (Adam, keras.optimizers.Adam)]
    for mine, stock in zip(*both, strict=True):
        np.testing.assert_allclose(mine, stock, rtol=1e-4, atol=1e-5)


def test_half_precision_weights_take_keras_own_way():
    both = [steps(cls(0.1), "bfloat16") for cls in (Adam, keras.optimizers.Adam)]
    for mine, stock in zip(*both, strict=True):
        mine, stock = (x.astype("float32") for x in (mine, stock))
        # 8 bits, rounded in six steps, and on PyTorch in another order
        np.testing.assert_allclose(mine, stock, rtol=3e-2, atol=2e-2)


def test_a_scheduled_beta_is_its_current_value():
    scheduled = ScheduledAdam(0.1, beta_2=kg.optimizers.Cosine(0.9, 0.9, 10))
    fuse(scheduled)
    for mine, constant in zip(steps(scheduled), steps(Adam(0.1, beta_2=0.9)), strict=True):
        np.testing.assert_allclose(mine, constant, rtol=1e-4, atol=1e-5)


def test_a_gradient_may_lie_in_memory_in_any_order():
    """As that of a convolution's weights does under PyTorch."""
    rng = np.random.default_rng(1)
    weight, gradient = rng.standard_normal((2, 3, 4)), rng.standard_normal((4, 3, 2))
    moved = []
    for optimizer in (Adam(0.1), keras.optimizers.Adam(0.1)):
        variable = keras.Variable(weight)
        for scale in (1.0, -3.0):
            turned = keras.ops.transpose(keras.ops.convert_to_tensor(scale * gradient, "float32"))
            optimizer.apply([turned], [variable])
        moved.append(keras.ops.convert_to_numpy(variable))
    np.testing.assert_allclose(*moved, rtol=1e-4, atol=1e-5)


def test_an_update_of_ones_own_is_left_alone():
    class Still(keras.optimizers.Adam):
        def update_step(self, gradient, variable, learning_rate):
            """Nothing."""

    optimizer, variable = Still(0.5), keras.Variable([1.0])
    fuse(optimizer)
    optimizer.apply([keras.ops.array([3.0])], [variable])
    assert float(variable[0]) == 1


def test_files_of_earlier_releases_name_a_class_of_ours():
    config = keras.saving.serialize_keras_object(keras.optimizers.Adam(0.25))
    config |= {"module": "kerasgan.engine.adam", "registered_name": "kerasgan>Adam"}
    optimizer = keras.saving.deserialize_keras_object(config)
    assert isinstance(optimizer, keras.optimizers.Adam) and float(optimizer.learning_rate) == 0.25
