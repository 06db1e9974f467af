import numpy as np
import pytest

import kerasgan as kg
from benchmarks.scorecard.rows import presets

pytestmark = pytest.mark.any_backend


@pytest.fixture
def scored(monkeypatch):
    """The two data sets, with ten images each, and a score that is the images' mean."""
    splits = {"train": np.linspace(-1, 0, 30), "test": np.full(10, 0.5)}

    class Batch:
        def __init__(self, array):
            self.array = array

        def numpy(self):
            return self.array

    def images(data, split, size=None):
        levels = splits[split].astype("float32")
        return [Batch(levels[:, None, None, None] * np.ones((1, 28, 28, 1), "float32"))]

    def evaluate(fake, real, metrics, extractor, protocol):
        scores = dict.fromkeys(metrics, float(len(fake)))
        return {"scores": scores, "fingerprint": {"extractor": extractor, **protocol}}

    monkeypatch.setattr(presets, "images", images)
    monkeypatch.setattr(kg.metrics, "evaluate", evaluate, raising=False)


GIVEN = {**presets.configuration("mnist"), "samples": 10, "metrics": ["fd", "kd"]}


def test_training_images_are_scored_by_both_extractors(scored, tmp_path):
    found = presets.training_images(GIVEN, 4, tmp_path)
    assert found["scores"] == {"fd": 10.0, "kd": 10.0, "efficientnet_fd": 10.0}
    same = {"data": "mnist", "split": "test", "seed": 4}
    assert found["fingerprint"] == {"extractor": "digits", **same}
    assert found["efficientnet_fingerprint"] == {"extractor": "efficientnet_lite0", **same}


class Model:
    def __init__(self, source):
        self.source = source

    def generate(self, n, seed):
        return (self.source, n, seed)


def test_seed_0_is_the_preset_and_others_are_trained(scored, tmp_path, monkeypatch):
    name, seen, trained = "gan_fashion_mnist", [], []
    card = kg.presets.card(name)
    monkeypatch.setattr(kg.presets, "load", Model)
    monkeypatch.setattr(presets, "train", lambda *given: trained.append(given))
    monkeypatch.setattr(presets, "scores", lambda fake, given, seed: seen.append(fake))
    given = {**GIVEN, "preset": name}
    presets.preset(given, card["seed"], tmp_path)
    presets.preset(given, 2, tmp_path / "2")
    assert seen == [(name, 10, card["seed"]), (tmp_path / "2", 10, 2)]
    assert trained == [(card["command"], 2, tmp_path / "2")]


def test_every_preset_of_the_two_data_sets_has_a_row():
    cards = [kg.presets.card(name) for name in kg.presets.list()]
    names = {f"preset_{c['name']}" for c in cards if c["data"] in ("mnist", "fashion_mnist")}
    real = {"preset_mnist_training_images", "preset_fashion_mnist_training_images"}
    assert {row.name for row in presets.ROWS} == names | real
    seeds = {row.name: row.seeds for row in presets.ROWS}
    assert {seeds[f"preset_{name}"] for name in presets.MORE_SEEDS} == {(0, 1, 2)}
    commands = [c["command"].split() for c in cards if c["name"] in presets.MORE_SEEDS]
    assert all({"--seed", "--out"} <= set(words) for words in commands)
