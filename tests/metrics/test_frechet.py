import warnings

import numpy as np
import pytest

from kerasgan.metrics import frechet
from kerasgan.metrics.features import Moments
from kerasgan.metrics.frechet import frechet_distance

pytestmark = pytest.mark.any_backend


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def moments_of(features):
    moments = Moments()
    moments.update(features)
    return moments


def both(real, fake):
    """By the pure function and by moments."""
    return (
        frechet_distance(real, fake),
        frechet_distance(moments_of(real), moments_of(fake)),
    )


def exactly(rng, samples, mean, root):
    """Samples whose mean and unbiased covariance `root root'` are exact."""
    raw = rng.normal(size=(samples, root.shape[1]))
    white = np.linalg.qr(raw - raw.mean(axis=0))[0] * np.sqrt(samples - 1)
    return white @ root.T + mean


def test_closed_form_of_covariances_with_common_axes(rng):
    axes = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    a, b = np.array([1, 2, 3, 0.5, 0.1]), np.array([2, 2, 0.3, 1.5, 4])
    real = exactly(rng, 60, np.arange(5), axes * a)
    fake = exactly(rng, 80, np.arange(5) + 0.5, axes * b)
    expected = 5 * 0.5**2 + np.square(a - b).sum()
    assert both(real, fake) == pytest.approx([expected] * 2, rel=1e-10)


def test_closed_form_in_the_plane(rng):
    # tr (S S')^½ of 2x2 matrices is √(tr S S' + 2 √det(S S'))
    root, other = np.array([[2.0, 0.0], [1.0, 0.5]]), np.array([[1.0, 0.7], [0.0, 3.0]])
    real, fake = exactly(rng, 9, np.zeros(2), root), exactly(rng, 7, np.array([3.0, 4.0]), other)
    s, t = root @ root.T, other @ other.T
    middle = np.sqrt(np.trace(s @ t) + 2 * np.sqrt(np.linalg.det(s @ t)))
    expected = 25 + np.trace(s + t) - 2 * middle
    assert both(real, fake) == pytest.approx([expected] * 2, rel=1e-10)


@pytest.mark.parametrize(("n", "m", "d"), [(200, 150, 12), (50, 400, 30), (400, 31, 30)])
def test_agrees_with_scipy_and_torch_fidelity(rng, fidelity, n, m, d):
    import torch
    from scipy import linalg
    from torch_fidelity import metric_fid

    real = rng.normal(size=(n, d)) @ rng.normal(size=(d, d))
    fake = rng.gamma(2, size=(m, d)) @ rng.normal(size=(d, d)) + rng.normal(size=d)
    s, t = (np.cov(x, rowvar=False) for x in (real, fake))
    apart = real.mean(axis=0) - fake.mean(axis=0)
    expected = apart @ apart + np.trace(s + t) - 2 * np.trace(linalg.sqrtm(s @ t)).real
    sides = [metric_fid.fid_features_to_statistics(torch.from_numpy(x)) for x in (real, fake)]
    theirs = metric_fid.fid_statistics_to_metric(*sides, False)[metric_fid.KEY_METRIC_FID]
    assert both(real, fake) == pytest.approx([expected] * 2, rel=1e-6)
    assert both(real, fake) == pytest.approx([theirs] * 2, rel=1e-6)


@pytest.mark.parametrize(("n", "m"), [(10, 15), (10, 300), (300, 10), (100, 101)])
def test_fewer_samples_than_features(rng, fidelity, n, m):
    import torch
    from torch_fidelity import metric_fid

    real = rng.normal(size=(n, 100))
    fake = rng.normal(1, 2, size=(m, 100))
    sides = [metric_fid.fid_features_to_statistics(torch.from_numpy(x)) for x in (real, fake)]
    theirs = metric_fid.fid_statistics_to_metric(*sides, False)[metric_fid.KEY_METRIC_FID]
    pure, of_moments = both(real, fake)
    assert pure == pytest.approx(of_moments, rel=1e-9)
    assert pure == pytest.approx(theirs, rel=1e-5)  # theirs loses half of the digits


def test_two_samples_in_many_dimensions():
    # both covariances have rank one, so tr (S S')^½ = |u · v| for S = u u', S' = v v'
    u, v = np.zeros(200), np.zeros(200)
    u[:2], v[1:3] = (3, 4), (2, 1)
    real, fake = np.stack([u, -u]) / np.sqrt(2), np.stack([v, -v]) / np.sqrt(2)
    expected = 25 + 5 - 2 * 8
    assert both(real, fake) == pytest.approx([expected] * 2, rel=1e-12)


def test_zero_for_the_same_sample(rng):
    for n, d in ((500, 20), (20, 50), (2, 7), (21, 20)):
        x = rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + 3
        trace = np.trace(np.atleast_2d(np.cov(x, rowvar=False)))
        for distance in both(x, rng.permutation(x)):
            assert 0 <= distance < 1e-12 * trace


def test_symmetric_and_blind_to_rotations(rng):
    real, fake = rng.normal(size=(60, 8)), rng.normal(1, 2, size=(90, 8))
    distance = frechet_distance(real, fake)
    axes = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    assert frechet_distance(fake, real) == pytest.approx(distance, rel=1e-12)
    assert frechet_distance(real @ axes, fake @ axes) == pytest.approx(distance, rel=1e-10)
    assert frechet_distance(real + 1e4, fake + 1e4) == pytest.approx(distance, rel=1e-9)


@pytest.mark.parametrize("scale", [1e-60, 1e-10, 1e10, 1e44])
def test_scales_with_the_square(rng, scale):
    for n in (5, 60):
        real, fake = rng.normal(size=(n, 8)), rng.normal(1, 2, size=(n, 8))
        distances = np.array(both(real * scale, fake * scale))
        expected = frechet_distance(real, fake)
        np.testing.assert_allclose(distances / scale / scale, expected, rtol=1e-9)


def test_constant_features(rng):
    flat = np.full((30, 4), 0.1)
    assert both(flat, flat + 2) == pytest.approx([16] * 2, rel=1e-12)
    assert both(flat, flat) == (0, 0)
    x = rng.normal(size=(40, 4))
    expected = np.square(0.1 - x.mean(axis=0)).sum() + x.var(axis=0, ddof=1).sum()
    assert both(flat, x) == pytest.approx([expected] * 2, rel=1e-12)
    # a constant feature beside others adds the square of its means' difference
    y = rng.normal(1, 2, size=(50, 4))
    wide, other = np.insert(x, 2, 7.0, axis=1), np.insert(y, 2, 4.0, axis=1)
    assert both(wide, other) == pytest.approx([frechet_distance(x, y) + 9] * 2, rel=1e-10)


def test_singular_covariances(rng):
    # features that are sums of others: the distance is that in the plane in which they lie
    x, y = rng.normal(size=(40, 3)), rng.normal(0.5, 2, size=(60, 3))
    plane = np.linalg.qr(rng.normal(size=(10, 3)))[0].T
    assert both(x @ plane, y @ plane) == pytest.approx([frechet_distance(x, y)] * 2, rel=1e-10)
    # in planes at right angles the root's trace is 0
    planes = np.linalg.qr(rng.normal(size=(10, 6)))[0].T
    apart = np.square(x.mean(axis=0)).sum() + np.square(y.mean(axis=0)).sum()
    expected = apart + (x.var(axis=0, ddof=1) + y.var(axis=0, ddof=1)).sum()
    assert both(x @ planes[:3], y @ planes[3:]) == pytest.approx([expected] * 2, rel=1e-10)


def test_one_feature_too_many(rng):
    # where rounding may pass a singular covariance off as a regular one
    for _ in range(20):
        x = rng.normal(size=(30, 4)) @ rng.normal(size=(4, 5))
        y = rng.normal(size=(20, 5))
        sides = [(z - z.mean(axis=0)) / np.sqrt(len(z) - 1) for z in (x, y)]
        middle = np.linalg.svd(sides[0] @ sides[1].T, compute_uv=False).sum()
        apart = np.square(x.mean(axis=0) - y.mean(axis=0)).sum()
        expected = apart + sum(np.square(z).sum() for z in sides) - 2 * middle
        assert both(x, y) == pytest.approx([expected] * 2, rel=1e-11)


@pytest.mark.parametrize("least", [1e-2, 1e-4, 1e-6])
def test_variances_of_all_sizes(rng, least):
    # down to where the squares of the small ones are lost beside those of the large ones
    a, b = np.geomspace(1, least, 40), 2 * np.geomspace(1, least, 40)
    axes = np.linalg.qr(rng.normal(size=(40, 40)))[0]
    real, fake = (exactly(rng, 100, np.zeros(40), axes * each) for each in (a, b))
    for distance in both(real, fake):
        assert distance == pytest.approx(np.square(a - b).sum(), rel=1e-9)
    for distance in both(real, real):
        assert distance < 1e-12


@pytest.mark.parametrize("small", [1e-9, 3e-8])
def test_the_nuclear_norm_keeps_small_singular_values(rng, small):
    left, right = (np.linalg.qr(rng.normal(size=(30, 30)))[0] for _ in range(2))
    values = np.ones(30)
    values[3:] = small
    norm = frechet._nuclear_norm(left * values @ right)
    assert norm - 3 == pytest.approx(27 * small, rel=1e-4)
    assert frechet._nuclear_norm(left[:, :3] @ right[:3]) == pytest.approx(3, rel=1e-12)
    assert frechet._nuclear_norm(np.zeros((4, 0))) == frechet._nuclear_norm(np.zeros((2, 3))) == 0


def test_grows_with_the_shift_and_the_scale(rng):
    x = rng.normal(size=(100, 6))
    shifted = [frechet_distance(x, x + shift) for shift in (0, 0.1, 0.5, 2)]
    assert shifted == pytest.approx([0, 0.06, 1.5, 24], rel=1e-9, abs=1e-12)
    noisy = [frechet_distance(x, x + s * rng.normal(size=x.shape)) for s in (0.1, 0.3, 1, 3)]
    assert noisy == sorted(noisy)


def test_many_equal_samples_cost_nothing_and_few_do(rng):
    x = rng.normal(size=(400, 6))
    few = [frechet_distance(x, np.tile(x[:n], (400 // n, 1))) for n in (400, 100, 20, 5)]
    assert few[0] < 1e-12 and few == sorted(few)


def test_float32_and_whole_numbers_are_summed_in_float64(rng):
    x = rng.integers(0, 256, (300, 5))
    y = rng.integers(0, 200, (300, 5))
    expected = frechet_distance(x.astype(float), y.astype(float))
    assert frechet_distance(x, y) == expected
    assert frechet_distance(x.astype("float32"), y.astype("uint8")) == expected


def test_a_plain_float_without_warnings(rng):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n, d in ((3, 50), (50, 3), (2, 2), (3, 2)):
            for distance in both(rng.normal(size=(n, d)), rng.normal(size=(n + 1, d))):
                assert type(distance) is float and np.isfinite(distance)


def test_errors(rng):
    x = rng.normal(size=(5, 3))
    for one in (x[:1], rng.normal(size=(1, 3)).astype("float32")):
        for sides in ((one, x), (x, one)):
            with pytest.raises(ValueError, match=r"two samples. Received: samples=1"):
                frechet_distance(*sides)
    with pytest.raises(ValueError, match="two samples. Received: samples=1"):
        frechet_distance(np.zeros((1, 1)), np.zeros((4, 1)))
    with pytest.raises(ValueError, match="Received: real=3, fake=2"):
        frechet_distance(x, x[:, :2])
    with pytest.raises(ValueError, match="Received: real=3, fake=2"):
        frechet_distance(moments_of(x), moments_of(x[:, :2]))
    for bad in (np.nan, np.inf):
        y = x.copy()
        y[3, 1] = bad
        with pytest.raises(ValueError, match="`fake` holds NaN or infinite values"):
            frechet_distance(x, y)
    with pytest.raises(ValueError, match="Received: samples=0"):
        frechet_distance(Moments(), moments_of(x))


def test_moments_are_small(rng):
    moments = Moments()
    for _ in range(50):
        moments.update(rng.normal(size=(20, 4)))
    assert moments.count == 1000
    assert sum(array.size for array in moments.state().values()) == 1 + 4 + 16
