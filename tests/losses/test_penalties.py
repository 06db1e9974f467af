import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import losses
from kerasgan.losses import gradient_penalties
from tests.engine.test_gradients import linear_critic, one_step

X = np.array([[3.0, 4.0], [0.0, 1.0], [0.0, 0.0]], "float32")  # norms 5, 1, 0
Y = np.array([[0.0, 2.0], [6.0, 8.0], [1.0, 0.0]], "float32")  # norms 2, 10, 1
SCHEDULE = keras.optimizers.schedules.PolynomialDecay(10.0, 100, 2.0)
EVERY = [
    losses.GradientPenalty(weight=3, target=0.5, one_sided=True),
    losses.R1(weight=3),
    losses.R2(weight=SCHEDULE),
    losses.DRAGAN(weight=SCHEDULE, target=2, spread=0.1),
    losses.WeightClipping(limit=0.1),
]


def quadratic(x):
    """|x|² / 2, whose gradient is x."""
    return ops.sum(ops.reshape(ops.square(x), (ops.shape(x)[0], -1)), axis=1, keepdims=True) / 2


def linear(x):
    """3 x_1 + 4 x_2, whose gradient is of norm 5 everywhere."""
    return ops.matmul(x, ops.array([[3.0], [4.0]]))


def value(penalty, critic, real, fake, step=0):
    seed = keras.random.SeedGenerator(0)
    out = penalty(critic, ops.array(real), ops.array(fake), seed=seed, step=ops.array(step))
    assert keras.backend.standardize_dtype(out.dtype) == "float32"
    assert out.shape == ()
    return float(ops.convert_to_numpy(out))


@pytest.fixture
def points_of(monkeypatch):
    """Function (penalty, real, fake) to the points at which the gradient is taken."""
    seen = []

    def spy(fn, x):
        seen.append(ops.convert_to_numpy(x))
        return ops.ones(ops.shape(x)[:1])

    def points(penalty, real, fake):
        value(penalty, quadratic, real, fake)
        return seen.pop()

    monkeypatch.setattr(gradient_penalties, "gradient_norm", spy)
    return points


@pytest.mark.parametrize(
    "penalty, want",
    [
        (losses.GradientPenalty(weight=10), 10 * 4**2),
        (losses.GradientPenalty(weight=10, target=0), 10 * 5**2),
        (losses.GradientPenalty(weight=2, target=7), 2 * 2**2),
        (losses.GradientPenalty(weight=10, target=7, one_sided=True), 0),
        (losses.GradientPenalty(weight=10, target=4, one_sided=True), 10),
        (losses.R1(weight=10), 5 * 5**2),
        (losses.R2(weight=4), 2 * 5**2),
        (losses.DRAGAN(weight=10, target=3), 10 * 2**2),
        (losses.WeightClipping(), 0),
    ],
)
def test_linear_critic(penalty, want):
    assert value(penalty, linear, X, Y) == pytest.approx(want, rel=1e-5)


@pytest.mark.parametrize("image", [False, True])
def test_quadratic_critic(image):
    x, y = (a.reshape(3, 1, 2, 1) if image else a for a in (X, Y))
    # Between x and x is x, whose norms are 5, 1 and 0.
    assert value(losses.GradientPenalty(10), quadratic, x, x) == pytest.approx(
        10 * (16 + 0 + 1) / 3, rel=1e-5
    )
    assert value(losses.GradientPenalty(10, one_sided=True), quadratic, x, x) == pytest.approx(
        10 * 16 / 3, rel=1e-5
    )
    assert value(losses.R1(10), quadratic, x, y) == pytest.approx(5 * (25 + 1 + 0) / 3, rel=1e-5)
    assert value(losses.R2(10), quadratic, x, y) == pytest.approx(5 * (4 + 100 + 1) / 3, rel=1e-5)
    # A batch of one value has no spread.
    ones = np.ones_like(x)
    assert value(losses.DRAGAN(10), quadratic, ones, y) == pytest.approx(
        10 * (2**0.5 - 1) ** 2, rel=1e-4
    )


def test_half_precision_samples_are_computed_in_float32():
    x = np.full((2, 1), 300, "float16")  # 300² is beyond float16
    for penalty in (losses.R1(2), losses.R2(2), losses.GradientPenalty(1, target=0)):
        assert value(penalty, quadratic, x, x) == pytest.approx(90000, rel=1e-5)


@pytest.mark.parametrize("shape", [(2,), (2, 3, 1)])
def test_gradient_penalty_interpolates_with_one_uniform_number_a_sample(points_of, shape):
    rng = np.random.default_rng(0)
    real, fake = rng.normal(size=(2, 2000, *shape)).astype("float32")
    points = points_of(losses.GradientPenalty(), real, fake)
    epsilon = ((points - real) / (fake - real)).reshape(2000, -1)
    sure = np.abs(fake - real).reshape(2000, -1).min(axis=1) > 0.1
    epsilon = epsilon[sure]
    np.testing.assert_allclose(epsilon, epsilon[:, :1] + 0 * epsilon, atol=1e-4)
    epsilon = epsilon[:, 0]
    assert epsilon.min() > -1e-4 and epsilon.max() < 1 + 1e-4
    assert abs(epsilon.mean() - 0.5) < 4 * (1 / 12 / len(epsilon)) ** 0.5
    assert np.histogram(epsilon, 10, (0, 1))[0].min() > 0.06 * len(epsilon)


def test_dragan_stays_within_its_spread_of_the_data(points_of):
    rng = np.random.default_rng(0)
    real = rng.normal(3, 2, (2000, 2, 2, 1)).astype("float32")
    points = points_of(losses.DRAGAN(spread=0.5), real, np.zeros_like(real))
    away = ((points - real) / (0.5 * real.std())).reshape(2000, -1)
    # A product of two uniform numbers, one a sample's, one an entry's.
    assert away.min() > -1e-4 and away.max() < 1 + 1e-4
    assert away.max() > 0.9
    assert away.mean() == pytest.approx(1 / 4, abs=0.02)
    assert np.cov(away.T)[0, 1] == pytest.approx(1 / 12 / 4, abs=0.005)


def test_random_points_are_new_at_each_call():
    seed = keras.random.SeedGenerator(0)
    x, y = ops.array(X), ops.array(Y)
    values = [
        float(ops.convert_to_numpy(losses.GradientPenalty()(quadratic, x, y, seed=seed, step=0)))
        for _ in range(2)
    ]
    assert values[0] != values[1]


@pytest.mark.parametrize("kind", [losses.GradientPenalty, losses.R1, losses.R2, losses.DRAGAN])
def test_step_at_a_zero_gradient_is_finite(kind):
    seed = keras.random.SeedGenerator(0)
    critic = linear_critic([0.0, 0.0])
    x = np.random.default_rng(0).normal(size=(4, 2)).astype("float32")
    loss = one_step(critic, lambda d, x: kind(10)(d, x, 2 * x, seed=seed, step=0), x)
    assert loss == (0 if kind in (losses.R1, losses.R2) else 10)
    np.testing.assert_array_equal(ops.convert_to_numpy(critic.weights[0]), 0)


@pytest.mark.compiled
@pytest.mark.parametrize(
    "penalty, slope",
    [
        (losses.GradientPenalty(10), 10 * 2 * (5 - 1) / 5),
        (losses.DRAGAN(10), 10 * 2 * (5 - 1) / 5),
        (losses.R1(10), 10),
        (losses.R2(10), 10),
    ],
)
def test_step_down_a_penalty(penalty, slope):
    # Of D(x) = w.x: weight (|w| - 1)² and weight |w|²/2 have gradients along w.
    w = np.array([3.0, 4.0])
    seed = keras.random.SeedGenerator(0)
    critic = linear_critic(w)
    x = np.random.default_rng(0).normal(size=(4, 2)).astype("float32")
    one_step(critic, lambda d, x: penalty(d, x, 2 * x, seed=seed, step=0), x, rate=0.01)
    got = ops.convert_to_numpy(critic.weights[0])[:, 0]
    np.testing.assert_allclose(got, w * (1 - 0.01 * slope), rtol=1e-5)


@pytest.mark.parametrize("step, weight", [(0, 10), (50, 6), (100, 2), (1000, 2)])
def test_weight_on_a_schedule(step, weight):
    assert value(losses.R1(SCHEDULE), linear, X, Y, step) == pytest.approx(weight / 2 * 25)
    assert value(losses.GradientPenalty(SCHEDULE), linear, X, Y, step) == pytest.approx(weight * 16)


@pytest.mark.parametrize("penalty", EVERY, ids=lambda p: type(p).__name__)
def test_config_round_trip(penalty):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(penalty))
    assert type(again) is type(penalty)
    assert again.get_config() == penalty.get_config()
    assert value(again, quadratic, X, Y, 50) == value(penalty, quadratic, X, Y, 50)


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "make",
    [
        *(
            lambda kind=kind, weight=weight: kind(weight=weight)
            for kind in (losses.GradientPenalty, losses.R1, losses.R2, losses.DRAGAN)
            for weight in (0, -1.0, float("nan"), float("inf"), "ten", None)
        ),
        lambda: losses.GradientPenalty(target=-1),
        lambda: losses.DRAGAN(target=-1),
        lambda: losses.DRAGAN(spread=0),
        lambda: losses.WeightClipping(0),
        lambda: losses.WeightClipping(-0.01),
    ],
)
def test_nonsense_is_refused(make):
    with pytest.raises(
        ValueError, match=r"must be a number (above|at least) 0\. Received: \w+=\S+$"
    ):
        make()


@pytest.mark.any_backend
def test_get_penalties():
    r1 = losses.R1(3)
    assert losses.get_penalties(r1) == [r1]
    assert losses.get_penalties("none") == losses.get_penalties(()) == []
    assert [type(p) for p in losses.get_penalties(("r2", r1))] == [losses.R2, losses.R1]
    for name in losses.penalty_names():
        (penalty,) = losses.get_penalties(name)
        assert isinstance(penalty, losses.Penalty)
    assert len(losses.penalty_names()) == len(EVERY)


@pytest.mark.any_backend
def test_a_name_may_have_its_number_behind_it():
    gradient_penalty, clipping = losses.get_penalties(["gradient_penalty=2", "weight_clipping=.5"])
    assert (gradient_penalty.weight, gradient_penalty.target, clipping.limit) == (2, 1, 0.5)
    for wrong in ("r1=", "r1=much", "r1=-1", "r1=0", "r1=nan"):
        with pytest.raises(ValueError, match=f"written like 'r1=0.5'.*Received: penalty='{wrong}'"):
            losses.get_penalties(wrong)


@pytest.mark.any_backend
def test_get_penalties_refuses_strangers_and_twins():
    for stranger in ("r3", losses.R1, None, ["r1", "none"]):
        with pytest.raises(ValueError, match="known are.*'r1', 'r2'.*Received: penalty="):
            losses.get_penalties(stranger)
    with pytest.raises(ValueError, match=r"once.*Received: \['R1', 'R1'\]$"):
        losses.get_penalties(["r1", losses.R1(3)])


@pytest.mark.any_backend
def test_what_penalties_say_of_themselves():
    assert [p.lipschitz for p in EVERY] == [True, False, False, True, True]
    assert [p.takes_gradient for p in EVERY] == [True, True, True, True, False]
