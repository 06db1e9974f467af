import json
import shutil
import subprocess
import sys

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan import presets


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
    assert set(card) == presets.FIELDS | {
        *("data", "command", "steps", "epochs", "batch_size", "seed", "backend", "seconds"),
        *("versions", "scores", "source", "licence", "attribution", "data_command"),
    }
    assert card["source"] == card["data_command"] == "unknown"
    assert card["class"] == "ConditionalGAN" and card["steps"] == 8 and card["epochs"] == 2
    assert card["command"] == "kerasgan train conditionalgan ..."
    assert "ema_decay" not in card["config"] and card["config"]["num_classes"] == 3
    assert card["backend"] == keras.backend.backend()


def test_a_model_of_ones_own_is_stored(tmp_path):
    """With networks that were passed in; what only training needs is left out."""
    generator = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(64, "tanh"), keras.layers.Reshape((8, 8, 1))]
    )
    units = {"discriminator_units": (8,), "augment": "ada", "name": "mine", "ema_decay": 0.5}
    gan = kg.GAN((8, 8, 1), 4, generator=generator, **units)
    gan.generator.set_weights([w + 1 for w in gan.generator.get_weights()])
    gan.save_to_preset(tmp_path / "new" / "mine", data="my pictures")
    card = json.loads((tmp_path / "new/mine/card.json").read_text())
    assert card["name"] == "mine" and card["class"] == "GAN" and card["data"] == "my pictures"
    assert not {"name", "ema_decay", "augment"} & set(card["config"])
    for model in (kg.load(tmp_path / "new/mine"), kg.GAN.from_preset(tmp_path / "new/mine")):
        assert model.average is None and model.discriminator.count_params() > 0
        images = model.generate(5, seed=0)
        np.testing.assert_array_equal(images, gan.generate(5, seed=0))
    with pytest.raises(ValueError, match="written over: choose another folder. Received: folder="):
        gan.save_to_preset(tmp_path / "new" / "mine")


@keras.saving.register_keras_serializable("tests")
class Mine(kg.GAN):
    """A variant of one's own."""


def test_a_class_of_ones_own_is_found_by_its_registered_name(tmp_path):
    Mine((8, 8, 1), 4, generator_units=(4,)).save_to_preset(tmp_path / "mine")
    assert type(kg.load(tmp_path / "mine")) is Mine
    assert json.loads((tmp_path / "mine/card.json").read_text())["class"] == "tests>Mine"


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
        ("[]", "it lacks class, config, name, sha256"),
        (
            json.dumps({k: v for k, v in json.loads(whole).items() if k != "sha256"}),
            "it lacks sha256",
        ),
        ("\x00\xff", "Expecting"),
        ("[" * 100_000, "recursion"),
    ):
        path.write_text(text)
        for read in (presets.card, presets.load):
            with pytest.raises(ValueError, match=f"card.json is damaged: .*({problem})"):
                read("tiny")


def test_a_damaged_model(run):
    path = run / "model.keras"
    want = presets.load(run).generate(4, seed=0)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.warns(UserWarning, match="model.keras is damaged, so the one before it is used"):
        np.testing.assert_array_equal(presets.load(run).generate(4, seed=0), want)
    shutil.rmtree(run / "checkpoints")
    with pytest.raises(ValueError, match="model.keras is damaged, or no Keras model"):
        presets.load(run)


def test_keras_knows_the_models_where_both_are_imported(tmp_path):
    kg.GAN((8, 8, 1), 4, generator_units=(4,)).save(tmp_path / "gan.keras")
    program = "import sys, keras, kerasgan; print(keras.models.load_model(sys.argv[1]).latent_dim)"
    words = [sys.executable, "-c", program, str(tmp_path / "gan.keras")]
    assert subprocess.check_output(words, text=True).strip() == "4"


def test_another_keras_model(tmp_path):
    keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]).save(tmp_path / "dense.keras")
    with pytest.raises(ValueError, match="no model of kerasgan. Received: Sequential"):
        presets.load(tmp_path / "dense.keras")


# One of each task under every backend: JAX compiles the draw of each first weight's shape.
EVERYWHERE = ("dcgan_fashion_mnist", "pix2pix_openmoji")
PRESETS = [
    name if name in EVERYWHERE else pytest.param(name, marks=pytest.mark.any_backend)
    for name in presets.list()
]


@pytest.mark.parametrize("name", PRESETS)
def test_the_presets_of_the_package(name):
    card = presets.card(name)
    assert card["name"] == name and card["steps"] > 0 and card["scores"]
    assert card["command"].startswith("kerasgan train ")
    assert card["data_command"].startswith("kerasgan data ")
    assert "unknown" not in (card["source"], card["licence"], card["attribution"])
    model = presets.load(name, getattr(kg, card["class"]))
    if model.task == "translate":
        network, *_ = model.translators().values()
        given = np.random.default_rng(0).uniform(-1, 1, (2, 16, 16, network.input_shape[-1]))
        images = model.translate(given)
    else:
        images = model.generate(16, seed=0)
    assert np.isfinite(images).all() and -1 <= images.min() < images.max() <= 1


def test_the_presets_of_the_package_are_small():
    assert sum(f.stat().st_size for f in presets.FOLDER.rglob("*") if f.is_file()) <= 25_000_000
