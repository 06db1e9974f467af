import json
import os
import shutil
import signal

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan import runs
from kerasgan.datasets import translation_sources
from kerasgan.runs import fitting
from kerasgan.runs.building import complete
from kerasgan.runs.folder import FILES, occupied
from kerasgan.utils.checkpoints import checkpoints
from tests.runs.interrupting import interrupt_at
from tests.runs.same import assert_same_run


def test_a_run_leaves_its_files(config, tmp_path):
    model = runs.start(config, tmp_path / "run", verbose=0)
    left = {path.name for path in (tmp_path / "run").iterdir()}
    others = {"points", "points.gif", "best.keras", "best.json", "health.json", "tracking.json"}
    files = {name.split("/")[0] for name in FILES}
    assert left == files - others | {".kerasgan.lock", ".kerasgan.pid"}
    written = runs.read_config(tmp_path / "run")
    assert written.steps == 9 and written.seconds > 0
    assert written.model["data_shape"] == [8, 8, 1] and written.model["seed"] == 3
    assert set(written.versions) == {"kerasgan", "keras", keras.backend.backend(), "python"}
    saved = keras.models.load_model(tmp_path / "run" / "model.keras")
    np.testing.assert_allclose(model.generate(4, seed=0), saved.generate(4, seed=0), atol=1e-6)


@pytest.mark.compiled
@pytest.mark.parametrize(
    "by", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.any_backend)]
)
def test_an_interrupted_run_goes_on_as_if_nothing_had_been(
    config, tmp_path, monkeypatch, capfd, by
):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    pixels = kg.metrics.extractors.get(pixels)
    monkeypatch.setattr(kg.metrics.evaluation.extractors, "get", lambda name: pixels)
    config |= {"compile": {}, "samples_every": 2, "health": True}
    config["evaluation"] = {"metrics": ["swd"], "extractor": "any", "every": 1, "samples": 12}
    whole = runs.start(config, tmp_path / "whole", verbose=0)
    with monkeypatch.context() as patch:
        interrupt_at(patch, step=8, by=by)
        with pytest.raises(KeyboardInterrupt):
            runs.start(config, tmp_path / "run", verbose=0)
    assert "Stopping after this step" in capfd.readouterr().err
    assert runs.read_config(tmp_path / "run").steps is None
    stopped = keras.models.load_model(tmp_path / "run" / "model.keras")
    assert int(stopped.optimizer["generator"].iterations) == 8
    resumed = runs.resume(tmp_path / "run", verbose=0)
    assert_same_run(tmp_path / "whole", tmp_path / "run")
    np.testing.assert_array_equal(whole.generate(4, seed=0), resumed.generate(4, seed=0))
    assert runs.read_config(tmp_path / "run").steps == 9
    history = json.loads((tmp_path / "run" / "history.json").read_text())
    assert history["epoch"] == [1, 2, 3]
    log = (tmp_path / "run" / "log.txt").read_text()
    for text in ("from epoch 1 of 3", "stopped by a signal", "from epoch 3 of 3", "done"):
        assert log.count(text) == 1
    with pytest.raises(ValueError, match="is complete: it made 9 steps"):
        runs.resume(tmp_path / "run")


@pytest.mark.any_backend
@pytest.mark.parametrize("killed", ["save", "write"])
def test_a_run_killed_between_its_last_epoch_and_its_end(config, tmp_path, monkeypatch, killed):
    """Before `model.keras` is written, or before `config.json` says that it is complete."""
    config["epochs"] = 2
    runs.start(config, tmp_path / "whole", verbose=0)
    write = runs.Configuration.write

    def die(*args):
        if killed == "save" or (tmp_path / "run" / "model.keras").exists():
            raise SystemExit
        write(*args)

    with monkeypatch.context() as patch:
        place = {"save": (fitting, "_save"), "write": (runs.Configuration, "write")}[killed]
        patch.setattr(*place, die)
        with pytest.raises(SystemExit):
            runs.start(config, tmp_path / "run", verbose=0)
    runs.resume(tmp_path / "run", verbose=0)
    assert_same_run(tmp_path / "whole", tmp_path / "run")


@pytest.mark.any_backend
def test_a_damaged_checkpoint_is_named_in_the_log_and_trained_again(config, tmp_path, monkeypatch):
    runs.start(config, tmp_path / "whole", verbose=0)
    with monkeypatch.context() as patch:
        interrupt_at(patch, step=8)
        with pytest.raises(KeyboardInterrupt):
            runs.start(config, tmp_path / "run", verbose=0)
    damaged = checkpoints(tmp_path / "run" / "checkpoints")[-1]
    damaged.write_bytes(damaged.read_bytes()[:-100])
    with pytest.warns(UserWarning, match="epoch_0002.keras is damaged"):
        runs.resume(tmp_path / "run", verbose=0)
    log = (tmp_path / "run" / "log.txt").read_text()
    assert "epoch_0002.keras is damaged" in log and "from epoch 2 of 3" in log
    assert_same_run(tmp_path / "whole", tmp_path / "run")


@pytest.mark.any_backend
def test_a_run_can_be_given_more_epochs(config, tmp_path):
    more = {**config, "epochs": 4}
    runs.start(more, tmp_path / "whole", verbose=0)
    config["epochs"] = 2
    runs.start(config, tmp_path / "run", verbose=0)
    with pytest.raises(ValueError, match="has 2 epochs already. Received: epochs=2"):
        runs.resume(tmp_path / "run", epochs=2)
    runs.resume(tmp_path / "run", epochs=4, verbose=0)
    assert_same_run(tmp_path / "whole", tmp_path / "run")
    for change, want in (
        ({"epochs": None, "max_steps": 9}, "one of 9 steps"),
        ({"schedule": "cosine"}, "follows its epochs.*schedule='cosine'"),
        ({"n_epochs_decay": 1}, "follows its epochs.*n_epochs_decay=1"),
    ):
        begun = {**more, "backend": keras.backend.backend(), **change}
        (tmp_path / "run" / "config.json").write_text(json.dumps(begun))
        with pytest.raises(ValueError, match=want):
            runs.resume(tmp_path / "run", epochs=6)
    complete = runs.read_config(tmp_path / "whole")
    shutil.rmtree(tmp_path / "whole" / "checkpoints")
    with pytest.raises(ValueError, match="nothing to go on from: .*checkpoints holds no whole"):
        runs.resume(tmp_path / "whole", epochs=6)
    assert runs.read_config(tmp_path / "whole") == complete


@pytest.mark.any_backend
def test_a_folder_in_use_is_refused(config, tmp_path):
    config["epochs"] = 1
    runs.start(config, tmp_path / "run", verbose=0)
    with occupied(tmp_path / "run"):
        with pytest.raises(ValueError, match=f"Process {os.getpid()} trains in .*Received: folder"):
            runs.start(config, tmp_path / "run", overwrite=True)
        with pytest.raises(ValueError, match=f"Process {os.getpid()} trains in"):
            runs.resume(tmp_path / "run", epochs=2)
    assert (tmp_path / "run" / "model.keras").exists()


@pytest.mark.any_backend
def test_a_run_opens_before_its_end(config, tmp_path, monkeypatch):
    """From its newest checkpoint, as long as there is no `model.keras`."""
    interrupt_at(monkeypatch, step=5)
    with pytest.raises(KeyboardInterrupt):
        runs.start(config, tmp_path / "run", verbose=0)
    (tmp_path / "run" / "model.keras").unlink()
    want = kg.load(tmp_path / "run" / "checkpoints" / "epoch_0001.keras").generate(4, seed=0)
    np.testing.assert_array_equal(kg.load(tmp_path / "run").generate(4, seed=0), want)


@pytest.mark.any_backend
def test_an_error_is_in_the_log(config, tmp_path):
    config["compile"]["learning_rate"] = 1e30
    with pytest.raises(FloatingPointError):
        runs.start(config, tmp_path / "run", verbose=0)
    log = (tmp_path / "run" / "log.txt").read_text()
    assert "stopped by an error" in log and "FloatingPointError: The " in log


@pytest.mark.any_backend
def test_a_translator_goes_on_in_the_middle_of_the_decay(sides, tmp_path, monkeypatch):
    """The same weights, pools, rates and pictures as without interruption."""
    sides |= {"track": ["tensorboard"], "epochs": 2, "n_epochs_decay": 2}
    sides["data"]["batch_size"] = 3  # 2 steps an epoch
    runs.start(sides, tmp_path / "whole", verbose=0)
    with monkeypatch.context() as patch:
        interrupt_at(patch, step=3)
        with pytest.raises(KeyboardInterrupt):
            runs.start(sides, tmp_path / "run", verbose=0)
    stopped = keras.models.load_model(tmp_path / "run" / "model.keras")
    for optimizer in stopped.optimizer.optimizers:
        assert float(optimizer.learning_rate) == pytest.approx(2e-4 / 4)
    resumed = runs.resume(tmp_path / "run", verbose=0)
    assert_same_run(tmp_path / "whole", tmp_path / "run")
    assert int(resumed.pool_a.count) == 3
    for optimizer in resumed.optimizer.optimizers:
        assert int(optimizer.iterations) == 4 and float(optimizer.learning_rate) == 0
    assert runs.read_config(tmp_path / "run").steps == 4
    assert "samples/0002.png" in (tmp_path / "run" / "index.html").read_text()
    assert len([*(tmp_path / "run" / "tensorboard").iterdir()]) == 2


@pytest.mark.any_backend
def test_srgan_goes_on_without_the_run_it_started_from(config, tmp_path, monkeypatch):
    first = kg.SRResNet((8, 8, 1), 2, filters=2, blocks=1)
    first.save(tmp_path / "first.keras")
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "data.npz", images=rng.integers(0, 256, (20, 16, 16), "uint8"))
    config |= {"variant": "SRGAN", "initial": str(tmp_path / "first.keras")}
    config["model"] = {"discriminator_filters": 2}
    config["epochs"] = 2
    with monkeypatch.context() as patch:
        interrupt_at(patch, step=3)
        with pytest.raises(KeyboardInterrupt):
            runs.start(config, tmp_path / "run", verbose=0)
    (tmp_path / "first.keras").unlink()
    model = runs.resume(tmp_path / "run", verbose=0)
    assert (model.scale, model.filters, model.blocks) == (2, 2, 1)
    assert runs.read_config(tmp_path / "run").steps == 4


@pytest.mark.any_backend
def test_a_run_interrupted_in_its_first_epoch_starts_again(config, tmp_path, monkeypatch):
    config |= {"epochs": None, "max_steps": 4}
    with monkeypatch.context() as patch:
        interrupt_at(patch, step=2)
        with pytest.raises(KeyboardInterrupt):
            runs.start(config, tmp_path / "run", verbose=0)
    runs.resume(tmp_path / "run", verbose=0)
    assert runs.read_config(tmp_path / "run").steps == 4


@pytest.mark.any_backend
@pytest.mark.parametrize("step", [1, 3])  # of the first epoch, of the second
def test_a_run_that_goes_on_decodes_each_image_once(sides, tmp_path, monkeypatch, step):
    sides["data"]["batch_size"] = 3  # 2 steps an epoch
    with monkeypatch.context() as patch:
        interrupt_at(patch, step=step)
        with pytest.raises(KeyboardInterrupt):
            runs.start(sides, tmp_path / "run", verbose=0)
    decoded, stretch = [], translation_sources.stretch

    def counted(image, *args):
        decoded.append(image)
        return stretch(image, *args)

    monkeypatch.setattr(translation_sources, "stretch", counted)
    runs.resume(tmp_path / "run", verbose=0)
    assert len(decoded) == 10 + 4  # the split "train" to train on, all of "test" to draw


@pytest.mark.any_backend
def test_what_resume_refuses(config, tmp_path):
    with pytest.raises(ValueError, match="There is no run.*config.json is missing"):
        runs.resume(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ValueError, match="config.json is damaged"):
        runs.resume(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({**config, "backend": "numpy"}))
    with pytest.raises(ValueError, match="set KERAS_BACKEND=numpy"):
        runs.resume(tmp_path)


@pytest.mark.any_backend
def test_a_wrong_setting_leaves_no_folder(config, tmp_path):
    config["compile"] = {"loss": "l2"}
    with pytest.raises(ValueError, match="Unknown loss"):
        runs.start(config, tmp_path / "run", verbose=0)
    assert not (tmp_path / "run").exists()


@pytest.mark.any_backend
def test_classes_come_from_the_data(config):
    assert complete(runs.Configuration.of(config))[0].model.get("num_classes") is None
    config["model"] |= {"num_classes": "auto"}
    config, data = complete(runs.Configuration.of(config))
    assert config.model["num_classes"] == 3
    assert data.element_spec[1].shape == (10,)
