import json
import os
import signal

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan import runs
from kerasgan.training.fitting import Stop


def interrupt_at(monkeypatch, step):
    """Ctrl-C during a step, counted from 1 over the whole run; again for every later run."""
    end = Stop.on_train_batch_end

    def on_train_batch_end(self, batch, logs=None):
        if self._before + batch + 1 == step:
            os.kill(os.getpid(), signal.SIGINT)
        end(self, batch, logs)

    monkeypatch.setattr(Stop, "on_train_batch_end", on_train_batch_end)


def test_a_run_leaves_its_files(config, tmp_path):
    model = runs.start(config, tmp_path / "run", verbose=0)
    left = {path.name for path in (tmp_path / "run").iterdir()}
    others = {"points", "points.gif", "backup", "best.keras", "best.json", "health.json"}
    assert left == set(runs.FILES) - others
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


def test_a_translator_goes_on_in_the_middle_of_the_decay(sides, tmp_path, monkeypatch):
    """The same weights, pools, rates and pictures as without interruption."""
    sides |= {"log_dir": str(tmp_path / "tb"), "epochs": 2, "n_epochs_decay": 2}
    sides["data"]["batch_size"] = 3  # 2 steps an epoch
    whole = runs.start(sides, tmp_path / "whole", verbose=0)
    with monkeypatch.context() as patch:
        interrupt_at(patch, step=3)
        with pytest.raises(KeyboardInterrupt):
            runs.start(sides, tmp_path / "run", verbose=0)
    stopped = keras.models.load_model(tmp_path / "run" / "model.keras")
    for optimizer in stopped.optimizer.optimizers:
        assert float(optimizer.learning_rate) == pytest.approx(2e-4 / 4)
    resumed = runs.resume(tmp_path / "run", verbose=0)
    for a, b in zip(whole.variables, resumed.variables, strict=True):
        a, b = keras.ops.convert_to_numpy(a), keras.ops.convert_to_numpy(b)
        np.testing.assert_allclose(a, b, atol=1e-6)
    assert int(resumed.pool_a.count) == 3
    for optimizer in resumed.optimizer.optimizers:
        assert int(optimizer.iterations) == 4 and float(optimizer.learning_rate) == 0
    assert runs.read_config(tmp_path / "run")["steps"] == 4
    for name in ("0000.png", "0001.png", "0002.png"):
        pictures = [(tmp_path / run / "samples" / name).read_bytes() for run in ("whole", "run")]
        assert pictures[0] == pictures[1]
    assert "samples/0002.png" in (tmp_path / "run" / "index.html").read_text()
    assert any((tmp_path / "tb").iterdir())


def test_srgan_goes_on_without_the_run_it_started_from(config, tmp_path, monkeypatch):
    first = kg.SRResNet((8, 8, 1), 2, filters=2, blocks=1)
    first.save(tmp_path / "first.keras")
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "data.npz", images=rng.integers(0, 256, (20, 16, 16), "uint8"))
    config |= {"variant": "SRGAN", "generator_from": str(tmp_path / "first.keras")}
    config["model"] = {"discriminator_filters": 2}
    config["epochs"] = 2
    with monkeypatch.context() as patch:
        interrupt_at(patch, step=3)
        with pytest.raises(KeyboardInterrupt):
            runs.start(config, tmp_path / "run", verbose=0)
    (tmp_path / "first.keras").unlink()
    model = runs.resume(tmp_path / "run", verbose=0)
    assert (model.scale, model.filters, model.blocks) == (2, 2, 1)
    assert runs.read_config(tmp_path / "run")["steps"] == 4


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


def test_classes_come_from_the_data(config):
    assert runs._completed(config)[0]["model"].get("num_classes") is None
    config["model"] |= {"num_classes": "auto"}
    config, data = runs._completed(config)
    assert config["model"]["num_classes"] == 3
    assert data.element_spec[1].shape == (10,)
