import math

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import losses

# σ(ln 3) = 3/4, σ(0) = 1/2, σ(-2 ln 3) = 1/10; of neither is the mean 0, which hides a sign
LN3 = math.log(3)
REAL = np.array([[LN3], [0.0]], "float32")
FAKE = np.array([[-2 * LN3], [LN3]], "float32")
D_LOSS = -np.mean(np.log([3 / 4, 1 / 2])) - np.mean(np.log([9 / 10, 1 / 4]))

# name: the discriminator's loss, the generator's
BY_HAND = {
    "minimax": (D_LOSS, np.mean(np.log([9 / 10, 1 / 4]))),
    "non_saturating": (D_LOSS, -np.mean(np.log([1 / 10, 3 / 4]))),
    "least_squares": (
        ((LN3 - 1) ** 2 + 1 + 5 * LN3**2) / 4,
        ((2 * LN3 + 1) ** 2 + (LN3 - 1) ** 2) / 4,
    ),
    "hinge": ((0 + 1) / 2 + (0 + 1 + LN3) / 2, LN3 / 2),
    "wasserstein": (-LN3 / 2 - LN3 / 2, LN3 / 2),
    # the means are ±ln 3 / 2, and the powers of 3 are e to the differences from the other's
    "relativistic_average": (
        (np.mean(np.log([1 + 3**-1.5, 1 + 3**-0.5])) + np.mean(np.log([1 + 3**-2.5, 1 + 3**0.5])))
        / 2,
        (np.mean(np.log([1 + 3**2.5, 1 + 3**-0.5])) + np.mean(np.log([1 + 3**1.5, 1 + 3**0.5])))
        / 2,
    ),
    # the pairs' differences are 3 ln 3 and -ln 3
    "relativistic_pairing": (
        np.mean(np.log([1 + 1 / 27, 1 + 3])),
        np.mean(np.log([1 + 27, 1 + 1 / 3])),
    ),
}
RELATIVISTIC = ["relativistic_average", "relativistic_pairing"]


@pytest.mark.any_backend
def test_every_loss_is_tested():
    assert losses.names() == sorted(BY_HAND)


@pytest.mark.parametrize("name", BY_HAND)
def test_by_hand(name):
    loss = losses.get(name)
    d_loss, g_loss = BY_HAND[name]
    real, fake = ops.array(REAL), ops.array(FAKE)
    assert float(loss.discriminator(real, fake)) == pytest.approx(d_loss, rel=1e-5)
    assert float(loss.generator(fake, real)) == pytest.approx(g_loss, rel=1e-5, abs=1e-6)


def test_least_squares_with_other_labels():
    loss = losses.LeastSquares(a=-1.0, b=1.0, c=0.0)
    real, fake = ops.array(REAL), ops.array(FAKE)
    d_loss = ((LN3 - 1) ** 2 + 1 + (1 - 2 * LN3) ** 2 + (1 + LN3) ** 2) / 4
    assert float(loss.discriminator(real, fake)) == pytest.approx(d_loss, rel=1e-5)
    assert float(loss.generator(fake)) == pytest.approx(5 * LN3**2 / 4, rel=1e-5)


@pytest.mark.parametrize("name", BY_HAND)
def test_large_logits_stay_finite(name):
    loss = losses.get(name)
    big = ops.array(np.array([[1e4], [-1e4]], "float32"))
    assert np.isfinite(float(loss.discriminator(big, -big)))
    assert np.isfinite(float(loss.generator(big, -big)))


@pytest.mark.parametrize("name", BY_HAND)
def test_half_precision_logits_are_computed_in_float32(name):
    # 60000 + 60000 and 60000² are beyond float16
    loss = losses.get(name)
    real, fake = (ops.cast(ops.array([[x]]), "float16") for x in (-60000.0, 60000.0))
    for value in (loss.discriminator(real, fake), loss.generator(fake, real)):
        assert keras.backend.standardize_dtype(value.dtype) == "float32"
        assert np.isfinite(float(value))
        assert value.shape == ()


@pytest.mark.parametrize("name", BY_HAND)
def test_only_relativistic_losses_need_the_real_logits(name):
    loss = losses.get(name)
    assert loss.relativistic == (name in RELATIVISTIC)
    if loss.relativistic:
        with pytest.raises(ValueError, match=r"generator\(fake, real\).*Received: real=None$"):
            loss.generator(ops.array(FAKE))
    else:
        loss.generator(ops.array(FAKE))


@pytest.mark.any_backend
def test_what_losses_say_of_themselves():
    every = {name: losses.get(name) for name in losses.names()}
    assert [n for n, loss in every.items() if loss.lipschitz] == ["wasserstein"]
    assert {n for n, loss in every.items() if loss.centred} == {
        "hinge",
        "minimax",
        "non_saturating",
    }
    assert losses.LeastSquares(a=-1.0, b=1.0, c=0.0).centred


@pytest.mark.any_backend
@pytest.mark.parametrize("loss", [*BY_HAND, losses.LeastSquares(a=-1.0, b=1.0, c=0.5)])
def test_config_round_trip(loss):
    loss = losses.get(loss)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert type(again) is type(loss)
    assert again.get_config() == loss.get_config()


@pytest.mark.any_backend
def test_get_passes_objects_and_refuses_strangers():
    loss = losses.Minimax()
    assert losses.get(loss) is loss
    for stranger in ("hinge loss", ["hinge"], losses.Hinge, None):
        with pytest.raises(ValueError, match="known are.*'hinge'.*Received: loss="):
            losses.get(stranger)


@pytest.mark.parametrize("name", ["a", "b", "c"])
@pytest.mark.parametrize("label", [object(), float("nan"), None])
def test_labels_that_are_no_numbers_are_refused(name, label):
    with pytest.raises(ValueError, match=f"`{name}` must be a finite number"):
        losses.LeastSquares(**{name: label})


@pytest.mark.parametrize("cls", [losses.Minimax, losses.NonSaturating])
def test_smoothing_lowers_the_label_of_real_samples_only(cls):
    real, fake = ops.array(REAL), ops.array(FAKE)
    found = cls(smoothing=0.2)
    by_hand = -np.mean(0.8 * np.log([3 / 4, 1 / 2]) + 0.2 * np.log([1 / 4, 1 / 2]))
    by_hand -= np.mean(np.log([9 / 10, 1 / 4]))
    assert float(found.discriminator(real, fake)) == pytest.approx(by_hand, rel=1e-5)
    assert float(found.generator(fake)) == float(cls().generator(fake))
    # the best logit of real samples by themselves is that of 0.8, not without bound
    at = [float(found.discriminator(ops.array([[x]]), fake)) for x in (1.2, math.log(4), 1.6)]
    assert at[1] < min(at[0], at[2])


@pytest.mark.parametrize(
    ("loss", "right", "wrong", "fakes"),  # of σ = 1/2, whatever the label
    [
        (losses.NonSaturating(noise=0.25), np.log(4 / 3), np.log(4), [np.log(2)] * 2),
        (
            losses.Minimax(smoothing=0.5, noise=0.25),
            (np.log(4 / 3) + np.log(4)) / 2,
            np.log(4),
            [np.log(2)] * 2,
        ),
        (losses.LeastSquares(noise=0.25), (LN3 - 1) ** 2 / 2, LN3**2 / 2, [0, 1 / 2]),
    ],
)
def test_noise_flips_that_share_of_the_labels_by_the_seed(loss, right, wrong, fakes):
    real, fake = ops.full((20000, 1), LN3), ops.zeros((20000, 1))
    seed = keras.random.SeedGenerator(3)
    first, second = (float(loss.discriminator(real, fake, seed=seed)) for _ in range(2))
    expected = 0.75 * (right + fakes[0]) + 0.25 * (wrong + fakes[1])
    assert first == pytest.approx(expected, rel=0.02) and first != second
    again = float(loss.discriminator(real, fake, seed=keras.random.SeedGenerator(3)))
    assert again == first
    assert float(loss.discriminator(real, fake)) == pytest.approx(right + fakes[0], rel=1e-4)


def test_a_flipped_image_is_flipped_in_all_its_patches():
    loss = losses.LeastSquares(noise=0.4)
    logits = ops.zeros((1, 3, 5, 1))
    seed = keras.random.SeedGenerator(0)
    found = {round(float(loss.discriminator(logits, logits, seed=seed)), 4) for _ in range(20)}
    assert found == {0.0, 0.5, 1.0}


@pytest.mark.any_backend
@pytest.mark.parametrize(
    "text", ["non_saturating:smooth=0.1", "minimax:noise=x", "minimax:noise", "hinge:noise=0.1"]
)
def test_arguments_behind_a_name(text):
    assert losses.get("non_saturating:smoothing=0.1:noise=0.05").get_config() == {
        "smoothing": 0.1,
        "noise": 0.05,
    }
    with pytest.raises(ValueError, match=r"written like 'non_sat.*Received: loss="):
        losses.get(text)


@pytest.mark.any_backend
@pytest.mark.parametrize("setting", [{"smoothing": 0.6}, {"noise": 0.5}, {"noise": -0.1}])
def test_labels_beyond_one_half_are_refused(setting):
    with pytest.raises(ValueError, match="Received: (smoothing|noise)="):
        losses.Minimax(**setting)
