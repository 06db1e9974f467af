import numpy as np
import pytest

from kerasgan.latents import slerp

pytestmark = pytest.mark.any_backend

A, B = np.random.default_rng(0).normal(size=(2, 6, 5))


@pytest.mark.parametrize("t", [0.0, 0.3, 1.0])
def test_points_lie_on_the_great_circle(t):
    lengths = [np.linalg.norm(x, axis=1, keepdims=True) for x in (A, B)]
    a, b = A / lengths[0], B / lengths[1]
    made = slerp(a, b, np.full((6, 1), t))
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, rtol=1e-12)
    whole, part = (np.arccos((a * x).sum(axis=1).clip(-1, 1)) for x in (b, made))
    np.testing.assert_allclose(part, t * whole, rtol=1e-7, atol=1e-7)


def test_ends_have_the_lengths_of_the_vectors():
    np.testing.assert_allclose(slerp(A, B, np.zeros((6, 1))), A, rtol=1e-12)
    np.testing.assert_allclose(slerp(A, B, np.ones((6, 1))), B, rtol=1e-12)


@pytest.mark.parametrize("scale", [2.0, -1.0, 0.0])
def test_straight_lines_where_there_is_no_one_circle(scale):
    t = np.linspace(0, 1, 5)[:, None]
    want = (1 - t) * A[0] + t * scale * A[0]
    np.testing.assert_allclose(slerp(A[0], scale * A[0], t), want, atol=1e-12)
