import json

import numpy as np
import pytest

from kerasgan import presets
from kerasgan.presets import make


def test_weights_are_halved_where_nobody_sees_it(tiny):
    with np.load(tiny / "weights.npz") as arrays:
        assert {array.dtype.name for array in arrays.values()} == {"float16"}


def test_weights_are_whole_where_one_would_see_it(run, tmp_path, monkeypatch):
    monkeypatch.setattr(presets, "FOLDER", tmp_path / "presets")
    monkeypatch.setattr(make, "_look_the_same", lambda a, b: False)
    folder = make.make(run, "tiny")
    with np.load(folder / "weights.npz") as arrays:
        assert {array.dtype.name for array in arrays.values()} == {"float32"}
    images = presets.load(run).generate(5, seed=0)
    np.testing.assert_allclose(presets.load("tiny").generate(5, seed=0), images, atol=1e-6)


def test_pictures_that_differ_are_seen(tiny, run):
    a, b = presets.load(run), presets.load("tiny")
    assert make._look_the_same(a, b)
    weights = b.generator.get_weights()
    b.generator.set_weights([*weights[:-1], weights[-1] + 0.1])
    assert not make._look_the_same(a, b)


def test_the_same_run_makes_the_same_preset(tiny, run):
    made = make.make(run, "again")
    assert (made / "weights.npz").read_bytes() == (tiny / "weights.npz").read_bytes()
    a, b = presets.card("tiny"), presets.card("again")
    assert {**a, "name": ""} == {**b, "name": ""}


def test_scores_compare_with_real_data(tiny, run):
    scores = presets.card("tiny")["scores"]
    keys = {"energy_distance_to_train", "energy_distance_train_to_train", "samples"}
    assert set(scores) == keys and scores["samples"] == 20  # no test split: halves of 40
    assert scores["energy_distance_to_train"] > scores["energy_distance_train_to_train"]


def test_scores_are_on_the_test_split_where_there_is_one(tiny):
    class Real:
        def generate(self, n, seed):
            config = {"model": {}, "seed": 5, "data": {"source": "fashion_mnist", "batch_size": 1}}
            return make._real(config, split="test")[:n]

    config = {"model": {}, "seed": 0, "data": {"source": "fashion_mnist", "batch_size": 1}}
    with pytest.MonkeyPatch.context() as patch:
        real, patched = make._real, []
        patch.setattr(make, "_real", lambda c, **k: patched.append(k) or real(c, split="test"))
        scores = make.scores(Real(), config)
    assert patched == [{"split": "test"}, {}, {"split": "test"}]
    assert scores["samples"] == 1000 and scores["energy_distance_to_test"] < 0.5


def test_what_make_refuses(tiny, run):
    with pytest.raises(ValueError, match="There is such a preset"):
        make.make(run, "tiny")
    with pytest.raises(ValueError, match="There is no run"):
        make.make(tiny, "other")
    config = json.loads((run / "config.json").read_text())
    del config["steps"]
    (run / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="The run is not finished"):
        make.make(run, "other")
