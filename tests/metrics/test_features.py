import numpy as np
import pytest

from kerasgan import metrics
from kerasgan.metrics import features as features_module
from kerasgan.metrics.features import Collection, Moments, check_features, check_samples

pytestmark = pytest.mark.any_backend


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def moments_of(features):
    moments = Moments()
    moments.update(features)
    return moments


def assert_alike(moments, features):
    features = np.asarray(features, dtype=float)
    assert moments.count == len(features)
    np.testing.assert_allclose(moments.mean, features.mean(axis=0), rtol=1e-12, atol=1e-12)
    expected = np.cov(features, rowvar=False).reshape(moments.scatter.shape)
    np.testing.assert_allclose(moments.covariance(), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("sizes", [(50,), (1,) * 50, (7, 1, 30, 12)])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
def test_moments_are_those_of_all_samples(rng, sizes, dtype):
    features = (100 * rng.normal(3, size=(50, 4))).astype(dtype)
    moments = Moments()
    for batch in np.split(features, np.cumsum(sizes)[:-1]):
        moments.update(batch)
    assert_alike(moments, features)


def test_moments_in_chunks(rng, monkeypatch):
    monkeypatch.setattr(features_module, "CHUNK", 16)
    features = rng.normal(size=(50, 3))
    assert_alike(moments_of(features), features)


def test_moments_lose_nothing_far_from_the_origin(rng):
    # sums of squares would: 1e12 beside variances of 1
    features = 1e6 + rng.normal(size=(400, 3))
    moments = Moments()
    for batch in np.split(features, 8):
        moments.update(batch)
    np.testing.assert_allclose(moments.covariance(), np.cov(features, rowvar=False), rtol=1e-7)


@pytest.mark.parametrize("kind", [Moments, Collection])
def test_a_state_is_the_same_again(rng, kind, tmp_path):
    one = kind()
    one.update(rng.normal(size=(20, 3)))
    np.savez(tmp_path / "state.npz", **one.state())
    with np.load(tmp_path / "state.npz") as state:
        other = kind.from_state(state)
    more = rng.normal(size=(5, 3))
    one.update(more)
    other.update(more)
    for name, array in one.state().items():
        np.testing.assert_array_equal(other.state()[name], array)


def test_a_covariance_takes_two_samples(rng):
    for moments, count in ((Moments(), 0), (moments_of(rng.normal(size=(1, 3))), 1)):
        with pytest.raises(ValueError, match=f"two samples. Received: samples={count}"):
            moments.covariance()


def test_a_collection_keeps_the_order(rng):
    features = rng.normal(size=(30, 4)).astype("float32")
    one = Collection()
    one.update(features[:5])
    one.update(features[5:].astype("float64"))
    assert one.features().dtype == np.float32
    np.testing.assert_array_equal(one.features(), features)
    with pytest.raises(ValueError, match="Received: samples=0"):
        Collection().features()


@pytest.mark.parametrize("kind", [Moments, Collection])
def test_features_are_as_many_in_every_batch(rng, kind):
    one = kind()
    one.update(rng.normal(size=(5, 3)))
    before = one.state()
    with pytest.raises(ValueError, match="3 before. Received: features=2"):
        one.update(rng.normal(size=(5, 2)))
    for name, array in one.state().items():
        np.testing.assert_array_equal(array, before[name])


def test_check_features():
    assert check_features("x", [[1, 2]]).dtype == np.float64
    assert check_features("x", np.ones((2, 3), "float16")).dtype == np.float64
    single = np.ones((2, 3), "float32")
    assert check_features("x", single) is single
    for bad in (np.ones(3), np.ones((2, 3, 4)), np.ones((0, 3)), np.ones((3, 0))):
        with pytest.raises(ValueError, match="`x` must be .* Received: x.shape="):
            check_features("x", bad)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e60, -1e60])
def test_check_features_counts_what_is_not_finite(bad):
    features = np.ones((6, 3))
    features[[2, 2, 5], [0, 1, 2]] = bad
    with pytest.raises(
        ValueError, match=r"NaN or infinite .* in 2 of its samples, first in that of index 2. Rec"
    ):
        check_features("x", features)
    if abs(bad) != 1e60:
        with pytest.raises(ValueError, match="index 2"):
            check_features("x", features.astype("float32"))


def test_check_samples(rng):
    x, y = rng.normal(size=(4, 3)), rng.normal(size=(7, 3)).astype("float32")
    assert all(a is b for a, b in zip(check_samples(x, y), (x, y), strict=True))
    with pytest.raises(ValueError, match=r"Received: real.shape=\(4, 3\), fake.shape=\(7, 2\)"):
        check_samples(x, y[:, :2])
    with pytest.raises(ValueError, match="`fake` holds NaN"):
        check_samples(x, y * np.nan)


@pytest.fixture
def pictures(rng):
    """A function to 240 pictures 6x6 of four kinds, in each a bright bar that varies."""

    def draw():
        kinds = np.repeat(np.arange(4), 60)
        images = np.full((240, 6, 6), -0.5)
        for image, kind in zip(images, kinds, strict=True):
            if kind < 2:
                image[2 * kind + 1, :] = 0.5
            else:
                image[:, 2 * kind - 3] = 0.5
        return (images + 0.1 * rng.normal(size=images.shape)).clip(-1, 1)[..., None], kinds

    return draw


def blurred(images, share):
    """Each pixel gives a share to each of its neighbours, in rows and then in columns."""
    for axis in (1, 2):
        around = np.roll(images, 1, axis) + np.roll(images, -1, axis)
        images = (1 - 2 * share) * images + share * around
    return images


def responses(real, changed):
    """All scores of each sample of a list, higher ones worse."""
    found = {}
    for fake in changed:
        sides = [x.reshape(len(x), -1) for x in (real, fake)]
        scores = {
            "fd": metrics.frechet_distance(*sides),
            **metrics.kernel_distance(*sides, block=12, seed=5),
            **metrics.precision_recall(*sides, k=2),
            **metrics.density_coverage(*sides, k=4),
        }
        for key, score in scores.items():
            better = key in ("precision", "recall", "density", "coverage")
            found.setdefault(key, []).append(-score if better else score)
    return found


def assert_worse(found, *keys):
    for key in keys:
        assert found[key] == sorted(found[key]) and found[key][0] < found[key][-1], key


def test_noise_is_seen(pictures, rng):
    (real, _), (fake, _) = pictures(), pictures()
    found = responses(real, [fake + s * rng.normal(size=fake.shape) for s in (0, 0.1, 0.3, 1)])
    assert_worse(found, "fd", "kd", "precision", "density", "coverage")


def test_blur_is_seen(pictures):
    (real, _), (fake, _) = pictures(), pictures()
    found = responses(real, [blurred(fake, share) for share in (0, 0.05, 0.1, 0.2)])
    assert_worse(found, "fd", "kd", "recall", "coverage")


def test_dropped_kinds_are_seen_but_not_by_precision(pictures):
    (real, _), (fake, kinds) = pictures(), pictures()
    found = responses(real, [fake[kinds < kept] for kept in (4, 3, 2, 1)])
    assert_worse(found, "fd", "kd", "recall", "coverage")
    assert np.ptp(found["precision"]) < 0.1


def test_repeated_images_are_seen(pictures, rng):
    (real, _), (fake, _) = pictures(), pictures()
    fake = rng.permutation(fake)
    found = responses(real, [np.tile(fake[:n], (240 // n, 1, 1, 1)) for n in (240, 40, 10, 2)])
    assert_worse(found, "fd", "recall", "coverage")
