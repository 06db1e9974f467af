import json

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan import runs
from kerasgan.runs import Configuration
from kerasgan.runs.data import load_data
from kerasgan.runs.fitting import epochs_of, observers


def kinds(found):
    return [type(callback).__name__ for callback in found]


@pytest.mark.any_backend
def test_points(config, tmp_path):
    np.savez(tmp_path / "points.npz", images=np.random.default_rng(0).normal(size=(30, 2)))
    config["data"]["source"] = str(tmp_path / "points.npz")
    config["epochs"] = 1
    assert runs.start(config, tmp_path / "run", verbose=0).generate(5).shape == (5, 2)
    assert (tmp_path / "run" / "points.gif").exists()


@pytest.mark.any_backend
def test_points_by_condition_vectors(config, tmp_path, recwarn):
    rng = np.random.default_rng(0)
    arrays = {"images": rng.normal(size=(30, 2)), "conditions": rng.normal(size=(30, 3))}
    np.savez(tmp_path / "points.npz", **{k: v.astype("float32") for k, v in arrays.items()})
    config["data"]["source"] = str(tmp_path / "points.npz")
    config |= {"variant": "ConditionalGAN", "epochs": 1}
    config["model"]["num_classes"] = "auto"
    gan = runs.start(config, tmp_path / "run", verbose=0)
    assert gan.condition == (3,)
    assert len(list((tmp_path / "run" / "points").glob("*.png"))) == 2
    assert not [str(warning.message) for warning in recwarn if "drawn" in str(warning.message)]


@pytest.mark.any_backend
def test_each_kind_of_model_is_watched_in_its_way(config, sides, tmp_path):
    gan = kg.GAN((8, 8, 1), 4, generator_units=(2,), discriminator_units=(2,))
    rest = ["Timelapse", "LossHistory", "Gallery"]
    assert kinds(observers(Configuration.of(config), gan, tmp_path)) == ["SampleGrid", *rest]
    translator = kg.CycleGAN((8, 8, 3), (8, 8, 3), filters=2, blocks=1, discriminator="pixel")
    sides |= {"track": ["tensorboard"], "samples_every": 4}
    found = observers(Configuration.of(sides), translator, tmp_path)
    assert kinds(found) == ["TranslationGrid", *rest, "Tracking"]
    assert found[-1].pictures is found[0] and found[-1].settings["track"] == ["tensorboard"]
    assert found[0].images_a.shape == found[0].images_b.shape == (2, 8, 8, 3)
    assert found[0].every == 4
    translator = kg.CUT((8, 8, 3), (8, 8, 3), filters=2, blocks=1, discriminator="pixel")
    found = observers(Configuration.of({**sides, "variant": "CUT"}), translator, tmp_path)
    assert kinds(found) == ["TranslationGrid", *rest, "Tracking"]
    assert found[0].images_a.shape == (2, 8, 8, 3) and found[0].images_b is None


@pytest.mark.any_backend
def test_epochs_of_a_run_of_steps(config):
    data = load_data(Configuration.of(config))
    assert epochs_of(Configuration.of(config), data) == 3
    config |= {"epochs": None, "max_steps": 7}
    assert epochs_of(Configuration.of(config), data) == 3


@pytest.mark.compiled
@pytest.mark.parametrize("execution", [1, 2])
def test_steps_are_those_of_the_generator(config, tmp_path, execution):
    if execution == 2 and keras.backend.backend() == "torch":
        pytest.skip("PyTorch has no steps_per_execution")
    config["model"]["critic_steps"] = 3
    config["compile"]["steps_per_execution"] = execution
    config["data"]["batch_size"] = 5  # of one step of three: two steps an epoch
    config |= {"epochs": None, "max_steps": 4}
    runs.start(config, tmp_path / "run", verbose=0)
    assert runs.read_config(tmp_path / "run").steps == 4


@pytest.mark.any_backend
def test_scores_are_kept_with_the_best_model(config, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    pixels = kg.metrics.extractors.get(
        keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    )
    monkeypatch.setattr(kg.metrics.evaluation.extractors, "get", lambda name: pixels)
    config["evaluation"] = {"metrics": ["swd"], "extractor": "any", "every": 2, "samples": 12}
    gan = runs.start(config, tmp_path / "run", verbose=0)
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert [score is None for score in history["val_swd"]] == [True, False, False]
    best = json.loads((tmp_path / "run" / "best.json").read_text())["reports"][0]
    assert best["scores"]["swd"] == pytest.approx(min(history["val_swd"][1:]))
    assert best["fingerprint"]["samples"] == best["fingerprint"]["real_samples"] == 12
    kept = kg.GAN.from_preset(tmp_path / "run" / "best.keras")
    made = kept.generate(12, seed=config["seed"]), gan.generate(12, seed=config["seed"])
    assert np.array_equal(*made) == (best["epoch"] == 3)


@pytest.mark.any_backend
def test_epochs_that_are_kept_are_loaded_by_their_numbers(config, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    pixels = kg.metrics.extractors.get(pixels)
    monkeypatch.setattr(kg.metrics.evaluation.extractors, "get", lambda name: pixels)
    config |= {"keep": None, "max_steps": 9}
    config["evaluation"] = {"metrics": ["swd"], "extractor": "any", "every": 1, "samples": 12}
    run = tmp_path / "run"
    gan = runs.start(config, run, verbose=0)
    assert runs.read_config(run).keep is None
    made = [kg.load(run, epoch=epoch).generate(4, seed=0) for epoch in (1, 2, 3)]
    assert not np.array_equal(made[0], made[1])
    np.testing.assert_array_equal(made[2], gan.generate(4, seed=0))
    best = json.loads((run / "best.json").read_text())["reports"][0]["epoch"]
    found = kg.load(run, kg.GAN, epoch="best").generate(4, seed=0)
    np.testing.assert_array_equal(found, made[best - 1])
    page = (run / "index.html").read_text()
    assert page.count("<b>kept") == 3 and page.count("<b>kept, best") == 1
    with pytest.raises(
        ValueError, match=rf"those there are: 1, 2, 3, {best} being .*Received: epoch=180"
    ):
        kg.load(run, epoch=180)
    with pytest.raises(ValueError, match="does not hold this epoch; there is none.*epoch='best'"):
        kg.load(run / "model.keras", epoch="best")


@pytest.mark.any_backend
def test_health_is_looked_after_where_it_is_asked_for(config, sides, tmp_path, capsys):
    config["health"] = True
    config["compile"]["learning_rate"] = 0.0
    runs.start(config, tmp_path / "run", verbose=0)
    found = json.loads((tmp_path / "run" / "health.json").read_text())
    assert {diagnosis["name"] for diagnosis in found} == {"no_learning"}
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert history["health_change"] == [0, 0, 0]
    shape = (8, 8, 3)
    small = {"filters": 2, "blocks": 1}
    for model in (
        kg.CycleGAN(shape, shape, discriminator="pixel", **small),
        kg.CUT(shape, shape, discriminator="pixel", ema_decay=0.9, **small),
        kg.SRResNet((8, 8, 1), 2, **small),
    ):
        given = config if isinstance(model, kg.SRResNet) else sides
        settings = {**given, "variant": type(model).__name__}
        watching = observers(Configuration.of({**settings, "health": True}), model, tmp_path)
        assert type(watching[0]) is kg.callbacks.Health
        (health,) = [c for c in watching if isinstance(c, kg.callbacks.Health)]
        model.compile()
        health.set_model(model)
        health.on_train_begin()
