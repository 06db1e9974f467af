"""Codes against classes."""

import itertools

import numpy as np
import pytest

import kerasgan as kg
from benchmarks.scorecard.rows import infogan

pytestmark = pytest.mark.any_backend


def test_the_best_assignment_is_the_best_of_all():
    rng = np.random.default_rng(0)
    codes, classes = rng.integers(4, size=(2, 60))
    share, given = infogan.agreement(codes, classes, count=4)
    every = [np.mean(np.take(p, codes) == classes) for p in itertools.permutations(range(4))]
    assert share == pytest.approx(max(every)) and sorted(given) == [0, 1, 2, 3]
    assert np.mean(np.take(given, codes) == classes) == pytest.approx(share)


def test_two_codes_of_one_class_count_once():
    codes, classes = [0, 0, 0, 1, 1, 2], [5, 5, 5, 5, 5, 7]
    share, given = infogan.agreement(codes, classes)
    assert share == pytest.approx(4 / 6) and given[0] == 5 and given[2] == 7


class Model:
    """Draws and reads images whose brightness is their code."""

    def recover(self, images):
        return {"categorical": np.rint(9 * images[:, :1, 0, 0]).astype(int)}

    def generate(self, codes, seed):
        return np.broadcast_to(codes["categorical"][:, None, None, None] / 9, (10_000, 2, 2, 1))


class Reversed:
    """A classifier that takes each code for another class, and half of nines for eights."""

    def probabilities(self, images):
        found = 9 - np.rint(9 * images[:, 0, 0, 0]).astype(int)
        found[: infogan.PER_CODE // 2] = 8
        return np.eye(10)[found]


def test_both_agreements_of_a_model(monkeypatch, tmp_path):
    from kerasgan.datasets import idx

    monkeypatch.setattr(kg.metrics.extractors, "get", lambda name: Reversed())
    labels = np.tile(np.arange(10), 5)
    images = np.broadcast_to((labels[:, None, None, None] + 1) % 10 / 9, (50, 2, 2, 1))
    found = infogan.scores(Model(), images, labels)
    assert found["scores"] == {"real": 1.0, "generated": 0.95}
    assert found["classes"]["real"] == [9, *range(9)]
    assert found["classes"]["generated"] == [*range(9, -1, -1)]

    trained = []
    files = np.zeros((20, 2, 2), "uint8"), np.repeat([3, 4], 10)
    monkeypatch.setattr(idx, "read_named", lambda *given: files)
    monkeypatch.setattr(infogan, "train", lambda *given: trained.append(given))
    monkeypatch.setattr(infogan, "core_minutes", lambda folder: 15)
    monkeypatch.setattr(kg.presets, "load", lambda folder: Model())
    made = infogan.trained({"command": "train"}, 2, tmp_path)
    assert trained == [("train", 2, tmp_path)] and made["scores"]["core_minutes"] == 15
    assert made["scores"]["real"] == 0.5
    assert set(made["scores"]) == set(infogan.SECTION.columns)
