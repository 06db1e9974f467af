import keras
import numpy as np
import pytest

from kerasgan.metrics import streaming
from kerasgan.metrics.frechet import FrechetDistance, frechet_distance
from kerasgan.metrics.kernel import KernelDistance, kernel_distance
from kerasgan.metrics.neighbours import (
    DensityCoverage,
    PrecisionRecall,
    density_coverage,
    precision_recall,
)
from kerasgan.metrics.streaming import (
    Collection,
    HostMetric,
    Moments,
    check_features,
    check_samples,
)

pytestmark = pytest.mark.any_backend

# of each metric of two samples: the class, its settings, the pure function, its score by name
METRICS = {
    "fid": (FrechetDistance, {}, lambda x, y: {"fid": frechet_distance(x, y)}),
    "kid": (KernelDistance, {"block": 12, "seed": 5}, lambda x, y: kernel_distance(x, y, 12, 5)),
    "precision_recall": (PrecisionRecall, {"k": 2}, lambda x, y: precision_recall(x, y, 2)),
    "density_coverage": (DensityCoverage, {"k": 4}, lambda x, y: density_coverage(x, y, 4)),
}
every_metric = pytest.mark.parametrize("name", METRICS)


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
    monkeypatch.setattr(streaming, "CHUNK", 16)
    features = rng.normal(size=(50, 3))
    assert_alike(moments_of(features), features)


def test_moments_lose_nothing_far_from_the_origin(rng):
    # sums of squares would: 1e12 beside variances of 1
    features = 1e6 + rng.normal(size=(400, 3))
    moments = Moments()
    for batch in np.split(features, 8):
        moments.update(batch)
    np.testing.assert_allclose(moments.covariance(), np.cov(features, rowvar=False), rtol=1e-7)


def test_moments_of_workers_are_merged(rng):
    features = rng.normal(size=(50, 3))
    one, other = moments_of(features[:13]), moments_of(features[13:])
    before = {name: array.copy() for name, array in other.state().items()}
    one.merge(other)
    assert_alike(one, features)
    one.update(features)
    one.merge(Moments())
    assert_alike(one, np.concatenate([features, features]))
    empty = Moments()
    empty.merge(other)
    assert_alike(empty, features[13:])
    empty.update(features)
    for name, array in other.state().items():
        np.testing.assert_array_equal(array, before[name])


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
    assert one.count == other.count == 25
    for name, array in one.state().items():
        np.testing.assert_array_equal(other.state()[name], array)


def test_a_covariance_takes_two_samples(rng):
    for moments, count in ((Moments(), 0), (moments_of(rng.normal(size=(1, 3))), 1)):
        with pytest.raises(ValueError, match=f"two samples. Received: samples={count}"):
            moments.covariance()


def test_a_collection_keeps_the_order(rng):
    features = rng.normal(size=(30, 4)).astype("float32")
    one, other = Collection(), Collection()
    one.update(features[:5])
    one.update(features[5:12].astype("float64"))
    other.update(features[12:])
    one.merge(other)
    assert one.count == 30 and other.count == 18
    assert one.features().dtype == np.float32
    np.testing.assert_array_equal(one.features(), features)
    np.testing.assert_array_equal(other.features(), features[12:])
    with pytest.raises(ValueError, match="Received: samples=0"):
        Collection().features()


@pytest.mark.parametrize("kind", [Moments, Collection])
def test_features_are_as_many_in_every_batch(rng, kind):
    one = kind()
    one.update(rng.normal(size=(5, 3)))
    for add in (one.update, lambda features: one.merge(_of(kind, features))):
        with pytest.raises(ValueError, match="3 before. Received: features=2"):
            add(rng.normal(size=(5, 2)))
    assert one.count == 5


def _of(kind, features):
    made = kind()
    made.update(features)
    return made


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


def test_host_metrics_stay_out_of_compiled_steps():
    class Count(HostMetric):
        def reset_state(self):
            self.count = 0

    metric = Count(name="count")
    assert metric.count == 0 and not metric.variables
    with pytest.raises(TypeError, match="callbacks.Evaluation. Received: metric=Count"):
        metric.stateless_update_state([], 1.0)
    with pytest.raises(NotImplementedError):
        metric.merge(metric)


@pytest.fixture(params=[(60, 45, 6), (30, 38, 40)], ids=["many samples", "many features"])
def samples(request, rng):
    """Two batches of images, few and many beside their pixels."""
    n, m, width = request.param
    images = rng.normal(size=(n, width // 2, 2, 1)), rng.normal(0.3, size=(m, width // 2, 2, 1))
    return [x.astype("float32") for x in images]


def flat(images):
    return images.reshape(len(images), -1)


def fed(name, real, fake, size=7):
    cls, settings, _ = METRICS[name]
    metric = cls(**settings)
    feed(metric.update_real, real, size)
    feed(metric.update_state, fake, size)
    return metric


def feed(update, images, size=7):
    for start in range(0, len(images), size):
        update(images[start : start + size])


def scores(metric):
    found = metric.result()
    return found if isinstance(found, dict) else {metric.name: found}


@every_metric
def test_batches_are_as_all_at_once(name, samples):
    real, fake = samples
    expected = METRICS[name][2](flat(real), flat(fake))
    assert all(isinstance(value, float) for value in expected.values())
    metric = fed(name, real, fake)
    assert metric.name == name
    assert scores(metric) == pytest.approx(expected, rel=1e-6)
    assert scores(metric) == pytest.approx(expected, rel=1e-6)  # asked once more
    feed(metric.update_state, real)
    longer = METRICS[name][2](flat(real), flat(np.concatenate([fake, real])))
    assert scores(metric) == pytest.approx(longer, rel=1e-6)


@every_metric
def test_workers_are_as_one(name, samples):
    real, fake = samples
    one, other = fed(name, real[:20], fake[:11]), fed(name, real[20:], fake[11:])
    alone = scores(other)
    one.merge(other)
    assert scores(one) == pytest.approx(METRICS[name][2](flat(real), flat(fake)), rel=1e-6)
    assert scores(other) == alone


@every_metric
def test_the_real_images_are_kept_for_a_second_round(name, samples):
    real, fake = samples
    metric = fed(name, real, fake)
    metric.result()
    metric.reset_state()
    with pytest.raises(ValueError, match="No fake images were added yet. Received: samples=0"):
        metric.result()
    feed(metric.update_state, 2 * fake)
    assert scores(metric) == pytest.approx(METRICS[name][2](flat(real), flat(2 * fake)), rel=1e-6)


@every_metric
def test_the_order_of_the_sides_is_free(name, samples):
    real, fake = samples
    cls, settings, function = METRICS[name]
    metric = cls(**settings, name="score")
    assert metric.name == "score"
    metric.update_state(fake)
    with pytest.raises(ValueError, match="No real images were added yet. Received: samples=0"):
        metric.result()
    metric.update_real(keras.ops.convert_to_tensor(real))
    expected = function(flat(real), flat(fake))
    assert list(scores(metric).values()) == pytest.approx(list(expected.values()), rel=1e-6)


@every_metric
def test_images_go_through_the_extractor(name, rng):
    real, fake = rng.uniform(-1, 1, (2, 20, 4, 4, 1)).astype("float32")
    model = keras.Sequential(
        [keras.Input((4, 4, 1)), keras.layers.AveragePooling2D(2), keras.layers.Flatten()]
    )
    cls, settings, function = METRICS[name]
    metric = cls(model, **settings)
    feed(metric.update_real, real)
    feed(metric.update_state, fake)
    small = [x.reshape(20, 2, 2, 2, 2).mean(axis=(2, 4)).reshape(20, 4) for x in (real, fake)]
    assert scores(metric) == pytest.approx(function(*small), rel=1e-4)


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
        for name in METRICS:
            for key, score in scores(fed(name, real, fake, size=60)).items():
                better = key in ("precision", "recall", "density", "coverage")
                found.setdefault(key, []).append(-score if better else score)
    return found


def assert_worse(found, *keys):
    for key in keys:
        assert found[key] == sorted(found[key]) and found[key][0] < found[key][-1], key


def test_noise_is_seen(pictures, rng):
    (real, _), (fake, _) = pictures(), pictures()
    found = responses(real, [fake + s * rng.normal(size=fake.shape) for s in (0, 0.1, 0.3, 1)])
    assert_worse(found, "fid", "kid", "precision", "density", "coverage")


def test_blur_is_seen(pictures):
    (real, _), (fake, _) = pictures(), pictures()
    found = responses(real, [blurred(fake, share) for share in (0, 0.05, 0.1, 0.2)])
    assert_worse(found, "fid", "kid", "recall", "coverage")


def test_dropped_kinds_are_seen_but_not_by_precision(pictures):
    (real, _), (fake, kinds) = pictures(), pictures()
    found = responses(real, [fake[kinds < kept] for kept in (4, 3, 2, 1)])
    assert_worse(found, "fid", "kid", "recall", "coverage")
    assert np.ptp(found["precision"]) < 0.1


def test_repeated_images_are_seen(pictures, rng):
    (real, _), (fake, _) = pictures(), pictures()
    fake = rng.permutation(fake)
    found = responses(real, [np.tile(fake[:n], (240 // n, 1, 1, 1)) for n in (240, 40, 10, 2)])
    assert_worse(found, "fid", "recall", "coverage")
