import hashlib
import shutil

import keras
import numpy as np
import pytest

from kerasgan import datasets
from kerasgan.metrics import extractors
from kerasgan.metrics.extractors import classifier

FOLDER = classifier.FOLDER
LEAST = {"digits": 0.993, "clothes": 0.92}


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A copy of the folder of the stored classifier of digits."""
    monkeypatch.setattr(classifier, "FOLDER", tmp_path)
    return shutil.copytree(FOLDER / "digits", tmp_path / "digits")


@pytest.mark.parametrize("name", classifier.NAMES.values())
def test_the_cards(name):
    card = classifier.card(name)
    path = classifier.FOLDER / name / "weights.npz"
    assert card["name"] == name and classifier.NAMES[card["data"]] == name
    assert card["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert card["scores"]["test_accuracy"] >= LEAST[name]
    assert card["command"].endswith(f"make_extractor {card['data']}") and card["steps"] > 0
    assert path.stat().st_size <= 300_000


def test_names_the_clothes_of_the_test_images():
    data = datasets.load("fashion_mnist_10k", 2000, labels=True, shuffle=False)
    images, labels = (x.numpy() for x in next(iter(data)))
    named = extractors.get("clothes").probabilities(images).argmax(axis=1)
    assert (named == labels).mean() >= 0.9


@pytest.mark.parametrize("name", classifier.NAMES.values())
def test_what_an_extractor_gives(name):
    images = np.random.default_rng(0).uniform(-1, 1, (20, 28, 28, 1))
    extractor = extractors.get(name)
    features, probabilities = extractor.features(images), extractor.probabilities(images)
    assert features.shape == (20, 96) and features.std() > 0.1
    assert probabilities.shape == (20, 10)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    shapes = [each.shape for each in extractor.maps(images)]
    side = {"digits": 14, "clothes": 28}[name]
    assert shapes == [(20, side, side, 24), (20, 14, 14, 48), (20, 7, 7, 96)]
    assert extractor.fingerprint["weights"] == classifier.card(name)["sha256"]


def test_computes_in_float32_under_any_policy():
    images = np.random.default_rng(0).uniform(-1, 1, (5, 28, 28, 1))
    want = extractors.get("digits").features(images)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        made = classifier.load("digits").features(images)
    finally:
        keras.config.set_dtype_policy("float32")
    np.testing.assert_array_equal(made, want)


@pytest.mark.parametrize("damage", ["changed", "cut", "gone", "card", "no card"])
def test_damaged_files(stored, damage):
    path = stored / "weights.npz"
    whole = path.read_bytes()
    if damage == "changed":
        path.write_bytes(whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:])
    elif damage == "cut":
        path.write_bytes(whole[:1000])
    elif damage == "gone":
        path.unlink()
    elif damage == "card":
        (stored / "card.json").write_text("{}")
    else:
        (stored / "card.json").unlink()
    with pytest.raises(ValueError, match="weights.npz is damaged: "):
        classifier.load("digits")
