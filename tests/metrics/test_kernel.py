import numpy as np
import pytest

from kerasgan.metrics.kernel import kernel_distance

pytestmark = pytest.mark.any_backend


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def by_loops(x, y):
    """The estimate written out pair by pair."""

    def kernel(a, b):
        return (a @ b / len(a) + 1) ** 3

    n, m = len(x), len(y)
    xx = sum(kernel(x[i], x[j]) for i in range(n) for j in range(n) if i != j)
    yy = sum(kernel(y[i], y[j]) for i in range(m) for j in range(m) if i != j)
    xy = sum(kernel(a, b) for a in x for b in y)
    return xx / (n * (n - 1)) + yy / (m * (m - 1)) - 2 * xy / (n * m)


def test_pair_by_pair(rng):
    x, y = rng.normal(size=(12, 3)), rng.normal(0.5, size=(12, 3))
    assert kernel_distance(x, y) == {
        "kd": pytest.approx(by_loops(x, y), rel=1e-12),
        "kd_std": 0.0,
    }


def test_closed_form_of_points():
    # all of one side at a, all of the other at b: (a·a/d + 1)³ + (b·b/d + 1)³ - 2 (a·b/d + 1)³
    a, b = np.tile([1.0, 2.0], (3, 1)), np.tile([3.0, -1.0], (3, 1))
    assert kernel_distance(a, b)["kd"] == pytest.approx(3.5**3 + 6**3 - 2 * 1.5**3, rel=1e-12)
    assert kernel_distance(a, a) == {"kd": 0.0, "kd_std": 0.0}


def test_agrees_with_torch_fidelity(rng, fidelity):
    import torch
    from torch_fidelity import metric_kid

    real = rng.normal(size=(80, 16)).astype("float32")
    fake = rng.gamma(1.0, size=(80, 16)).astype("float32")
    sides = [torch.from_numpy(x.astype(float)) for x in (real, fake)]
    theirs = metric_kid.kid_features_to_metric(
        *sides, kid_subsets=1, kid_subset_size=80, verbose=False
    )
    ours = kernel_distance(real, fake)
    assert ours["kd"] == pytest.approx(theirs[metric_kid.KEY_METRIC_KID_MEAN], rel=1e-10)


def test_blocks_share_no_sample(rng):
    x, y = rng.normal(size=(47, 2)), rng.normal(1, size=(40, 2))
    found = kernel_distance(x, y, block=10, seed=3)
    dealt = np.random.default_rng(3)
    rows, others = dealt.permutation(47), dealt.permutation(40)
    each = [by_loops(x[rows[i : i + 10]], y[others[i : i + 10]]) for i in range(0, 40, 10)]
    assert found == {
        "kd": pytest.approx(np.mean(each), rel=1e-12),
        "kd_std": pytest.approx(np.std(each), rel=1e-10),
    }
    assert found == kernel_distance(x, y, block=10, seed=3)
    assert found != kernel_distance(x, y, block=10, seed=4)


def test_a_block_is_as_large_as_the_smaller_sample(rng):
    x, y = rng.normal(size=(9, 2)), rng.normal(size=(14, 2))
    assert kernel_distance(x[:8], y[:8], block=8) == kernel_distance(x[:8], y[:8])
    assert kernel_distance(x, y) == kernel_distance(x, y, block=9)
    # what fills no block is left out
    assert kernel_distance(x, y, block=8)["kd_std"] == 0


def test_no_bias_by_the_number_of_samples(rng):
    # the same distributions: mean 0 whatever the number; 5 standard errors
    for samples in (3, 30):
        each = [kernel_distance(*rng.normal(size=(2, samples, 4)))["kd"] for _ in range(400)]
        assert abs(np.mean(each)) < 5 * np.std(each) / np.sqrt(400)
        assert min(each) < 0 < max(each)
    # different ones: the same mean, by many small blocks as by one large
    x, y = rng.normal(size=(2000, 4)), rng.normal(0.5, size=(2000, 4))
    small, large = kernel_distance(x, y, block=20), kernel_distance(x, y, block=2000)
    error = small["kd_std"] / np.sqrt(2000 / 20)
    assert abs(small["kd"] - large["kd"]) < 5 * error and error < 0.2 * large["kd"]


def test_sorted_classes_do_no_harm(rng):
    centres = np.repeat(3 * np.arange(5), 100)[:, None]
    x, y = (centres + rng.normal(size=(500, 3)) for _ in range(2))
    as_sorted = kernel_distance(x, rng.permutation(y), block=100)
    # blocks of one class each against mixed ones would be far apart
    y = rng.permutation(y)
    blocks = [slice(start, start + 100) for start in range(0, 500, 100)]
    contiguous = np.mean([kernel_distance(x[rows], y[rows])["kd"] for rows in blocks])
    error = as_sorted["kd_std"] / np.sqrt(5)
    assert abs(as_sorted["kd"]) < 5 * error < contiguous


def test_symmetric(rng):
    x, y = rng.normal(size=(30, 4)), rng.normal(1, size=(30, 4))
    assert kernel_distance(x, y)["kd"] == pytest.approx(kernel_distance(y, x)["kd"], rel=1e-12)


def test_grows_with_the_shift_and_the_scale(rng):
    x, y = rng.normal(size=(2, 300, 4))
    shifted = [kernel_distance(x, y + shift)["kd"] for shift in (0, 0.3, 1, 3)]
    assert shifted == sorted(shifted)
    scaled = [kernel_distance(x, y * scale)["kd"] for scale in (1, 1.5, 2, 3)]
    assert scaled == sorted(scaled)


def test_float32_is_computed_in_float64(rng):
    x = (100 + rng.normal(size=(50, 8))).astype("float32")
    y = (100 + rng.normal(0.1, size=(50, 8))).astype("float32")
    exact = kernel_distance(x.astype(float), y.astype(float))
    assert kernel_distance(x, y) == exact
    assert exact["kd"] == pytest.approx(by_loops(x.astype(float), y.astype(float)), rel=1e-4)


def test_large_values_stay_finite():
    x, y = np.full((4, 2), 9e44), np.full((4, 2), -9e44)
    assert all(np.isfinite(value) for value in kernel_distance(x, y).values())


def test_errors(rng):
    x = rng.normal(size=(5, 3))
    for block in (1, 0, -3):
        with pytest.raises(ValueError, match=f"Received: block={block}"):
            kernel_distance(x, x, block)
    with pytest.raises(ValueError, match="Received: real=5, fake=1"):
        kernel_distance(x, x[:1])
    with pytest.raises(ValueError, match=r"Received: real.shape=\(5, 3\), fake.shape=\(5, 2\)"):
        kernel_distance(x, x[:, :2])
    with pytest.raises(ValueError, match="`real` holds NaN"):
        kernel_distance(x * np.nan, x)
