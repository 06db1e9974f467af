import numpy as np
import pytest

import kerasgan as kg
from kerasgan.health import diagnoses, measures

pytestmark = pytest.mark.any_backend

rng = np.random.default_rng(0)


def test_diversity_counts_what_is_alike_and_what_repeats():
    real = rng.normal(size=(64, 50))
    other = rng.normal(size=(64, 50))
    assert 0.9 < measures.diversity(other, real) < 1.1
    assert measures.diversity(real / 8, real) == pytest.approx(1 / 8)
    assert measures.diversity(np.repeat(other[:16], 4, axis=0), real) == pytest.approx(0, abs=1e-6)
    assert measures.diversity(other, np.ones((64, 50))) == 1


def test_mode_collapse_waits_for_what_grows():
    real = rng.normal(size=(64, 50))
    assert diagnoses.mode_collapse(real[:32], real[32:]).message is None
    for before in (None, 1.0, 0.12):
        message = diagnoses.mode_collapse(real / 8, real, before).message
        assert "12% as far apart as real ones" in message and "pack=2" in message
    assert diagnoses.mode_collapse(real / 8, real, before=0.1).message is None


def test_class_collapse_names_the_class():
    real, labels = rng.normal(size=(60, 50)), np.arange(60) % 3
    samples = rng.normal(size=(60, 50))
    assert diagnoses.class_collapse(samples, labels, real, labels).message is None
    samples[labels == 2] /= 100
    assert diagnoses.mode_collapse(samples, real).message is None
    value, message = diagnoses.class_collapse(samples, labels, real, labels)
    assert value < 0.02 and "samples of class 2 " in message
    assert diagnoses.class_collapse(samples[:9], labels[:9], real, labels) is None


@pytest.mark.parametrize("modes, said", [(8, False), (6, False), (2, True), (1, True)])
def test_missing_modes(modes, said):
    angles = np.array([0, 4, 2, 6, 1, 3, 5, 7]) * np.pi / 4  # opposite ones first
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    real = ring[np.arange(240) % 8] + rng.normal(0, 0.01, (240, 2))
    samples = ring[np.arange(240) % modes] + rng.normal(0, 0.03, (240, 2))
    value, message = diagnoses.missing_modes(samples, real)
    assert value == pytest.approx(modes / 8)
    assert (message is not None) == said
    assert diagnoses.missing_modes(samples + [1.5, 0.2], real).message is None  # not there yet


LOSSES = [name for name in kg.losses.names() if name != "wasserstein"]


@pytest.mark.parametrize("name", LOSSES)
def test_saturation_is_on_one_scale(name):
    loss = kg.losses.get(name)
    middle, right = ([0.5], [1.0]) if name == "least_squares" else ([0.0], [9.0])
    fake = [1 - right[0]] if name == "least_squares" else [-9.0]
    ones = np.ones((32, 1))
    assert diagnoses.saturation(loss, ones * middle, ones * middle).value == pytest.approx(0)
    unsure = diagnoses.saturation(loss, ones * right, rng.choice([right[0], fake[0]], (32, 1)))
    assert unsure.message is None
    value, message = diagnoses.saturation(loss, ones * right, ones * fake)
    assert value == pytest.approx(1, abs=1e-3) and "lower learning rate" in message


def test_a_critic_cannot_saturate():
    far = np.full((4, 1), 1e6)
    assert diagnoses.saturation(kg.losses.get("wasserstein"), far, -far) is None


def test_copies_lie_on_one_example():
    training = rng.normal(size=(200, 50))
    own = np.arange(100)
    assert not measures.copies(training[own], training, own).any()
    assert measures.copies(training + rng.normal(0, 0.1, training.shape), training).all()
    assert not measures.copies(training[own] / 5, training).any()  # blurred: near to all
    assert not measures.copies((training[own] + training[own + 100]) / 2, training).any()


def test_copies_in_the_plane_are_held_against_chance():
    training, samples = rng.normal(size=(2000, 2)), rng.normal(size=(500, 2))
    own = np.arange(500)
    usual = measures.copies(training[own], training, own).mean()
    assert usual == pytest.approx(1 / 9, abs=0.04)
    value, message = diagnoses.memorisation(samples, training, usual)
    assert value == pytest.approx(1 / 9, abs=0.04) and message is None
    value, message = diagnoses.memorisation(training[own] + 1e-4, training, usual)
    assert value > 0.95 and f"{value:.0%} of the samples are copies" in message


def test_features_average_squares_of_large_images():
    images = rng.normal(size=(3, 80, 60, 2)).astype("float32")
    found = measures.features(images).reshape(3, 26, 20, 2)  # squares of 3
    np.testing.assert_allclose(found[1, 4, 5], images[1, 12:15, 15:18].mean((0, 1)), rtol=1e-4)
    small = images[:, :32, :32]
    np.testing.assert_array_equal(measures.features(small), small.reshape(3, -1))
    assert measures.features(images[:, :1]).shape == (3, 60)


def test_change_and_drift():
    a = rng.normal(size=(8, 5))
    assert measures.change([a], [a]) == 0 and measures.change([a, a], [a, 2 * a]) > 0.5
    assert measures.change([0 * a], [0 * a]) == 0 and measures.change([0 * a], [a]) == 1
    assert diagnoses.drift(a, a) == (0, None)
    assert diagnoses.drift(a, a + 1e-3).message is None
    assert "differ from those in training by" in diagnoses.drift(a, a + 9).message
    assert diagnoses.drift(0 * a, 0 * a).value == 0


def test_non_finite_names_the_first():
    a = np.zeros(4)
    assert diagnoses.non_finite([("a", a)]) == (0, None)
    value, message = diagnoses.non_finite(
        [("a", a), ("b", a + [0, 0, np.nan, np.inf]), ("c", -np.inf)]
    )
    assert value == 3 and "2 of 4 values of b are NaN or infinite, and some of 1 more" in message
