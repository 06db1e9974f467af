import numpy as np
import pytest

from kerasgan.metrics.inception_score import Sums, inception_score

pytestmark = pytest.mark.any_backend


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def random_probabilities(rng, samples, classes=7, dtype="float32"):
    raw = np.exp(2 * rng.normal(size=(samples, classes)))
    return (raw / raw.sum(axis=1, keepdims=True)).astype(dtype)


def score_of(p):
    """exp of the mean divergence, written out."""
    marginal = p.mean(axis=0)
    return np.exp(np.mean([np.sum(row * np.log(row / marginal)) for row in p]))


def test_closed_forms():
    sure = np.eye(5)[np.arange(20) % 5]
    assert inception_score(sure, 1) == {"is": pytest.approx(5, rel=1e-12), "is_std": 0.0}
    assert inception_score(np.full((20, 5), 0.2), 2)["is"] == pytest.approx(1, rel=1e-12)
    assert inception_score(np.tile([[0.7, 0.1, 0.2]], (9, 1)), 3)["is"] == pytest.approx(1)
    # three quarters of one class: exp of the entropy of the shares
    p = np.eye(2)[[0, 0, 0, 1]]
    entropy = -0.75 * np.log(0.75) - 0.25 * np.log(0.25)
    assert inception_score(p, 1)["is"] == pytest.approx(np.exp(entropy), rel=1e-12)


@pytest.mark.parametrize("splits", [1, 3, 10])
def test_sample_i_is_in_part_i_mod_splits(rng, splits):
    p = random_probabilities(rng, 47, dtype="float64")
    each = [score_of(p[part::splits]) for part in range(splits)]
    assert inception_score(p, splits) == {
        "is": pytest.approx(np.mean(each), rel=1e-12),
        "is_std": pytest.approx(np.std(each), rel=1e-9, abs=1e-12),
    }


def test_agrees_with_torch_fidelity(rng, fidelity):
    import torch
    from torch_fidelity import metric_isc

    logits = torch.from_numpy(3 * rng.normal(size=(60, 9)))
    p = logits.softmax(dim=1).numpy()
    theirs = metric_isc.isc_features_to_metric(logits, splits=1)
    assert inception_score(p, 1)["is"] == pytest.approx(
        theirs[metric_isc.KEY_METRIC_ISC_MEAN], rel=1e-10
    )
    # with more parts, for the samples dealt so that theirs are ours
    dealt = np.concatenate([np.arange(60)[part::4] for part in range(4)])
    theirs = metric_isc.isc_features_to_metric(logits[dealt], splits=4, shuffle=False)
    assert inception_score(p, 4) == {
        "is": pytest.approx(theirs[metric_isc.KEY_METRIC_ISC_MEAN], rel=1e-10),
        "is_std": pytest.approx(theirs[metric_isc.KEY_METRIC_ISC_STD], rel=1e-8),
    }


def test_bounds_and_order(rng):
    p = random_probabilities(rng, 100)
    assert 1 <= inception_score(p)["is"] <= 7
    np.testing.assert_allclose(
        inception_score(p, 1)["is"], inception_score(rng.permutation(p), 1)["is"], rtol=1e-12
    )
    # dealt as cards, sorted classes are in every part
    assert inception_score(np.eye(5).repeat(20, axis=0))["is"] == pytest.approx(5, rel=1e-12)


def test_falls_with_doubt_and_with_dropped_classes(rng):
    sure = np.eye(6).repeat(10, axis=0)
    doubtful = [inception_score((1 - t) * sure + t / 6, 1)["is"] for t in (0, 0.2, 0.5, 1)]
    assert doubtful == sorted(doubtful, reverse=True)
    assert doubtful[-1] == pytest.approx(1, rel=1e-12)
    dropped = [inception_score(sure[: 10 * kept], 1)["is"] for kept in (6, 5, 3, 1)]
    assert dropped == pytest.approx([6, 5, 3, 1], rel=1e-12)


@pytest.mark.parametrize("sizes", [(23, 14, 10), (1,) * 47, (47,), (10, 30, 7)])
def test_batches_are_as_all_at_once(rng, sizes):
    p = random_probabilities(rng, 47)
    sums = Sums(10)
    for batch in np.split(p, np.cumsum(sizes)[:-1]):
        sums.update(batch)
    assert sums.result() == pytest.approx(inception_score(p), rel=1e-10)


def test_half_precision_is_borne(rng):
    p = random_probabilities(rng, 50, classes=100)
    rough = p.astype("float16").astype("float64")
    exact = inception_score(rough / rough.sum(axis=1, keepdims=True), 1)["is"]
    assert inception_score(p.astype("float16"), 1)["is"] == pytest.approx(exact, rel=1e-12)
    assert inception_score(p, 1)["is"] == pytest.approx(exact, rel=1e-2)


def test_errors(rng):
    p = random_probabilities(rng, 9)
    with pytest.raises(ValueError, match="Received: splits=0"):
        inception_score(p, 0)
    with pytest.raises(ValueError, match="Received: samples=9, splits=10"):
        inception_score(p)
    with pytest.raises(ValueError, match="Received: samples=0, splits=10"):
        Sums(10).result()
    for bad in (rng.normal(size=(20, 3)), np.full((20, 3), 0.5), 2 * p):
        with pytest.raises(ValueError, match="each row's sum 1. Received: minimum"):
            inception_score(bad, 2)
    with pytest.raises(ValueError, match="`probabilities` holds NaN"):
        inception_score(p * np.nan)
    sums = Sums(10)
    sums.update(p)
    with pytest.raises(ValueError, match="7 before. Received: features=6"):
        sums.update(random_probabilities(rng, 9, classes=6))
