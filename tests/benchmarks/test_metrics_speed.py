import json

import numpy as np
import pytest

from benchmarks import metrics_speed
from kerasgan.metrics.frechet import frechet_distance

pytestmark = pytest.mark.any_backend


def test_both_get_the_same_distance_and_all_is_recorded(tmp_path):
    out = tmp_path / "out.json"
    words = ["--samples", "2500", "--features", "6", "--repeats", "3", "--out", str(out)]
    metrics_speed.main(words)
    result = json.loads(out.read_text())
    ours, theirs = (result["distances"][name] for name in ("kerasgan", "torch_fidelity"))
    assert ours == pytest.approx(theirs, rel=1e-4) and ours > 0
    medians = {name: sorted(seconds)[1] for name, seconds in result["seconds"].items()}
    assert result["median_seconds"] == medians
    assert result["least_and_most_seconds"]["kerasgan"][0] <= medians["kerasgan"]
    ratio = medians["kerasgan"] / medians["torch_fidelity"]
    assert result["ratio"] == pytest.approx(ratio, abs=1e-3)
    assert list(result["streaming_peak_mib"]) == ["500", "2500"]
    assert {"numpy", "torch-fidelity", "keras"} <= set(result["versions"])


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
