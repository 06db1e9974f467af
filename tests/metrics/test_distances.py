import numpy as np
import pytest

from kerasgan.metrics import distances as module
from kerasgan.metrics.distances import distances, squared_distances

pytestmark = pytest.mark.any_backend


@pytest.fixture
def points():
    rng = np.random.default_rng(0)
    return rng.normal(size=(31, 300)), rng.normal(1, size=(17, 300))


def apart(x, y):
    return np.linalg.norm(x[:, None].astype(float) - y[None], axis=2)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("far", [0, 1000])
def test_all_distances(points, dtype, far):
    x, y = ((side + far).astype(dtype) for side in points)
    made = distances(x, y)
    assert made.dtype == np.float64
    np.testing.assert_allclose(made, apart(x, y), rtol=1e-11)


def test_a_point_is_where_it_is(points):
    x, _ = points
    assert (np.diag(distances(x, x)) == 0).all()
    assert (distances(x, x)[~np.eye(31, dtype=bool)] > 1).all()


@pytest.mark.parametrize("margin", [-1, 1])
def test_a_margin_is_on_its_side_of_the_truth(points, margin):
    x, y = points
    for a, b in ((x, y), (x, x)):
        made = np.concatenate([squares for _, squares in squared_distances(a, b, margin)])
        more = (made - apart(a, b) ** 2) * margin
        assert (more >= 0).all() and more.max() < 1e-9


def test_rows_come_a_few_at_a_time(points, monkeypatch):
    x, y = (side[:, :2] for side in points)
    monkeypatch.setattr(module, "CHUNK", 5 * 17)
    found = list(squared_distances(x, y))
    assert [len(x[rows]) for rows, _ in found] == [5] * 6 + [1]
    np.testing.assert_allclose(np.concatenate([s for _, s in found]), apart(x, y) ** 2, rtol=1e-9)
