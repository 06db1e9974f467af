import json

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan import presets
from kerasgan.models.image_to_image import ImageToImage


def test_a_preset_draws_what_its_run_draws(tiny, run):
    assert presets.list() == ["tiny"]
    trained = presets.load(run)
    model = presets.load("tiny", kg.ConditionalGAN)
    assert model.average is None and trained.average is not None
    for labels in (None, [0, 1, 2, 0, 1, 2]):
        images = model.generate(6, seed=3, labels=labels)
        np.testing.assert_allclose(images, trained.generate(6, seed=3, labels=labels), atol=0.01)


def test_every_source_opens_the_same_model(tiny, run):
    want = presets.load("tiny").generate(4, seed=0)
    for source in (tiny, str(tiny), run, run / "model.keras"):
        np.testing.assert_allclose(presets.load(source).generate(4, seed=0), want, atol=0.01)


def test_the_card_tells_how_it_came_to_be(tiny, run):
    card = presets.card("tiny")
    assert set(card) == presets.FIELDS
    assert card["class"] == "ConditionalGAN" and card["steps"] == 8 and card["epochs"] == 2
    assert card["command"] == "kerasgan train conditionalgan ..."
    assert "ema_decay" not in card["config"] and card["config"]["num_classes"] == 3
    assert card["backend"] == keras.backend.backend()


def test_unknown_names_list_the_known(tiny):
    with pytest.raises(ValueError, match=r"Unknown preset; there are \['tiny'\]"):
        presets.card("none")
    with pytest.raises(ValueError, match=r"the presets are \['tiny'\]"):
        presets.load("none")


def test_the_wrong_class_is_told_the_right_one(tiny):
    with pytest.raises(ValueError, match="This is a ConditionalGAN: load it by `ConditionalGAN."):
        presets.load("tiny", kg.DCGAN)
    assert isinstance(presets.load("tiny", kg.models.NoiseToData), kg.ConditionalGAN)


@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
def test_damaged_weights(tiny, damage):
    path = tiny / "weights.npz"
    whole = path.read_bytes()
    middle = len(whole) // 2
    bits = bytes([whole[middle] ^ 1])
    path.unlink()
    if damage != "gone":
        path.write_bytes(whole[:middle] + (bits + whole[middle + 1 :]) * (damage == "changed"))
    with pytest.raises(ValueError, match="weights.npz is damaged: its sha256"):
        presets.load("tiny")


@pytest.mark.parametrize(
    "fields",
    [
        {"class": "NoGAN"},
        {"config": {"latent_dim": 4}},
        {"config": {"data_shape": [8, 8, 1], "latent_dim": 4, "num_classes": 2}},
        {"config": None},
    ],
)
def test_a_card_that_does_not_fit(change_card, fields):
    change_card(**fields)
    with pytest.raises(ValueError, match="card.json is damaged: it does not describe"):
        presets.load("tiny")


def test_a_damaged_card(tiny):
    path = tiny / "card.json"
    whole = path.read_text()
    for text, problem in (
        (whole[:-9], "Expecting|Unterminated"),
        ("[]", "it lacks backend, batch_size"),
        (json.dumps({k: v for k, v in json.loads(whole).items() if k != "seed"}), "it lacks seed"),
        ("\x00\xff", "Expecting"),
    ):
        path.write_text(text)
        for read in (presets.card, presets.load):
            with pytest.raises(ValueError, match=f"card.json is damaged: .*({problem})"):
                read("tiny")


def test_a_damaged_model(run):
    path = run / "model.keras"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match="model.keras is damaged, or no Keras model"):
        presets.load(run)


def test_another_keras_model(tmp_path):
    keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]).save(tmp_path / "dense.keras")
    with pytest.raises(ValueError, match="no model of kerasgan. Received: Sequential"):
        presets.load(tmp_path / "dense.keras")


@pytest.mark.parametrize("name", presets.list())
def test_the_presets_of_the_package(name):
    card = presets.card(name)
    assert card["name"] == name and card["steps"] > 0 and card["scores"]
    assert card["command"].startswith("kerasgan train ")
    model = presets.load(name, getattr(kg, card["class"]))
    if isinstance(model, ImageToImage):
        network, *_ = model.translators().values()
        given = np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, network.input_shape[-1]))
        images = model.translate(given)
    else:
        images = model.generate(16, seed=0)
    assert np.isfinite(images).all() and -1 <= images.min() < images.max() <= 1


def test_the_presets_of_the_package_are_small():
    assert sum(f.stat().st_size for f in presets.FOLDER.rglob("*") if f.is_file()) <= 10_000_000
