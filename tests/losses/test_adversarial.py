import math

import numpy as np
import pytest
from keras import ops

from kerasgan import losses

# σ(ln 3) = 3/4, σ(-ln 3) = 1/4, σ(0) = 1/2
REAL = np.array([[math.log(3)], [0.0]], "float32")
FAKE = np.array([[-math.log(3)], [math.log(3)]], "float32")
D_LOSS = -np.mean(np.log([3 / 4, 1 / 2])) - np.mean(np.log([3 / 4, 1 / 4]))


@pytest.mark.parametrize(
    "name, g_loss",
    [
        ("minimax", np.mean(np.log([3 / 4, 1 / 4]))),
        ("non_saturating", -np.mean(np.log([1 / 4, 3 / 4]))),
    ],
)
def test_by_hand(name, g_loss):
    loss = losses.get(name)
    real, fake = ops.array(REAL), ops.array(FAKE)
    assert float(loss.discriminator(real, fake)) == pytest.approx(D_LOSS, rel=1e-5)
    assert float(loss.generator(fake)) == pytest.approx(g_loss, rel=1e-5)


@pytest.mark.parametrize("name", ["minimax", "non_saturating"])
def test_large_logits_stay_finite(name):
    loss = losses.get(name)
    big = ops.array(np.array([[1e4], [-1e4]], "float32"))
    assert np.isfinite(float(loss.discriminator(big, big)))
    assert np.isfinite(float(loss.generator(big)))


def test_half_precision_logits_are_computed_in_float32():
    logits = ops.cast(ops.array([[3.0]]), "float16")
    assert losses.get("minimax").generator(logits).dtype == ops.array([1.0]).dtype


def test_get_passes_objects_and_refuses_strangers():
    loss = losses.Minimax()
    assert losses.get(loss) is loss
    with pytest.raises(ValueError, match="known are"):
        losses.get("hinge loss")
