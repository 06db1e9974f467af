import numpy as np
import pytest

from benchmarks import metrics_speed
from kerasgan.metrics.frechet import frechet_distance

pytestmark = pytest.mark.any_backend


def test_both_get_the_same_distance():
    seconds, distances = metrics_speed.measure_time(2500, 6, repeats=2)
    ours, theirs = (distances[name] for name in ("kerasgan", "torch_fidelity"))
    assert ours == pytest.approx(theirs, rel=1e-4) and ours > 0
    assert {name: len(each) for name, each in seconds.items()} == {
        "kerasgan": 2,
        "torch_fidelity": 2,
    }


def test_a_median_and_the_memory_are_printed(capsys, monkeypatch):
    timed = {"kerasgan": [3.0, 1.0, 2.0]}, {"kerasgan": 0.5}
    monkeypatch.setattr(metrics_speed, "measure_time", lambda *given: timed)
    metrics_speed.main(["--samples", "2500", "--features", "6"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "| kerasgan | 2 | 1 | 3 | 0.5 |"
    assert [line.split()[0] for line in lines[4:]] == ["500", "2500"]


def test_memory_does_not_grow_with_the_samples():
    few, many = (metrics_speed.measure_memory(samples, 50) for samples in (1000, 20_000))
    assert 0 < few and many <= 1.1 * few


def test_features_have_the_spectrum_that_is_told():
    real, fake = metrics_speed.make_features(20_000, 4)
    assert real.dtype == fake.dtype == np.float32
    variances = np.linalg.eigvalsh(np.cov(real.astype(float), rowvar=False))[::-1]
    np.testing.assert_allclose(variances, [1, 1e-2, 1e-4, 1e-6], rtol=0.1)
    # the means' part, and that of scales 1 and 1.1
    expected = 4 * 0.01**2 + 0.1**2 * variances.sum()
    assert frechet_distance(real, fake) == pytest.approx(expected, rel=0.2)
