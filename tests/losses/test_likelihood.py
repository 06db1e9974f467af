import numpy as np
from keras import ops
from scipy import stats

from kerasgan.losses import code_nll, gaussian_nll

rng = np.random.default_rng(0)


def number(tensor):
    return float(ops.convert_to_numpy(tensor))


def draw(*shape):
    return rng.normal(size=shape).astype("float32")


def test_gaussian_likelihood_is_scipys():
    values, means, logs = draw(7, 3), draw(7, 3), draw(7, 3)
    want = -stats.norm.logpdf(values, means, np.exp(logs / 2)).sum(axis=1).mean()
    np.testing.assert_allclose(number(gaussian_nll(values, means, logs)), want, rtol=1e-5)


def test_codes_by_hand():
    ids, others = rng.integers(4, size=6), rng.integers(2, size=6)
    values, q = draw(6, 2), draw(6, 10)
    codes = np.concatenate([np.eye(4)[ids], np.eye(2)[others], values, draw(6, 5)], axis=1)

    def surprise(logits, ids):
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        return -logs[np.arange(6), ids].mean()

    classes, normal = code_nll(codes.astype("float32"), q, (4, 2), 2)
    want = surprise(q[:, :4], ids) + surprise(q[:, 4:6], others)
    np.testing.assert_allclose(number(classes), want, rtol=1e-5)
    want = -stats.norm.logpdf(values, q[:, 6:8], np.exp(q[:, 8:] / 2)).sum(axis=1).mean()
    np.testing.assert_allclose(number(normal), want, rtol=1e-5)
    fixed = code_nll(codes.astype("float32"), q[:, :8], (4, 2), 2)[1]
    want = -stats.norm.logpdf(values, q[:, 6:8]).sum(axis=1).mean()
    np.testing.assert_allclose(number(fixed), want, rtol=1e-5)


def test_kinds_that_are_not_there_cost_nothing():
    codes, q = np.eye(3, dtype="float32"), draw(3, 3)
    assert number(code_nll(codes, q, (3,), 0)[1]) == 0
    assert number(code_nll(codes, q, (), 3)[0]) == 0
