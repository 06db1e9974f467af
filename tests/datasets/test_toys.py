import numpy as np
import pytest

from kerasgan import datasets

pytestmark = pytest.mark.any_backend


def test_mixture_has_the_moments_of_the_closed_form():
    weights = np.array([0.5, 0.3, 0.2])
    means = np.array([[0.0, 0.0, 1.0], [3.0, -1.0, 0.0], [-2.0, 2.0, 2.0]])
    factors = np.random.default_rng(0).normal(size=(3, 3, 3))
    covariances = factors @ factors.transpose(0, 2, 1)
    points = datasets.gaussian_mixture(weights, means, covariances, n=200_000, seed=1)
    assert points.shape == (200_000, 3) and points.dtype == np.float32
    mean = weights @ means
    centred = means - mean
    covariance = np.einsum("k,kij->ij", weights, covariances)
    covariance += np.einsum("k,ki,kj->ij", weights, centred, centred)
    # 5 standard errors of a mean; of a covariance, for tails no heavier than here
    np.testing.assert_allclose(
        points.mean(axis=0), mean, atol=5 * np.sqrt(covariance.max() / len(points))
    )
    np.testing.assert_allclose(
        np.cov(points.T), covariance, atol=10 * covariance.max() / np.sqrt(len(points))
    )


def test_variances_stand_for_round_covariances():
    variances = [0.5, 2.0]
    full = [variance * np.eye(2) for variance in variances]
    arguments = [0.4, 0.6], [[0.0, 0.0], [9.0, 9.0]]
    np.testing.assert_array_equal(
        datasets.gaussian_mixture(*arguments, variances, n=50, seed=3),
        datasets.gaussian_mixture(*arguments, full, n=50, seed=3),
    )


def test_a_covariance_without_width_in_one_direction():
    points = datasets.gaussian_mixture([1], [[0, 0]], [[[1, 1], [1, 1]]], n=100, seed=0)
    np.testing.assert_allclose(points[:, 0], points[:, 1], atol=1e-6)
    assert points[:, 0].std() > 0.5


@pytest.mark.parametrize(
    "weights, means, covariances, message",
    [
        ([0.5, 0.6], np.zeros((2, 2)), [1, 1], "sum 1. Received: weights="),
        ([1.5, -0.5], np.zeros((2, 2)), [1, 1], ">= 0 .*Received: weights="),
        ([np.nan, 1], np.zeros((2, 2)), [1, 1], "Received: weights="),
        ([0.5, 0.5], np.zeros((3, 2)), [1, 1, 1], "Received: weights.shape="),
        ([0.5, 0.5], np.zeros(2), [1, 1], "Received: weights.shape="),
        ([0.5, 0.5], np.zeros((2, 2)), [1, 1, 1], "Received: covariances.shape="),
        ([0.5, 0.5], np.zeros((2, 2)), np.zeros((2, 3, 3)), "Received: covariances.shape="),
        ([1.0], [[0, np.inf]], [1], "finite. Received: means="),
        ([1.0], [[0, 0]], [-1], "semi-definite. Received: covariances="),
        ([1.0], [[0, 0]], [[[1, 2], [2, 1]]], "semi-definite. Received: covariances="),
        ([1.0], [[0, 0]], [[[1, 0.5], [0, 1]]], "symmetric .*Received: covariances="),
    ],
)
def test_mixture_refuses_what_does_not_fit(weights, means, covariances, message):
    with pytest.raises(ValueError, match=message):
        datasets.gaussian_mixture(weights, means, covariances)


def test_ring_means_are_distinct_and_equally_spaced():
    means = datasets.ring_means(modes=8, radius=3.0)
    assert means.shape == (8, 2)
    np.testing.assert_allclose(np.linalg.norm(means, axis=1), 3, rtol=1e-6)
    gaps = np.linalg.norm(means - np.roll(means, 1, axis=0), axis=1)
    np.testing.assert_allclose(gaps, 6 * np.sin(np.pi / 8), rtol=1e-6)


def test_grid_means_are_distinct_and_equally_spaced():
    means = datasets.grid_means(side=5, spacing=2.0)
    assert sorted(means.tolist()) == [[x, y] for x in range(-4, 5, 2) for y in range(-4, 5, 2)]


@pytest.mark.parametrize(
    "draw, means, std",
    [
        (datasets.gaussian_ring, datasets.ring_means(), 0.01),
        (datasets.gaussian_grid, datasets.grid_means(), 0.05),
    ],
)
def test_modes_have_equal_shares_and_the_given_width(draw, means, std):
    points = draw(n=50_000, seed=0)
    offsets = points[:, None] - means
    nearest = np.linalg.norm(offsets, axis=2).argmin(axis=1)
    shares = np.bincount(nearest, minlength=len(means)) / len(points)
    share = 1 / len(means)
    np.testing.assert_allclose(shares, share, atol=5 * np.sqrt(share / len(points)))
    offsets = offsets[np.arange(len(points)), nearest]
    np.testing.assert_allclose(offsets.std(axis=0), std, rtol=0.02)
    np.testing.assert_allclose(offsets.mean(axis=0), 0, atol=5 * std / np.sqrt(len(points)))


def test_two_moons_lie_on_two_half_circles():
    points = datasets.two_moons(n=4000, noise=0, seed=0)
    upper = abs(np.linalg.norm(points - [-0.5, -0.25], axis=1) - 1) < 1e-5
    upper &= points[:, 1] > -0.25 - 1e-5
    lower = abs(np.linalg.norm(points - [0.5, 0.25], axis=1) - 1) < 1e-5
    lower &= points[:, 1] < 0.25 + 1e-5
    assert (upper | lower).all()
    assert abs(upper.mean() - 0.5) < 0.04
    np.testing.assert_allclose(np.abs(points).max(axis=0), [1.5, 0.75], atol=0.01)


def test_swiss_roll_grows_with_its_angle():
    points = datasets.swiss_roll(n=4000, noise=0, seed=0)
    radius = np.linalg.norm(points, axis=1)
    assert abs(radius.min() - 2 / 3) < 0.01 and abs(radius.max() - 2) < 0.01
    angles = radius * 4.5 * np.pi / 2
    np.testing.assert_allclose(points[:, 0], radius * np.cos(angles), atol=1e-5)
    np.testing.assert_allclose(points[:, 1], radius * np.sin(angles), atol=1e-5)


@pytest.mark.parametrize("draw", [datasets.two_moons, datasets.swiss_roll])
def test_noise_is_a_standard_deviation(draw):
    errors = draw(n=20_000, noise=0.3, seed=5) - draw(n=20_000, noise=0, seed=5)
    np.testing.assert_allclose(errors.std(axis=0), 0.3, rtol=0.03)


DRAWS = ["gaussian_ring", "gaussian_grid", "two_moons", "swiss_roll"]


@pytest.mark.parametrize("name", DRAWS)
def test_the_seed_decides_the_points(name):
    draw = getattr(datasets, name)
    points = draw(n=64, seed=1)
    assert points.shape == (64, 2) and points.dtype == np.float32
    np.testing.assert_array_equal(points, draw(n=64, seed=1))
    assert (points != draw(n=64, seed=2)).any()
    assert (draw(n=64) != draw(n=64)).any()


@pytest.mark.parametrize("name", DRAWS)
def test_numbers_out_of_range(name):
    draw = getattr(datasets, name)
    for n in (0, -5, 2.0):
        with pytest.raises(ValueError, match=f"at least 1. Received: n={n}"):
            draw(n=n)
    width = "std" if name.startswith("gaussian") else "noise"
    with pytest.raises(ValueError, match=f"at least 0. Received: {width}=-0.1"):
        draw(**{width: -0.1})


def test_numbers_of_modes_out_of_range():
    with pytest.raises(ValueError, match="Received: modes=0"):
        datasets.gaussian_ring(modes=0)
    with pytest.raises(ValueError, match="Received: side=2.5"):
        datasets.gaussian_grid(side=2.5)
