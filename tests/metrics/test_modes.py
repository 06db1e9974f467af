import keras
import numpy as np
import pytest
from scipy import stats

from kerasgan.datasets import gaussian_grid, grid_means
from kerasgan.metrics import mode_statistics
from kerasgan.metrics.extractors import Extractor
from kerasgan.metrics.modes import (
    ModeStatistics,
    StackedModes,
    stacked_digits,
    stacked_mnist_statistics,
)

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


def test_in_batches_and_from_two_workers(mixture):
    points, _, weights = mixture
    points = np.random.default_rng(1).permutation(np.concatenate([points, points[:9] + 3]))
    expected = mode_statistics(points, MEANS, 0.1, weights)
    one, other = (ModeStatistics(MEANS, 0.1, weights) for _ in range(2))
    for metric, parts in ((one, [points[:1], points[1:13]]), (other, [points[13:]])):
        for part in parts:
            metric.update_state(keras.ops.convert_to_tensor(part))
    before = other.result()
    one.merge(other)
    assert one.name == "modes" and other.result() == before
    assert one.result() == expected and 0 < expected["high_quality"] < 1
    one.reset_state()
    with pytest.raises(ValueError, match="Received: samples=0"):
        one.result()
    one.update_state(points)
    assert one.result() == expected


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
        ([[0, np.nan]], MEANS, 1, "1 values that are NaN.*Received: points.shape="),
        (MEANS, MEANS, 0, "Received: std=0"),
        (MEANS, MEANS, np.nan, "Received: std=nan"),
        (MEANS, MEANS, np.inf, "Received: std=inf"),
        (MEANS, np.zeros((0, 2)), 1, r"means.shape=\(0, 2\)"),
        (MEANS, MEANS * np.nan, 1, "finite.*means.shape="),
    ],
)
def test_errors(points, means, std, message):
    with pytest.raises(ValueError, match=message):
        mode_statistics(points, means, std)


@pytest.mark.parametrize("weights", [[1, 1, 1], [1, 1, 1, 0], [1, 1, 1, np.nan], np.ones((4, 1))])
def test_weights_must_be_positive_and_as_many_as_modes(weights):
    with pytest.raises(ValueError, match="4 positive numbers. Received: weights="):
        mode_statistics(MEANS, MEANS, 1, weights)
    with pytest.raises(ValueError, match="4 positive numbers. Received: weights="):
        ModeStatistics(MEANS, 1, weights)


ALL = np.stack(np.meshgrid(*[np.arange(10)] * 3), axis=-1).reshape(-1, 3)


def test_stacked_mnist_by_hand():
    assert stacked_mnist_statistics(ALL) == {"modes": 1000, "reverse_kl": 0}
    # 499 modes once and one 501 times
    labels = np.concatenate([ALL[:500], np.repeat(ALL[:1], 500, axis=0)])
    expected = 499 * 0.001 * np.log(1) + 0.501 * np.log(501)
    assert stacked_mnist_statistics(labels) == {
        "modes": 500,
        "reverse_kl": pytest.approx(expected, rel=1e-12),
    }
    # each channel counts by its place
    assert stacked_mnist_statistics([[1, 2, 3], [3, 2, 1], [1, 3, 2], [1, 2, 3]])["modes"] == 3
    assert stacked_mnist_statistics(ALL[:1])["reverse_kl"] == pytest.approx(np.log(1000))


def test_true_stacked_mnist_is_as_even_as_theory_says():
    labels = np.random.default_rng(0).integers(10, size=(26000, 3))
    found = stacked_mnist_statistics(labels)
    assert found["modes"] == 1000  # each is missed once in e^26
    assert abs(found["reverse_kl"] - 999 / 52000) < 5 * np.sqrt(2 * 999) / 52000


@pytest.fixture
def classifier():
    """One that reads a digit from the grey of a channel: -0.9 is 0, -0.7 is 1 ..."""
    model = keras.Sequential([keras.Input((None, None, 1)), keras.layers.GlobalAveragePooling2D()])
    greys = np.arange(10) * 0.2 - 0.9
    head = keras.layers.Dense(10)
    head.build((None, 1))
    head.set_weights([100 * greys[None], -50 * greys**2])  # nearest grey
    return Extractor(model, "grey", head=head)


def painted(labels, height=4, width=6):
    return np.ones((height, width, 1), "float32") * (labels[:, None, None] * 0.2 - 0.9)


def test_digits_are_named_channel_by_channel(classifier):
    labels = np.random.default_rng(0).integers(10, size=(50, 3))
    np.testing.assert_array_equal(stacked_digits(painted(labels), classifier), labels)


@pytest.mark.parametrize("images", [False, True])
def test_stacked_modes_in_batches_and_from_two_workers(classifier, images):
    labels = np.random.default_rng(0).integers(10, size=(50, 3)) // 3
    expected = stacked_mnist_statistics(labels)
    one, other = (StackedModes(classifier if images else None) for _ in range(2))
    data = painted(labels) if images else labels
    for metric, parts in ((one, [data[:1], data[1:13]]), (other, [data[13:]])):
        for part in parts:
            metric.update_state(keras.ops.convert_to_tensor(part))
    one.merge(other)
    assert one.name == "stacked_modes" and one.result() == expected
    one.reset_state()
    with pytest.raises(ValueError, match="Received: samples=0"):
        one.result()
    one.update_state(data)
    assert one.result() == expected


@pytest.mark.parametrize(
    "labels, message",
    [
        (np.zeros((5, 2), int), r"labels.shape=\(5, 2\)"),
        (np.zeros((0, 3), int), r"labels.shape=\(0, 3\)"),
        (np.zeros((5, 3)), "labels.dtype=float64"),
        ([[0, 0, 10]], "Received: labels from 0 to 10"),
        ([[0, -1, 9]], "Received: labels from -1 to 9"),
    ],
)
def test_labels_must_be_three_digits(labels, message):
    with pytest.raises(ValueError, match=message):
        stacked_mnist_statistics(labels)


def test_stacked_images_have_three_channels(classifier):
    for shape in ((2, 4, 4, 1), (4, 4, 3), (0, 4, 4, 3)):
        with pytest.raises(ValueError, match="Received: images.shape="):
            stacked_digits(np.zeros(shape), classifier)


def test_a_classifier_of_stacked_digits_has_ten_classes(classifier):
    classifier.head = keras.layers.Dense(9)
    with pytest.raises(ValueError, match="Received: classes=9"):
        stacked_digits(np.zeros((2, 4, 4, 3)), classifier)
