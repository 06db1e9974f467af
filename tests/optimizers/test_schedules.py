import keras
import numpy as np
import pytest

from kerasgan.optimizers.schedules import Cosine, LinearDecay, ScheduledAdam

STEPS = 4
BETAS = [0.9, 0.9 + 0.09 * 0.5 * (1 - 0.5**0.5), 0.945]  # at steps 0, 1, 2 of 4


def by_hand(weights, gradients, betas, lr=0.1, beta_1=0.5, epsilon=1e-7):
    """Adam in numpy: each step's own beta_2, also in the bias correction."""
    m, v = 0.0, 0.0
    for step, (g, beta_2) in enumerate(zip(gradients, betas, strict=True), start=1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        corrected = lr * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
        weights = weights - corrected * m / (np.sqrt(v) + epsilon)
    return weights


def step_function(optimizer, variable):
    """One compiled step of the backend's own kind."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.function(lambda g: optimizer.apply([g], [variable]))
    if keras.backend.backend() == "jax":
        import jax

        stateless = jax.jit(optimizer.stateless_apply)

        def step(g):
            state = [v.value for v in optimizer.variables]
            (value,), state = stateless(state, [g], [variable.value])
            variable.assign(value)
            for v, new in zip(optimizer.variables, state, strict=True):
                v.assign(new)

        return step
    return lambda g: optimizer.apply([g], [variable])


@pytest.mark.compiled
@pytest.mark.parametrize("scheduled", [True, False])
def test_three_steps_by_hand(scheduled):
    start = np.array([1.0, -2.0], "float32")
    gradients = np.array([[1.0, -3.0], [0.5, 2.0], [-4.0, 0.1]], "float32")
    variable = keras.Variable(start)
    beta_2 = Cosine(0.9, 0.99, STEPS) if scheduled else 0.9
    optimizer = ScheduledAdam(0.1, beta_1=0.5, beta_2=beta_2)
    optimizer.build([variable])
    step = step_function(optimizer, variable)
    for g in gradients:
        step(keras.ops.convert_to_tensor(g))
    expected = by_hand(start, gradients, BETAS if scheduled else [0.9] * 3)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(variable.value), expected, rtol=1e-5)


def test_values_of_a_cosine():
    values = [float(Cosine(0.9, 0.99, STEPS)(step)) for step in (0, 1, 2, 4, 9)]
    np.testing.assert_allclose(values, [*BETAS, 0.99, 0.99], rtol=1e-6)
    assert float(Cosine(0.0, 500.0, 10)(5)) == pytest.approx(250)


def test_a_cosine_is_keras_cosine_decay_where_that_can_start():
    ours = Cosine(0.05, 0.005, 10)
    keras_own = keras.optimizers.schedules.CosineDecay(0.05, 10, alpha=0.1)
    for step in range(12):
        assert float(ours(step)) == pytest.approx(float(keras_own(step)), rel=1e-5)


def test_serializes_with_its_schedules():
    optimizer = ScheduledAdam(Cosine(2e-4, 5e-5, 9), 0.0, Cosine(0.9, 0.99, STEPS), epsilon=1e-8)
    config = keras.optimizers.serialize(optimizer)
    again = keras.optimizers.deserialize(config)
    assert type(again) is ScheduledAdam
    assert keras.optimizers.serialize(again) == config
    again.iterations.assign(2)
    assert float(again.beta_2) == pytest.approx(0.945)
    plain = ScheduledAdam(beta_2=0.99)
    assert ScheduledAdam.from_config(plain.get_config()).beta_2 == 0.99


def test_trains_a_model():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    model.compile(ScheduledAdam(0.1, 0.0, Cosine(0.9, 0.99, 8)), loss="mse")
    x = np.random.default_rng(0).normal(size=(64, 3)).astype("float32")
    losses = model.fit(x, x.sum(1, keepdims=True), epochs=8, verbose=0).history["loss"]
    assert losses[-1] < 0.5 * losses[0]


def test_refuses_no_steps():
    with pytest.raises(ValueError, match="steps=0"):
        Cosine(0.9, 0.99, 0)


def test_a_linear_decay_is_constant_then_a_line():
    rate = LinearDecay(0.2, steps_per_epoch=5, n_epochs=2, n_epochs_decay=4)
    steps = (0, 9, 10, 15, 20, 29, 30, 99)
    want = [0.2, 0.2, 0.2, 0.15, 0.1, 0.01, 0.0, 0.0]
    np.testing.assert_allclose([float(rate(step)) for step in steps], want, atol=1e-7)
    assert float(LinearDecay(0.2, 5, 0, 1)(1)) == pytest.approx(0.16)
    paper = LinearDecay(2e-4, 10)
    assert float(paper(1000)) == pytest.approx(2e-4) and float(paper(1500)) == pytest.approx(1e-4)


@pytest.mark.compiled
def test_an_optimizer_follows_a_linear_decay():
    variable = keras.Variable([1.0])
    optimizer = keras.optimizers.SGD(LinearDecay(0.1, 1, 1, 2))
    optimizer.build([variable])
    step = step_function(optimizer, variable)
    found = []
    for _ in range(4):
        step(keras.ops.ones((1,)))
        found.append(keras.ops.convert_to_numpy(variable.value)[0])
    np.testing.assert_allclose(found, [0.9, 0.8, 0.75, 0.75], rtol=1e-5)
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert keras.optimizers.serialize(again) == keras.optimizers.serialize(optimizer)
    again.iterations.assign(2)
    assert float(again.learning_rate) == pytest.approx(0.05)


@pytest.mark.parametrize(
    "name, value", [("steps_per_epoch", 0), ("n_epochs", -1), ("n_epochs_decay", 0)]
)
def test_a_linear_decay_refuses(name, value):
    with pytest.raises(ValueError, match=f"at least .. Received: {name}={value}"):
        LinearDecay(0.1, **{"steps_per_epoch": 1, name: value})
