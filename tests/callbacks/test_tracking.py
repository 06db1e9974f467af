"""Numbers and pictures in experiment trackers, in their own stores where they are installed."""

import json
import sys
import types

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from kerasgan.callbacks import SampleGrid, Tracking

pytestmark = pytest.mark.any_backend


def watched(tracker, folder, **kwargs):
    grid = SampleGrid(folder, rows=1, cols=2, **kwargs)
    return [grid, Tracking(tracker, folder, grid, {"data": {"source": "mnist"}, "seed": 3})]


def resumed(tracker, image_model, play, folder):
    """Plays two epochs, and a third in another training."""
    play(image_model, watched(tracker, folder), epochs=2)
    play(image_model, watched(tracker, folder), epochs=3, initial_epoch=2)


def drawn(folder):
    paths = sorted((folder / "samples").glob("*.png"))
    return [np.asarray(Image.open(path).convert("RGB")) for path in paths]


@pytest.mark.parametrize("image_model", [1, 3], indirect=True)
def test_tensorboard_gets_numbers_and_pictures(image_model, play, tmp_path):
    resumed("tensorboard", image_model, play, tmp_path)
    events = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    losses = [float(make_ndarray(event.tensor_proto)) for event in events.Tensors("g_loss")]
    assert losses == [2.0, 3.0, 4.0]
    assert [event.step for event in events.Tensors("g_loss")] == [1, 2, 3]
    logged = events.Tensors("samples")
    assert [event.step for event in logged] == [0, 1, 2, 3]
    for event, picture in zip(logged, drawn(tmp_path), strict=True):
        (tmp_path / "logged.png").write_bytes(event.tensor_proto.string_val[2])
        assert (np.asarray(Image.open(tmp_path / "logged.png")) == picture).all()


def test_a_new_training_leaves_no_older_events(image_model, play, tmp_path):
    for _ in range(2):
        play(image_model, watched("tensorboard", tmp_path))
    assert len([*(tmp_path / "tensorboard").iterdir()]) == 1


def test_mlflow_keeps_one_run(image_model, play, tmp_path, monkeypatch):
    mlflow = pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri((tmp_path / "store").as_uri())
    try:
        resumed("mlflow", image_model, play, tmp_path / "run")
        client = mlflow.MlflowClient()
        experiment = client.get_experiment_by_name("kerasgan").experiment_id
        (run,) = client.search_runs([experiment])
        assert (run.info.run_name, run.info.status) == ("run", "FINISHED")
        assert run.data.params == {"data.source": "mnist", "seed": "3"}
        losses = client.get_metric_history(run.info.run_id, "g_loss")
        assert [(found.step, found.value) for found in losses] == [(1, 2.0), (2, 3.0), (3, 4.0)]
    finally:
        mlflow.set_tracking_uri(before)
    stored = sorted((tmp_path / "store").rglob("samples+step+*.png"))
    assert [path.name.split("+")[2] for path in stored] == ["0", "1", "2", "3"]
    for path, picture in zip(stored, drawn(tmp_path / "run"), strict=True):
        assert (np.asarray(Image.open(path)) == picture).all()


def test_trackio_keeps_one_run(image_model, play, tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "store"))
    trackio = pytest.importorskip("trackio")
    monkeypatch.setattr("trackio.utils.TRACKIO_DIR", tmp_path / "store", raising=False)
    resumed("trackio", image_model, play, tmp_path / "run")
    (run,) = trackio.Api().runs("kerasgan")
    name = json.loads((tmp_path / "run" / "tracking.json").read_text())["trackio"]
    assert run.name == name
    stored = {int(path.parent.name): path for path in (tmp_path / "store").rglob("*.png")}
    assert sorted(stored) == [0, 1, 2, 3]
    for epoch, picture in enumerate(drawn(tmp_path / "run")):
        assert (np.asarray(Image.open(stored[epoch]).convert("RGB")) == picture).all()


@pytest.fixture
def wandb(monkeypatch):
    """Stands for the package: keeps what its run was given."""
    calls = []

    def init(**kwargs):
        calls.append(("init", kwargs))
        return types.SimpleNamespace(
            id="abc",
            define_metric=lambda *args, **kwargs: None,
            log=lambda values: calls.append(("log", values)),
            finish=lambda: calls.append(("finish", None)),
        )

    module = types.ModuleType("wandb")
    module.__spec__ = types.SimpleNamespace(name="wandb")
    module.init, module.Image, module.calls = init, np.array, calls
    monkeypatch.setitem(sys.modules, "wandb", module)
    return module


def test_wandb_goes_on_with_its_run(image_model, play, tmp_path, wandb):
    resumed("wandb", image_model, play, tmp_path)
    first, second = (given for kind, given in wandb.calls if kind == "init")
    assert (first["id"], first["resume"]) == (None, None) and first["config"]["seed"] == 3
    assert (second["id"], second["resume"]) == ("abc", "allow")
    logs = [given for kind, given in wandb.calls if kind == "log"]
    assert [given["epoch"] for given in logs if "g_loss" in given] == [1, 2, 3]
    pictures = [(given["epoch"], given["samples"]) for given in logs if "samples" in given]
    for (epoch, picture), (i, expected) in zip(pictures, enumerate(drawn(tmp_path)), strict=True):
        assert epoch == i and (picture == expected).all()
    assert [kind for kind, _ in wandb.calls].count("finish") == 2


def test_a_picture_is_sent_once_and_the_last_too(image_model, play, tmp_path, wandb):
    play(image_model, watched("wandb", tmp_path, every=2), epochs=3)
    logs = [given for kind, given in wandb.calls if kind == "log"]
    assert [given["epoch"] for given in logs if "samples" in given] == [0, 2, 3]


def test_a_tracker_that_fails_stops_no_training(image_model, play, tmp_path, wandb, monkeypatch):
    def init(**kwargs):
        raise ConnectionError("no network")

    monkeypatch.setattr(wandb, "init", init)
    with pytest.warns(UserWarning, match="wandb did not take .* ConnectionError: no network"):
        play(image_model, watched("wandb", tmp_path), epochs=2)
    assert len(drawn(tmp_path)) == 3


def test_what_cannot_be_tracked(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="Trackers are tensorboard, .*tracker='neptune'"):
        Tracking("neptune", tmp_path)
    with pytest.raises(ValueError, match="`pictures` must be a callback that draws"):
        Tracking("tensorboard", tmp_path, pictures="samples")
    monkeypatch.setattr("kerasgan.callbacks.tracking.find_spec", lambda name: None)
    with pytest.raises(ImportError, match="package wandb is not installed: pip install wandb"):
        Tracking("wandb", tmp_path)
