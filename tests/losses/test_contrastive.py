import math

import numpy as np
import pytest
from keras import ops

from kerasgan import backend
from kerasgan.losses import patch_nce

rng = np.random.default_rng(0)


def number(tensor):
    return float(ops.convert_to_numpy(tensor))


def one_after_another(queries, keys, temperature):
    """As the paper's equation 4 has it: of each place one positive and all others negatives."""
    losses = []
    for image in range(len(queries)):
        for place, query in enumerate(queries[image]):

            def similarity(key, query=query):
                return query @ key / np.linalg.norm(query) / np.linalg.norm(key) / temperature

            positive = math.exp(similarity(keys[image, place]))
            others = [k for i, k in enumerate(keys[image]) if i != place]
            negatives = sum(math.exp(similarity(key)) for key in others)
            losses.append(-math.log(positive / (positive + negatives)))
    return np.mean(losses)


@pytest.mark.parametrize("temperature", [0.07, 1.0])
def test_by_hand(temperature):
    queries, keys = rng.normal(size=(2, 3, 5, 4))
    got = patch_nce(queries.astype("float32"), keys.astype("float32"), temperature)
    assert number(got) == pytest.approx(one_after_another(queries, keys, temperature), rel=1e-4)


def test_of_keys_at_right_angles_and_of_keys_that_are_all_alike():
    """log(1 + (places - 1) exp(-1 / temperature)), and log(places)."""
    eye = 3 * np.eye(6, dtype="float32")[None]
    want = math.log(1 + 5 * math.exp(-1 / 0.5))
    assert number(patch_nce(eye, 2 * eye, 0.5)) == pytest.approx(want, rel=1e-5)
    alike = np.ones((2, 6, 6), "float32")
    assert number(patch_nce(eye.repeat(2, 0), alike)) == pytest.approx(math.log(6), rel=1e-5)


def test_the_gradient_is_the_queries_alone_and_finite_where_they_are_zero():
    queries, keys = rng.normal(size=(2, 1, 4, 3)).astype("float32")
    queries[0, 0] = 0
    tensors = [ops.convert_to_tensor(x) for x in (queries, keys)]
    (loss,), pull = backend.vjp(lambda q, k: [patch_nce(q, k)], [], tensors)
    moved, held = (ops.convert_to_numpy(g) for g in pull([ops.ones_like(loss)]))
    assert np.isfinite(moved).all() and moved.any() and not held.any()
    step = np.zeros_like(queries)
    step[0, 1, 2] = 1e-3
    slope = number(patch_nce(queries + step, keys)) - number(patch_nce(queries - step, keys))
    assert moved[0, 1, 2] == pytest.approx(slope / 2e-3, rel=2e-2)


@pytest.mark.any_backend
def test_half_precision_is_computed_in_single():
    same = ops.ones((1, 300, 4), "bfloat16")
    loss = patch_nce(same, same)
    assert number(loss) == pytest.approx(math.log(300), rel=1e-5)


@pytest.mark.any_backend
def test_refuses_a_temperature_of_zero():
    with pytest.raises(ValueError, match="above 0. Received: temperature=0"):
        patch_nce(ops.ones((1, 2, 2)), ops.ones((1, 2, 2)), 0)
