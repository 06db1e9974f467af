import keras
import numpy as np
import pytest

from kerasgan import metrics
from kerasgan.metrics import evaluation
from kerasgan.metrics.extractors.inception import SHA256

rng = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return tmp_path / "kerasgan" / "statistics"


@pytest.fixture(scope="module")
def pixels():
    return keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten()])


def images(n, shift=0.0):
    return (rng.uniform(-0.5, 0.5, (n, 4, 4, 1)) + shift).astype("float32")


def flat(x):
    return x.reshape(len(x), -1)


def test_every_score_is_that_of_its_function(pixels):
    real, fake = images(150), images(150, 0.1)
    names = ["fd", "kd", "precision_recall", "density_coverage", "swd", "energy", "l1", "psnr"]
    found = metrics.evaluate(fake, real, names, pixels)["scores"]
    a, b = flat(real), flat(fake)
    want = {
        "fd": metrics.frechet_distance(a, b),
        **metrics.kernel_distance(a, b),
        **metrics.precision_recall(a, b),
        **metrics.density_coverage(a, b),
        "swd": metrics.sliced_wasserstein(a, b),
        "energy": metrics.energy_distance(a, b),
        "l1": np.abs(a.astype(float) - b).mean(),
        "psnr": metrics.psnr(real, fake),
    }
    assert list(found) == list(want)
    assert found == pytest.approx(want, rel=1e-5)


def test_batches_arrays_and_labelled_batches_score_alike(pixels):
    real, fake = images(130), images(70)
    labelled = [(real[i : i + 50], np.zeros(len(real[i : i + 50]))) for i in (0, 50, 100)]
    parts = (keras.ops.convert_to_tensor(fake[i : i + 30]) for i in (0, 30, 60))
    one = metrics.evaluate(fake, real, "fd", pixels)
    other = metrics.evaluate(parts, labelled, "fd", pixels)
    assert other["scores"] == pytest.approx(one["scores"])
    assert other["fingerprint"] == one["fingerprint"]
    assert one["fingerprint"]["samples"] == 70 and one["fingerprint"]["real_samples"] == 130


def test_the_fingerprint_tells_data_extractors_and_protocols_apart(pixels):
    real, fake = images(60), images(60)
    base = metrics.evaluate(fake, real, "fd", pixels, protocol={"seed": 0})
    assert set(base["fingerprint"]) >= {"extractor", "weights", "resize", "size", "versions"}
    shuffled = metrics.evaluate(fake, real[::-1], "fd", pixels, protocol={"seed": 0})
    assert metrics.compare(base, shuffled) == {"fd": pytest.approx(0, abs=1e-9)}

    def field(other, name):
        with pytest.raises(ValueError, match="not made alike") as error:
            metrics.compare(base, other)
        assert f"{name}=" in str(error.value)
        assert metrics.compare(base, other, ignore=[name, "real_samples"]) is not None

    changed = real.copy()
    changed[3, 0, 0, 0] += 1e-3
    field(metrics.evaluate(fake, changed, "fd", pixels, protocol={"seed": 0}), "real")
    field(metrics.evaluate(fake, real, "fd", pixels, protocol={"seed": 1}), "seed")
    field(metrics.evaluate(fake[:50], real, "fd", pixels, protocol={"seed": 0}), "samples")
    net = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(8)])
    one = metrics.evaluate(fake, real, "fd", net)
    net.layers[-1].kernel.assign(net.layers[-1].kernel + 0.1)
    with pytest.raises(ValueError, match="weights="):
        metrics.compare(one, metrics.evaluate(fake, real, "fd", net))


def test_no_common_score(pixels):
    a, b = ({"scores": {name: 1.0}, "fingerprint": {}} for name in ("fd", "kd"))
    with pytest.raises(ValueError, match="No score is in both"):
        metrics.compare(a, b)


def test_statistics_of_real_images_are_computed_once(pixels, home, monkeypatch):
    real, fake = images(60), images(60)
    first = metrics.evaluate(fake, real, ("fd", "kd"), pixels)
    assert len(list(home.iterdir())) == 2
    seen = []
    features = metrics.Extractor.features
    monkeypatch.setattr(
        metrics.Extractor, "features", lambda self, x: seen.append(len(x)) or features(self, x)
    )
    assert metrics.evaluate(fake, real, ("fd", "kd"), pixels)["scores"] == first["scores"]
    assert sum(seen) == 60  # the generated ones alone
    for file in home.iterdir():
        file.write_bytes(file.read_bytes()[:200])
    assert metrics.evaluate(fake, real, ("fd", "kd"), pixels)["scores"] == first["scores"]
    assert sum(seen) == 60 + 60 + 60  # a damaged file is as none
    for file in home.iterdir():
        file.unlink()
    metrics.evaluate(fake, real, "fd", pixels, cache=False)
    assert not list(home.iterdir())


def test_an_evaluator_scores_again_and_again(pixels):
    real, fake = images(60), images(60, 0.2)
    evaluator = metrics.Evaluator(real, ("fd", "l1"), pixels)
    first = evaluator(fake)["scores"]
    assert evaluator(real)["scores"]["fd"] == pytest.approx(0, abs=1e-9)
    assert evaluator(real)["scores"]["l1"] == 0
    assert evaluator(fake)["scores"] == first


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"metrics": "fide"}, "out of fid, kid, fd.*metrics=\\['fide'\\]"),
        ({"metrics": ()}, "Name metrics"),
        ({"extractor": "vgg"}, "vgg"),
        ({"real": iter([])}, "read more than once"),
        ({"real": images(8)[..., 0]}, "must be \\(n, height, width, channels\\)"),
        ({"real": images(8) * 255}, r"must lie in \[-1, 1\].*Received: images from"),
        ({"fake": images(8) * np.nan}, r"must lie in \[-1, 1\]"),
        ({"fake": []}, "no generated images"),
        ({"fake": images(7), "metrics": "l1"}, "Received: generated=7, real=8"),
    ],
)
def test_what_it_refuses(pixels, change, message):
    given = {"fake": images(8), "real": images(8), "metrics": "fd", "extractor": pixels, **change}
    with pytest.raises(ValueError, match=message):
        metrics.evaluate(**given)


@pytest.mark.parametrize(("name", "plain"), [("fid", "fd"), ("kid", "kd")])
def test_names_of_inceptions_scores(pixels, name, plain):
    real, fake = images(8), images(8, 0.1)
    for other in (pixels, "efficientnet_lite0", metrics.Extractor(pixels, "inception")):
        with pytest.raises(ValueError, match=f"name it '{plain}'. Received: .*{name}.*extractor="):
            metrics.evaluate(fake, real, (plain, name), other)
    inception = metrics.Extractor(pixels, "inception", weights=SHA256)
    found = metrics.evaluate(fake, real, (name, plain), inception)["scores"]
    assert found[name] == found[plain] > 0
    assert found.keys() == {key + end for key in (name, plain) for end in ENDS[plain]}


ENDS = {"fd": [""], "kd": ["", "_std"]}


def test_every_metric_has_a_name():
    of_samples = {**evaluation.INCEPTION, **evaluation.OF_MOMENTS, **evaluation.OF_FEATURES}
    assert {*of_samples, "is", *evaluation.PAIRED} == set(metrics.METRICS) > set(metrics.DEFAULT)


def test_scores_of_probabilities_and_maps_in_batches():
    real, fake = images(50), images(50, 0.3)
    inputs = keras.Input((4, 4, 1))
    maps = keras.layers.Conv2D(3, 2, name="maps")(inputs)
    model = keras.Model(inputs, keras.layers.Flatten()(maps))
    extractor = metrics.Extractor(model, "small", head=keras.layers.Dense(5), maps=["maps"])
    parts = [fake[i : i + 20] for i in (0, 20, 40)]
    found = metrics.evaluate(parts, real, ("is", "feature_distance"), extractor)["scores"]
    want = metrics.inception_score(extractor.probabilities(fake))
    want["feature_distance"] = metrics.feature_distance(extractor.maps(real), extractor.maps(fake))
    assert found == pytest.approx(want, rel=1e-5)
