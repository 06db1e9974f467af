import numpy as np
import pytest

from kerasgan.metrics import distances, energy_distance, energy_test

pytestmark = pytest.mark.any_backend


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_zero_for_the_same_points(rng):
    x = rng.normal(size=(200, 3))
    assert energy_distance(x, x) == pytest.approx(0, abs=1e-12)
    assert energy_distance(x, rng.permutation(x)) == pytest.approx(0, abs=1e-12)
    assert energy_distance(x, np.repeat(x, 2, axis=0)) == pytest.approx(0, abs=1e-12)


def test_symmetric(rng):
    x, y = rng.normal(size=(150, 2)), rng.normal(1, size=(90, 2))
    assert energy_distance(x, y) == pytest.approx(energy_distance(y, x), rel=1e-12)


def test_closed_forms():
    # point masses: 2 |a - b|
    assert energy_distance([[1.0, 2.0]], [[4.0, 6.0]]) == pytest.approx(10, rel=1e-12)
    # {0, 1} against {0}: 2 (1/2) - 1/2 - 0
    assert energy_distance([[0.0], [1.0]], [[0.0]]) == pytest.approx(0.5, rel=1e-12)
    # {0, 0, 3} against {0, 6}: 2 * 21/6 - 12/9 - 12/4
    assert energy_distance([[0.0], [0.0], [3.0]], [[0.0], [6.0]]) == pytest.approx(
        2 * (0 + 6 + 0 + 6 + 3 + 3) / 6 - 12 / 9 - 3, rel=1e-12
    )


def test_agrees_with_scipy_on_the_line(rng):
    stats = pytest.importorskip("scipy.stats")
    x, y = rng.normal(size=300), rng.gamma(2.0, size=200)
    expected = stats.energy_distance(x, y) ** 2
    assert energy_distance(x[:, None], y[:, None]) == pytest.approx(expected, rel=1e-9)


def test_far_from_the_origin_it_stays_the_same(rng):
    x, y = rng.normal(size=(100, 2)), rng.normal(0.5, size=(100, 2))
    assert energy_distance(x + 1e6, y + 1e6) == pytest.approx(energy_distance(x, y), rel=1e-6)


def test_chunks_do_not_change_it(rng, monkeypatch):
    x, y = rng.normal(size=(101, 3)), rng.normal(1, size=(47, 3))
    whole, test = energy_distance(x, y), energy_test(x, y)
    monkeypatch.setattr(distances, "CHUNK", 500)
    assert energy_distance(x, y) == pytest.approx(whole, rel=1e-12)
    assert energy_test(x, y) == pytest.approx(test, rel=1e-12)


def test_grows_with_the_shift(rng):
    x, y = rng.normal(size=(2, 500, 2))
    distances = [energy_distance(x, y + shift) for shift in (0, 0.2, 0.5, 1, 3)]
    assert distances == sorted(distances)


def test_the_test_gives_the_same_distance(rng):
    x, y = rng.normal(size=(80, 2)), rng.normal(0.3, size=(120, 2))
    assert energy_test(x, y, 5)[0] == pytest.approx(energy_distance(x, y), rel=1e-9)


def test_p_is_small_for_shifted_samples(rng):
    x, y = rng.normal(size=(2, 150, 2))
    assert energy_test(x, y + 0.7)[1] == 1 / 201


def test_p_is_uniform_for_equal_distributions(rng):
    ps = [energy_test(*rng.normal(size=(2, 40, 2)), permutations=99)[1] for _ in range(200)]
    # 5 standard errors of a mean of uniform numbers, and of a share of 0.1
    assert abs(np.mean(ps) - 0.5) < 5 * np.sqrt(1 / 12 / 200)
    assert abs(np.mean(np.array(ps) <= 0.1) - 0.1) < 5 * np.sqrt(0.09 / 200)


def test_p_counts_deals_that_are_as_far_apart(rng):
    # of the 20 ways to deal 6 points into 3 and 3 only this one and its mirror are so far apart
    x, y = np.array([[0.1], [0.2], [0.3]]), np.array([[5.1], [5.2], [5.3]])
    p = energy_test(x, y, permutations=2000)[1]
    assert abs(p - 0.1) < 5 * np.sqrt(0.09 / 2000)
    assert energy_test(x, x)[1] == 1.0


def test_the_seed_decides_p(rng):
    x, y = rng.normal(size=(2, 50, 2))
    assert energy_test(x, y, seed=1) == energy_test(x, y, seed=1)
    assert len({energy_test(x, y, seed=seed)[1] for seed in range(5)}) > 1


@pytest.mark.parametrize("function", [energy_distance, energy_test])
def test_errors(function):
    x = np.zeros((5, 2))
    for bad in (np.zeros((5, 3)), np.zeros(5), np.zeros((0, 2))):
        with pytest.raises(ValueError, match="Received: .*y.shape="):
            function(x, bad)
    with pytest.raises(ValueError, match="`y` holds NaN"):
        function(x, np.full((5, 2), np.inf))


def test_permutations_must_be_positive():
    with pytest.raises(ValueError, match="Received: permutations=0"):
        energy_test(np.zeros((5, 2)), np.ones((5, 2)), permutations=0)
