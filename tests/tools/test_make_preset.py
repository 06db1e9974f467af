import json

import numpy as np
import pytest

import kerasgan as kg
from kerasgan import presets, runs
from kerasgan.datasets.facts import Facts, write_facts
from tests.runs.settings import cyclegan_run
from tools import make_preset as make

pytestmark = pytest.mark.any_backend


def test_weights_are_halved_where_nobody_sees_it(tiny):
    with np.load(tiny / "weights.npz") as arrays:
        assert {array.dtype.name for array in arrays.values()} == {"float16"}


def test_weights_are_whole_where_one_would_see_it(run, tmp_path, monkeypatch):
    monkeypatch.setattr(presets, "FOLDER", tmp_path / "presets")
    monkeypatch.setattr(make, "_look_the_same", lambda a, b, config: False)
    folder = make.make(run, "tiny")
    with np.load(folder / "weights.npz") as arrays:
        assert {array.dtype.name for array in arrays.values()} == {"float32"}
    images = presets.load(run).generate(5, seed=0)
    np.testing.assert_allclose(presets.load("tiny").generate(5, seed=0), images, atol=1e-6)


def test_pictures_that_differ_are_seen(tiny, run):
    a, b, config = presets.load(run), presets.load("tiny"), runs.read_config(run)
    assert make._look_the_same(a, b, config)
    weights = b.generator.get_weights()
    b.generator.set_weights([*weights[:-1], weights[-1] + 0.1])
    assert not make._look_the_same(a, b, config)


def test_the_same_run_makes_the_same_preset(tiny, run):
    made = make.make(run, "again")
    assert (made / "weights.npz").read_bytes() == (tiny / "weights.npz").read_bytes()
    a, b = presets.card("tiny"), presets.card("again")
    assert {**a, "name": ""} == {**b, "name": ""}


def test_weights_that_are_too_large_are_left_to_be_put_elsewhere(tiny, run):
    whole = (tiny / "weights.npz").read_bytes()
    made = make.make(run, "large", url="https://example.org/large.npz")
    assert [path.name for path in made.iterdir()] == ["card.json"]
    assert (run / "weights.npz").read_bytes() == whole
    assert presets.card("large")["url"] == "https://example.org/large.npz"
    assert presets.card("large")["sha256"] == presets.card("tiny")["sha256"]


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


@pytest.fixture
def cyclegan(tmp_path, monkeypatch):
    """The folder of a run of a CycleGAN that has not been trained."""
    monkeypatch.setattr(presets, "FOLDER", tmp_path / "presets")
    config = cyclegan_run(tmp_path)
    shapes = {"shape_a": [8, 8, 3], "shape_b": [8, 8, 3]}
    config["model"] |= shapes
    gan = kg.CycleGAN.from_config(config["model"])
    (tmp_path / "run").mkdir()
    gan.save(tmp_path / "run/model.keras")
    done = {"command": "kerasgan train cyclegan", "steps": 9, "seconds": 1.0, "backend": "jax"}
    config |= {**done, "versions": {}}
    (tmp_path / "run/config.json").write_text(json.dumps(config))
    (tmp_path / "run/history.json").write_text(json.dumps({"epoch": [1, 2, 3]}))
    return tmp_path / "run"


def test_all_translators_are_stored(cyclegan):
    folder = make.make(cyclegan, "both")
    assert (folder / "weights.npz").stat().st_size < (cyclegan / "model.keras").stat().st_size
    with np.load(folder / "weights.npz") as arrays:
        assert {array.dtype.name for array in arrays.values()} == {"float16"}
    card = presets.card("both")
    assert card["class"] == "CycleGAN" and card["epochs"] == 3
    assert "energy_distance_fake_b_to_test" in card["scores"]
    run, preset = (kg.CycleGAN.from_preset(source) for source in (cyclegan, "both"))
    images = np.random.default_rng(0).uniform(-1, 1, (3, 8, 12, 3))
    for direction in ("AtoB", "BtoA"):
        made = preset.translate(images, direction)
        np.testing.assert_allclose(made, run.translate(images, direction), atol=0.01)
    for a, b in zip(run.D_A.get_weights(), preset.D_A.get_weights(), strict=True):
        assert a.shape == b.shape  # which are not stored
    with pytest.raises(ValueError, match="CycleGAN stores .* weights.*Received: 1 weights"):
        preset.set_preset_weights([np.zeros(3)])


def test_a_translation_that_differs_one_way_is_seen(cyclegan):
    a, b = presets.load(cyclegan), presets.load(cyclegan)
    config = runs.read_config(cyclegan)
    assert make._look_the_same(a, b, config)
    weights = b.G_B.get_weights()
    b.G_B.set_weights([*weights[:-1], weights[-1] + 0.1])
    assert not make._look_the_same(a, b, config)


def test_the_card_says_where_the_data_come_from(tmp_path):
    mnist = make._about("mnist")
    assert mnist["data_command"] == "kerasgan data mnist mnist" and "LeCun" in mnist["attribution"]
    assert "come with kerasgan" in make._about("fashion_mnist_10k")["data_command"]
    assert set(make._about(str(tmp_path)).values()) == {"unknown"}
    (tmp_path / "faces").mkdir()
    told = Facts("npm", "free", "Ann")
    write_facts(tmp_path / "faces", told, "kerasgan data avatars DIR --size 128", "pillow 1")
    found = make._about(str(tmp_path / "faces"))
    assert found["data_command"] == "kerasgan data avatars faces --size 128"
    assert (found["source"], found["licence"], found["attribution"]) == ("npm", "free", "Ann")
