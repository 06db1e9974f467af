import numpy as np
import pytest

from kerasgan import datasets
from kerasgan.metrics.extractors import classifier
from tools import make_extractor


def test_training_stores_what_is_loaded(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    labels = np.arange(160) % 10
    images = rng.integers(0, 60, (160, 28, 28), "uint8")
    for label, image in zip(labels, images, strict=True):
        image[2 * label + 2 : 2 * label + 6] = 255  # a bar, the lower the higher the class
    load = datasets.load
    monkeypatch.setattr(
        datasets, "load", lambda source, *a, split="train", **k: load((images, labels), *a, **k)
    )
    monkeypatch.setattr(classifier, "FOLDER", tmp_path)
    monkeypatch.setattr(make_extractor, "BATCH_SIZE", 16)
    assert make_extractor.train("mnist", epochs=4) == tmp_path / "digits"
    card = classifier.card("digits")
    assert card["steps"] == 4 * 10 and card["epochs"] == 4 and card["batch_size"] == 16
    named = classifier.load("digits").probabilities(images[..., None] / 127.5 - 1).argmax(axis=1)
    accuracy = card["scores"]["test_accuracy"]
    assert (named == labels).mean() == pytest.approx(accuracy, abs=0.01) and accuracy > 0.3
