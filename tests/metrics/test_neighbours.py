import tracemalloc

import numpy as np
import pytest

from kerasgan.metrics import density_coverage, distances, precision_recall

pytestmark = pytest.mark.any_backend


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def by_definition(real, fake, k_precision, k_density):
    """All four, from differences of points and sorted distances."""

    def squares(x, y):
        return np.square(x[:, None] - y[None]).sum(axis=-1)

    def inside(x, centres, k):
        radii = np.sort(squares(centres, centres), axis=1)[:, k]
        return squares(x, centres) <= radii

    within = inside(fake, real, k_density)
    return {
        "precision": inside(fake, real, k_precision).any(axis=1).mean(),
        "recall": inside(real, fake, k_precision).any(axis=1).mean(),
        "density": within.sum() / (k_density * len(fake)),
        "coverage": within.any(axis=0).mean(),
    }


def all_four(real, fake, k_precision=3, k_density=5):
    return precision_recall(real, fake, k_precision) | density_coverage(real, fake, k_density)


def test_by_hand_on_the_line():
    # real radii 1, 1, 2, 2 for k=1: balls [-1, 1], [0, 2], [1, 5], [3, 7]
    real = np.array([[0.0], [1.0], [3.0], [5.0]])
    fake = np.array([[0.5], [1.5], [9.0], [9.5], [20.0]])
    # the generated ones' radii are 1, 1, 0.5, 0.5, 10.5: [-.5, 1.5], [.5, 2.5], ..., [9.5, 30.5]
    assert precision_recall(real, fake, 1) == {"precision": 0.4, "recall": 0.5}
    # 0.5 lies in two balls, 1.5 in two; of the four balls three are hit
    assert density_coverage(real, fake, 1) == {"density": 4 / 5, "coverage": 0.75}


@pytest.mark.parametrize(("n", "m", "d"), [(40, 60, 2), (70, 30, 5), (25, 25, 40)])
def test_by_definition(rng, n, m, d):
    real, fake = rng.normal(size=(n, d)), rng.normal(0.3, 1.2, size=(m, d))
    for ks in ((1, 1), (3, 5), (7, 2)):
        assert all_four(real, fake, *ks) == pytest.approx(by_definition(real, fake, *ks), rel=1e-12)


def test_agrees_with_torch_fidelity(rng, fidelity):
    import torch
    from torch_fidelity import metric_prc

    real, fake = rng.normal(size=(150, 6)), rng.normal(0.5, 0.8, size=(120, 6))
    for k in (1, 3, 6):
        theirs = metric_prc.prc_features_to_metric(
            torch.from_numpy(fake),
            torch.from_numpy(real),
            prc_neighborhood=k,
            prc_batch_size=50,
            save_cpu_ram=True,
            verbose=False,
        )
        assert precision_recall(real, fake, k) == {
            "precision": pytest.approx(theirs["precision"], abs=1e-6),
            "recall": pytest.approx(theirs["recall"], abs=1e-6),
        }


def test_the_same_sample(rng):
    for d in (1, 3, 200):
        x = rng.normal(size=(50, d)).astype("float32")
        found = all_four(x, rng.permutation(x))
        # the k neighbours on and in the ball, and its centre
        assert found == {"precision": 1, "recall": 1, "density": 6 / 5, "coverage": 1}


def test_swapped_samples_swap_precision_and_recall(rng):
    x, y = rng.normal(size=(60, 3)), rng.normal(1, size=(80, 3))
    one, other = precision_recall(x, y), precision_recall(y, x)
    assert (one["precision"], one["recall"]) == (other["recall"], other["precision"])
    assert one["precision"] != one["recall"]


def test_far_apart(rng):
    x = rng.normal(size=(30, 4))
    found = all_four(x, x + 1000)
    assert found == {"precision": 0, "recall": 0, "density": 0, "coverage": 0}


def test_far_from_the_origin_it_stays_the_same(rng):
    x, y = rng.normal(size=(80, 3)), rng.normal(0.5, size=(90, 3))
    assert all_four(x + 1e5, y + 1e5) == all_four(x, y)
    assert all_four(x * 1e-30, y * 1e-30) == all_four(x, y)
    assert all_four(x * 1e30, y * 1e30) == all_four(x, y)


def test_the_same_distribution(rng):
    # a new point is among the k nearest of a real one, with n - 1 other real ones, k times in n:
    # the mean density is 1; and coverage is that none of m new ones is: a product of k ratios
    n, m, k = 60, 40, 5
    found = [density_coverage(*np.split(rng.normal(size=(n + m, 4)), [n]), k) for _ in range(300)]
    density, coverage = (np.array([f[name] for f in found]) for name in ("density", "coverage"))
    missed = np.prod([(n - i) / (n + m - i) for i in range(1, k + 1)])
    assert abs(density.mean() - 1) < 5 * density.std() / np.sqrt(300)
    assert abs(coverage.mean() - (1 - missed)) < 5 * coverage.std() / np.sqrt(300)


def test_copies_lie_on_rims_and_are_not_lost(rng):
    # the k-th neighbours of real points are on rims, wherever rounding puts them
    for d, dtype in ((2, "float64"), (64, "float32"), (200, "float32")):
        real = (5 + rng.normal(size=(90, d))).astype(dtype)
        fake = real[rng.integers(0, 90, 200)]
        found = density_coverage(real, fake, k=4)
        exact = by_definition(real.astype(float), fake.astype(float), 3, 4)
        assert found["density"] == pytest.approx(exact["density"], rel=1e-12)
        assert found["coverage"] == exact["coverage"]
        assert precision_recall(real, fake) == {"precision": 1, "recall": exact["recall"]}


def test_duplicates(rng):
    # more than k copies make a ball of radius 0, in which there are only further copies
    x = rng.normal(size=(10, 300)).astype("float32")
    real = np.repeat(x, 6, axis=0)
    assert all_four(real, x[rng.integers(0, 10, 40)], k_density=5)["precision"] == 1
    near = x + np.float32(1e-3) * rng.normal(size=x.shape).astype("float32")
    found = all_four(real, near)
    assert found["precision"] == found["density"] == found["coverage"] == 0
    # generated copies of one point: all precise, with one point recalled
    found = all_four(x, np.repeat(x[:1], 30, axis=0), 3, 3)
    assert found["precision"] == 1 and found["recall"] == 0.1
    assert found["coverage"] < 1


def test_constant_samples():
    flat = np.full((8, 3), 0.1)
    assert all_four(flat, flat) == {"precision": 1, "recall": 1, "density": 8 / 5, "coverage": 1}
    assert set(all_four(flat, flat + 1).values()) == {0}


def test_density_counts_what_precision_cannot(rng):
    # one real outlier lets a whole wrong sample be precise, and hardly dense
    real = np.concatenate([rng.normal(size=(99, 2)), [[60.0, 0.0]]])
    fake = rng.normal(size=(50, 2)) + [30, 0]
    found = all_four(real, fake)
    assert found["precision"] > 0.9
    assert found["density"] < 0.25 and found["coverage"] <= 0.01


def test_chunks_do_not_change_it(rng, monkeypatch):
    real, fake = rng.normal(size=(53, 4)), rng.normal(0.2, size=(71, 4))
    whole = all_four(real, fake)
    for chunk in (1, 200):
        monkeypatch.setattr(distances, "CHUNK", chunk)
        assert all_four(real, fake) == whole


def test_memory_is_bounded(rng, monkeypatch):
    monkeypatch.setattr(distances, "CHUNK", 2**14)
    real, fake = rng.normal(size=(2, 1500, 4))
    tracemalloc.start()
    try:
        all_four(real, fake)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1500 * 1500 * 8 / 10  # a tenth of all distances


@pytest.mark.parametrize("score", [precision_recall, density_coverage])
def test_errors(rng, score):
    x = rng.normal(size=(5, 3))
    with pytest.raises(ValueError, match="at least 1. Received: k=0"):
        score(x, x, k=0)
    with pytest.raises(ValueError, match=r"in `real`. Received: k=5, real.shape=\(5, 3\)"):
        score(x, np.tile(x, (3, 1)), k=5)
    with pytest.raises(ValueError, match=r"Received: real.shape=\(5, 3\), fake.shape=\(5, 2\)"):
        score(x, x[:, :2])
    with pytest.raises(ValueError, match="`fake` holds NaN"):
        score(x, x * np.nan)


def test_k_is_below_the_number_of_generated_samples_too(rng):
    x = rng.normal(size=(9, 3))
    with pytest.raises(ValueError, match=r"in `fake`. Received: k=4, fake.shape=\(4, 3\)"):
        precision_recall(x, x[:4], k=4)
    assert density_coverage(x, x[:1], k=4)["density"] > 0
