import numpy as np
import pytest
from scipy import stats

from kerasgan.datasets import gaussian_grid, grid_means
from kerasgan.metrics import mode_statistics

pytestmark = pytest.mark.any_backend

MEANS = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]])


@pytest.fixture
def mixture():
    """Points, how many there are of each mode, and other shares."""
    counts = np.array([7, 1, 2, 10])
    return np.repeat(MEANS, counts, axis=0), counts, np.array([0.4, 0.3, 0.2, 0.1])


def test_by_hand():
    points = [[0, 0], [0.5, 0], [0, 2.9], [10, 1.5], [5, 5], [13.1, 0], [0, 13.5], [-4, 0]]
    result = mode_statistics(points, MEANS, std=1.0)
    assert result["modes"] == 2  # the third and fourth centre have no sample within 3
    assert result["high_quality"] == 4 / 8
    expected = 3 / 4 * np.log(3 / 4 * 4) + 1 / 4 * np.log(1 / 4 * 4)
    assert result["reverse_kl"] == pytest.approx(expected, rel=1e-12)


def test_three_standard_deviations_are_a_distance_and_count():
    inside, outside = [[1.5, 2.0]], [[2.5, 2.0]]  # 2.5 and 3.2 away, both within 3 in each axis
    assert mode_statistics(inside, MEANS, std=2.5 / 3)["high_quality"] == 1
    assert mode_statistics(outside, MEANS, std=1.0)["high_quality"] == 0
    assert mode_statistics([[3.0, 0.0]], MEANS, std=1.0)["high_quality"] == 1


def test_equal_shares_and_a_single_mode():
    even = mode_statistics(np.repeat(MEANS, 5, axis=0), MEANS, std=0.1)
    assert even == {"modes": 4, "high_quality": 1.0, "reverse_kl": 0, "kl": 0}
    single = mode_statistics(MEANS[[2, 2, 2]], MEANS, std=0.1)
    assert single == {
        "modes": 1,
        "high_quality": 1.0,
        "reverse_kl": pytest.approx(np.log(4)),
        "kl": np.inf,
    }


def test_both_divergences_are_scipys(mixture):
    points, counts, weights = mixture
    for given, shares in ((None, [1, 1, 1, 1]), (weights, weights), (7 * weights, weights)):
        found = mode_statistics(points, MEANS, 0.1, given)
        assert found["reverse_kl"] == pytest.approx(stats.entropy(counts, shares), rel=1e-12)
        assert found["kl"] == pytest.approx(stats.entropy(shares, counts), rel=1e-12)
    exact = mode_statistics(points, MEANS, 0.1, counts)
    assert exact["reverse_kl"] == exact["kl"] == 0


def test_one_missing_mode_makes_one_divergence_infinite(mixture):
    points, _, weights = mixture
    found = mode_statistics(points[7:], MEANS, 0.1, weights)
    assert found["modes"] == 3 and found["kl"] == np.inf
    assert found["reverse_kl"] == pytest.approx(stats.entropy([0, 1, 2, 10], weights), rel=1e-12)


def test_no_good_sample():
    result = mode_statistics([[5.0, 5.0], [100.0, 0.0]], MEANS, std=0.1)
    assert result == {"modes": 0, "high_quality": 0.0, "reverse_kl": np.inf, "kl": np.inf}


def test_true_samples_score_as_theory_says():
    points = gaussian_grid(n=2500, seed=0)
    result = mode_statistics(points, grid_means(), std=0.05)
    assert result["modes"] == 25
    share = 1 - np.exp(-(3**2) / 2)  # of a round Gaussian in the plane
    assert abs(result["high_quality"] - share) < 5 * np.sqrt(share * (1 - share) / 2500)
    assert 0 < result["reverse_kl"] < 0.02  # expected (25 - 1) / (2 * 2500), about 0.005


def test_plain_python_numbers():
    assert [type(value) for value in mode_statistics(MEANS, MEANS, 1).values()] == [
        int,
        float,
        float,
        float,
    ]


@pytest.mark.parametrize(
    "points, means, std, message",
    [
        (np.zeros(2), MEANS, 1, "Received: points.shape="),
        (np.zeros((0, 2)), MEANS, 1, "Received: points.shape="),
        (np.zeros((5, 3)), MEANS, 1, "Received: points.shape="),
        (np.zeros((5, 2)), MEANS[0], 1, r"means.shape=\(2,\)"),
        ([[0, np.nan]], MEANS, 1, "`points` holds NaN.*Received: points.shape="),
        (MEANS, MEANS, 0, "Received: std=0"),
        (MEANS, MEANS, np.nan, "Received: std=nan"),
        (MEANS, MEANS, np.inf, "Received: std=inf"),
        (MEANS, np.zeros((0, 2)), 1, r"means.shape=\(0, 2\)"),
        (MEANS, MEANS * np.nan, 1, "`means` holds NaN.*means.shape="),
    ],
)
def test_errors(points, means, std, message):
    with pytest.raises(ValueError, match=message):
        mode_statistics(points, means, std)


@pytest.mark.parametrize("weights", [[1, 1, 1], [1, 1, 1, 0], [1, 1, 1, np.nan], np.ones((4, 1))])
def test_weights_must_be_positive_and_as_many_as_modes(weights):
    with pytest.raises(ValueError, match="4 positive numbers. Received: weights="):
        mode_statistics(MEANS, MEANS, 1, weights)
