"""Runs that were harmed, edited or cut off between their files."""

import json
import os
import shutil
import signal

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan import runs
from kerasgan.runs import fitting
from kerasgan.utils.checkpoints import checkpoints
from tests.runs.interrupting import interrupt_at
from tests.runs.settings import gan_run

pytestmark = pytest.mark.any_backend


@pytest.fixture(scope="module")
def stopped_run(tmp_path_factory):
    """A run of three epochs that was stopped in its last one."""
    folder = tmp_path_factory.mktemp("stopped")
    with pytest.MonkeyPatch.context() as patch:
        interrupt_at(patch, step=8)
        with pytest.raises(KeyboardInterrupt):
            runs.start(gan_run(folder), folder / "run", verbose=0)
    return folder / "run"


@pytest.fixture
def begun(stopped_run, tmp_path):
    """A copy of it."""
    return shutil.copytree(stopped_run, tmp_path / "begun")


def test_no_picture_stops_a_run(config, tmp_path, monkeypatch):
    """Neither a damaged one of before, nor one that cannot be drawn."""
    config["epochs"] = 2
    with monkeypatch.context() as patch:
        interrupt_at(patch, step=5)
        with pytest.raises(KeyboardInterrupt):
            runs.start(config, tmp_path / "run", verbose=0)
    damaged = tmp_path / "run" / "samples" / "0001.png"
    damaged.write_bytes(damaged.read_bytes()[:50])
    with pytest.warns(UserWarning, match=r"0001.png is left out of .*timelapse.gif"):
        runs.resume(tmp_path / "run", verbose=0)
    assert kg.load(tmp_path / "run").generate(2).shape == (2, 8, 8, 1)
    for name in ("0000.png", "0001.png", "0002.png"):
        (tmp_path / "run" / "samples" / name).write_text("no picture")

    def fail(*args):
        raise ZeroDivisionError("odd")

    monkeypatch.setattr(kg.callbacks.SampleGrid, "draw", fail)
    monkeypatch.setattr(kg.callbacks.history, "draw_curves", fail)
    with pytest.warns(UserWarning) as heard:
        runs.resume(tmp_path / "run", epochs=3, verbose=0)
    said = " ".join(str(warning.message) for warning in heard)
    for name in ("0003.png", "losses.png", "timelapse.gif"):
        assert f"{name} is not drawn: " in said
    assert runs.read_config(tmp_path / "run").steps == 9
    assert "0003.png is not drawn: ZeroDivisionError" in (tmp_path / "run" / "log.txt").read_text()


@pytest.mark.parametrize("name", ["best.json", "health.json"])
@pytest.mark.parametrize("text", ["", "null", "[1]", "{}[", 9999 * "["])
def test_a_damaged_file_is_named_before_a_step(begun, monkeypatch, name, text):
    pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    pixels = kg.metrics.extractors.get(pixels)
    monkeypatch.setattr(kg.metrics.evaluation.extractors, "get", lambda name: pixels)
    path = begun / "config.json"
    scores = {"metrics": ["swd"], "extractor": "any", "every": 1, "samples": 9}
    path.write_text(
        json.dumps({**json.loads(path.read_text()), "health": True, "evaluation": scores})
    )
    (begun / name).write_text(text)
    with pytest.raises(ValueError, match=f"{name} is damaged: "):
        runs.resume(begun, verbose=0)
    assert len((begun / "history.csv").read_text().splitlines()) == 1 + 2


def test_the_newest_state_opens(config, tmp_path, monkeypatch):
    """Not the earlier end of a run that was given more epochs, and was killed."""
    config["epochs"] = 1
    run = tmp_path / "run"
    runs.start(config, run, verbose=0)
    with monkeypatch.context() as patch:
        patch.setattr(fitting, "_save", lambda *args: 1 / 0)  # it is killed before its end
        with pytest.raises(ZeroDivisionError):
            runs.resume(run, epochs=3, verbose=0)
    saved = {path.name: path for path in (*checkpoints(run / "checkpoints"), run / "model.keras")}
    made = {name: kg.load(path).generate(4, seed=0) for name, path in saved.items()}
    np.testing.assert_array_equal(kg.load(run).generate(4, seed=0), made["epoch_0003.keras"])
    assert (made["model.keras"] != made["epoch_0003.keras"]).any()
    saved["epoch_0003.keras"].write_text("damaged")
    with pytest.warns(UserWarning, match="epoch_0003.keras is damaged"):
        np.testing.assert_array_equal(kg.load(run).generate(4, seed=0), made["epoch_0002.keras"])
    saved["epoch_0002.keras"].write_text("damaged")
    third = pytest.warns(UserWarning, match="epoch_0003.keras is damaged")
    with third, pytest.warns(UserWarning, match="epoch_0002.keras is damaged"):
        np.testing.assert_array_equal(kg.load(run).generate(4, seed=0), made["model.keras"])


def test_a_signal_in_a_closed_terminal(config, tmp_path, monkeypatch):
    """The step is ended, and the checkpoint and the model are there."""
    write = os.write

    def closed(descriptor, text):
        if descriptor == 2:
            raise BrokenPipeError
        return write(descriptor, text)

    monkeypatch.setattr(os, "write", closed)
    interrupt_at(monkeypatch, step=5, by=signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt):
        runs.start(config, tmp_path / "run", verbose=0)
    stopped = kg.load(tmp_path / "run")
    assert int(stopped.optimizer["generator"].iterations) == 5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 9}, "others have no effect: begin another run. Received: {'seed': 9}"),
        ({"compile": {"learning_rate": 0.1}}, "others have no effect.*'generator': 0.1"),
        ({"compile": {"optimizer": "sgd"}}, "another model, optimizer or schedule"),
        ({"schedule": "cosine"}, "another model, optimizer or schedule"),
        ({"epochs": 1}, "has 2 epochs already. Received: epochs=1"),
        ({"epochs": None, "max_steps": 3}, "has 2 epochs already. Received: epochs=1"),
        ({"epochs": -1}, "config.json is damaged: `epochs` must be"),
        ({"learning_rate": 0.1}, "no effect here, but inside .* Received: learning_rate"),
    ],
)
def test_an_edit_that_cannot_take_effect_is_refused(begun, changes, message):
    path = begun / "config.json"
    edited = json.loads(path.read_text()) | changes
    path.write_text(json.dumps(edited))
    with pytest.raises(ValueError, match=message):
        runs.resume(begun, verbose=0)
    assert json.loads(path.read_text()) == edited
