import json
import os
import signal

import keras
import numpy as np
import pytest

from kerasgan import runs


@pytest.fixture
def config(tmp_path):
    """Three epochs of three steps of a tiny GAN, with labels in the data."""
    rng = np.random.default_rng(0)
    path = tmp_path / "data.npz"
    np.savez(path, images=rng.integers(0, 256, (30, 8, 8), "uint8"), labels=np.arange(30) % 3)
    return {
        "variant": "GAN",
        "model": {
            "latent_dim": 4,
            "generator_units": [8],
            "discriminator_units": [8],
            "ema_decay": 0.9,
        },
        "compile": {"run_eagerly": keras.backend.backend() == "tensorflow"},  # the quickest here
        "data": {"source": str(path), "batch_size": 10},
        "epochs": 3,
        "max_steps": None,
        "samples_every": 1,
        "seed": 3,
    }


def interrupt_at(monkeypatch, step):
    """Ctrl-C during a step, counted from 1 over the whole run; again for every later run."""
    end = runs._Stop.on_train_batch_end

    def on_train_batch_end(self, batch, logs=None):
        if self._before + batch + 1 == step:
            os.kill(os.getpid(), signal.SIGINT)
        end(self, batch, logs)

    monkeypatch.setattr(runs._Stop, "on_train_batch_end", on_train_batch_end)


def test_a_run_leaves_its_files(config, tmp_path):
    model = runs.start(config, tmp_path / "run", verbose=0)
    left = {path.name for path in (tmp_path / "run").iterdir()}
    assert left == set(runs.FILES) - {"points", "points.gif", "backup"}
    written = runs.read_config(tmp_path / "run")
    assert written["steps"] == 9 and written["seconds"] > 0
    assert written["model"]["data_shape"] == [8, 8, 1] and written["model"]["seed"] == 3
    assert set(written["versions"]) == {"kerasgan", "keras", keras.backend.backend(), "python"}
    saved = keras.models.load_model(tmp_path / "run" / "model.keras")
    np.testing.assert_allclose(model.generate(4, seed=0), saved.generate(4, seed=0), atol=1e-6)


def test_an_interrupted_run_goes_on_as_if_nothing_had_been(config, tmp_path, monkeypatch, capfd):
    config["compile"] = {}
    whole = runs.start(config, tmp_path / "whole", verbose=0)
    with monkeypatch.context() as patch:
        interrupt_at(patch, step=8)
        with pytest.raises(KeyboardInterrupt):
            runs.start(config, tmp_path / "run", verbose=0)
    assert "Stopping after this step" in capfd.readouterr().err
    assert "steps" not in runs.read_config(tmp_path / "run")
    stopped = keras.models.load_model(tmp_path / "run" / "model.keras")
    assert int(stopped.optimizer["generator"].iterations) == 8
    resumed = runs.resume(tmp_path / "run", verbose=0)
    for a, b in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    assert runs.read_config(tmp_path / "run")["steps"] == 9
    assert not (tmp_path / "run" / "backup").exists()
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert history["epoch"] == [1, 2, 3]
    with pytest.raises(ValueError, match="is complete: it made 9 steps"):
        runs.resume(tmp_path / "run")


def test_a_run_interrupted_in_its_first_epoch_starts_again(config, tmp_path, monkeypatch):
    config |= {"epochs": None, "max_steps": 4}
    with monkeypatch.context() as patch:
        interrupt_at(patch, step=2)
        with pytest.raises(KeyboardInterrupt):
            runs.start(config, tmp_path / "run", verbose=0)
    runs.resume(tmp_path / "run", verbose=0)
    assert runs.read_config(tmp_path / "run")["steps"] == 4


def test_what_resume_refuses(config, tmp_path):
    with pytest.raises(ValueError, match="There is no run.*config.json is missing"):
        runs.resume(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ValueError, match="config.json is damaged"):
        runs.resume(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({**config, "backend": "numpy"}))
    with pytest.raises(ValueError, match="set KERAS_BACKEND=numpy"):
        runs.resume(tmp_path)


def test_a_run_is_not_overwritten_unawares(config, tmp_path):
    config["epochs"] = 1
    (tmp_path / "run" / "samples").mkdir(parents=True)
    (tmp_path / "run" / "samples" / "0099.png").touch()
    (tmp_path / "run" / "notes.txt").touch()
    with pytest.raises(ValueError, match=r"already holds a run \(samples\).*--overwrite"):
        runs.start(config, tmp_path / "run", verbose=0)
    runs.start(config, tmp_path / "run", overwrite=True, verbose=0)
    assert not (tmp_path / "run" / "samples" / "0099.png").exists()
    assert (tmp_path / "run" / "notes.txt").exists()


def test_a_wrong_setting_leaves_no_folder(config, tmp_path):
    config["compile"] = {"loss": "l2"}
    with pytest.raises(ValueError, match="Unknown loss"):
        runs.start(config, tmp_path / "run", verbose=0)
    assert not (tmp_path / "run").exists()


def test_points(config, tmp_path):
    np.savez(tmp_path / "points.npz", images=np.random.default_rng(0).normal(size=(30, 2)))
    config["data"]["source"] = str(tmp_path / "points.npz")
    config["epochs"] = 1
    assert runs.start(config, tmp_path / "run", verbose=0).generate(5).shape == (5, 2)
    assert (tmp_path / "run" / "points.gif").exists()


def test_classes_and_the_size_of_a_batch_come_from_the_data(config):
    assert runs._completed(config)["model"].get("num_classes") is None
    assert runs.load_data(config).element_spec.shape == (10, 8, 8, 1)
    config["model"] |= {"num_classes": "auto", "critic_steps": 2}
    config = runs._completed(config)
    assert config["model"]["num_classes"] == 3
    images, labels = runs.load_data(config).element_spec
    assert images.shape == (20, 8, 8, 1) and labels.shape == (20,)


@pytest.mark.parametrize(
    "given, generator, discriminator",
    [
        (None, ("Adam", 0.5, 1e-3), ("Adam", 0.5, 1e-3)),
        ("adam", ("Adam", 0.9, 1e-3), ("Adam", 0.9, 1e-3)),
        (
            {"class_name": "RMSprop", "config": {"rho": 0.8}},
            ("RMSprop", None, 1e-3),
            ("RMSprop", None, 1e-3),
        ),
        (
            {"generator": {"class_name": "Adam", "config": {"beta_1": 0.1}}},
            ("Adam", 0.1, 1e-3),
            ("Adam", 0.5, 1e-3),
        ),
    ],
    ids=["paper", "name", "one", "players"],
)
def test_the_learning_rate_leaves_the_rest_of_the_optimizer(
    config, given, generator, discriminator
):
    config["compile"] = {"optimizer": given, "learning_rate": 1e-3}
    model = runs._compiled(runs._completed(config))
    for player, want in {"generator": generator, "discriminator": discriminator}.items():
        optimizer = model.optimizer[player]
        rate = round(float(optimizer.learning_rate), 6)
        got = type(optimizer).__name__, getattr(optimizer, "beta_1", None), rate
        assert got == want
    assert model.optimizer["generator"] is not model.optimizer["discriminator"]
