import numpy as np
import pytest
from scipy import stats

from kerasgan.metrics import sliced
from kerasgan.metrics.sliced import sliced_wasserstein

pytestmark = pytest.mark.any_backend


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize("n, m", [(100, 100), (101, 47), (30, 60), (1, 7)])
def test_one_feature_gives_scipys_distance(rng, n, m):
    x, y = rng.normal(size=n), rng.gamma(2.0, size=m)
    expected = stats.wasserstein_distance(x, y)
    assert sliced_wasserstein(x[:, None], y[:, None], 3) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("n, m", [(50, 50), (51, 20)])
def test_many_features_give_the_mean_of_scipys_over_the_directions(rng, n, m):
    x, y = rng.normal(size=(n, 5)), rng.normal(1, size=(m, 5))
    directions = np.random.default_rng(3).normal(size=(16, 5))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    expected = np.mean([stats.wasserstein_distance(x @ d, y @ d) for d in directions])
    assert sliced_wasserstein(x, y, 16, seed=3) == pytest.approx(expected, rel=1e-12)


def test_a_shift_in_all_features_and_in_one(rng):
    x = rng.normal(size=(20, 50))
    shifts = np.zeros((2, 50))
    shifts[0], shifts[1, 7] = 3, 3
    # the mean length of a projection: |v| gamma(d / 2) / (sqrt(pi) gamma((d + 1) / 2))
    share = np.sqrt(2 / np.pi / 50) * (1 + 1 / 200)
    for shift in shifts:
        expected = np.linalg.norm(shift) * share
        assert sliced_wasserstein(x, x + shift, 4000) == pytest.approx(expected, rel=0.06)


def test_zero_for_the_same_points(rng):
    x = rng.normal(size=(60, 4))
    assert sliced_wasserstein(x, x) == 0
    assert sliced_wasserstein(x, rng.permutation(x)) == pytest.approx(0, abs=1e-12)
    assert sliced_wasserstein(x, np.repeat(x, 3, axis=0)) == pytest.approx(0, abs=1e-12)


def test_symmetric_and_linear_in_the_unit(rng):
    x, y = rng.normal(size=(60, 4)), rng.gamma(1.0, size=(35, 4))
    distance = sliced_wasserstein(x, y)
    assert sliced_wasserstein(y, x) == pytest.approx(distance, rel=1e-12)
    assert sliced_wasserstein(5 * x - 7, 5 * y - 7) == pytest.approx(5 * distance, rel=1e-9)


def test_the_seed_decides_the_directions(rng):
    x, y = rng.normal(size=(2, 30, 6))
    assert sliced_wasserstein(x, y, seed=1) == sliced_wasserstein(x, y, seed=1)
    assert sliced_wasserstein(x, y, seed=1) != sliced_wasserstein(x, y, seed=2)


def test_chunks_do_not_change_it(rng, monkeypatch):
    x, y = rng.normal(size=(41, 6)), rng.normal(1, size=(23, 6))
    whole = sliced_wasserstein(x, y, 50)
    monkeypatch.setattr(sliced, "CHUNK", 100)
    assert sliced_wasserstein(x, y, 50) == pytest.approx(whole, rel=1e-12)


def test_errors(rng):
    with pytest.raises(ValueError, match=r"real.shape=\(4, 2\), fake.shape=\(4, 3\)"):
        sliced_wasserstein(np.zeros((4, 2)), np.zeros((4, 3)))
    with pytest.raises(ValueError, match="`fake` holds NaN"):
        sliced_wasserstein(np.zeros((4, 2)), np.full((4, 2), np.nan))
    with pytest.raises(ValueError, match="Received: projections=0"):
        sliced_wasserstein(np.zeros((4, 2)), np.ones((4, 2)), projections=0)
