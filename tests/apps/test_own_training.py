import csv
import json

import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from apps import own_training
from kerasgan.health.watch import YOUNG


@pytest.fixture
def data(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), "uint8")
    np.savez(tmp_path / "data.npz", images=images)
    return images[..., None].astype("float32") / 127.5 - 1


def test_the_callbacks_watch_a_model_of_ones_own(data, tmp_path, capsys, monkeypatch):
    pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    evaluation = kg.callbacks.Evaluation
    monkeypatch.setattr(
        kg.callbacks, "Evaluation", lambda _, *args, **given: evaluation(
            "swd", *args, **{**given, "extractor": pixels}
        )
    )  # fmt: skip
    run = tmp_path / "run"
    options = {"data": tmp_path / "data.npz", "epochs": 2, "batch-size": 10, "out": run}
    model = own_training.main([word for k, v in options.items() for word in (f"--{k}", str(v))])
    names = {path.name for path in run.iterdir()}
    assert names >= {"samples", "latest.png", "timelapse.gif", "losses.png", "index.html"}
    assert names >= {"best.keras", "best.json", "health.json", "model.keras"}
    with open(run / "history.csv") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[1]["loss"]) < float(rows[0]["loss"])
    for column in ("val_swd", "health_diversity", "health_copies", "health_change"):
        assert all(np.isfinite(float(row[column])) for row in rows), column
    assert Image.open(run / "timelapse.gif").n_frames == 3
    again = keras.models.load_model(run / "model.keras")
    np.testing.assert_allclose(again.generate(4, seed=1), model.generate(4, seed=1), atol=1e-5)
    drawn = np.asarray(Image.open(run / "latest.png"))
    want = kg.utils.image_grid(model.generate(64, seed=0), 8)[..., 0]
    assert np.abs(drawn.astype(int) - want).max() <= 1


def test_a_function_stands_for_the_method(data, tmp_path):
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Dense(1, "tanh")])
    model.compile("sgd", "mse")
    asked = []

    def generate(n, seed):
        asked.append(n)
        noise = np.random.default_rng(seed).uniform(-1, 1, (n, 8, 8, 1)).astype("float32")
        return model(0 * noise)  # of any backend; and all are alike

    pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    given = {"generate": generate}
    health = kg.callbacks.Health(data, directory=tmp_path, samples=30, **given)
    callbacks = [
        health,
        kg.callbacks.Evaluation("swd", data, samples=20, extractor=pixels, **given),
        kg.callbacks.SampleGrid(tmp_path, rows=2, cols=3, **given),
        kg.callbacks.LossHistory(tmp_path),
    ]
    with pytest.raises(ValueError, match="`generate`. Received: model=Sequential"):
        model.fit(data, data, callbacks=[kg.callbacks.SampleGrid(tmp_path)], verbose=0)
    model.optimizer.iterations.assign(YOUNG)
    history = model.fit(data, data, epochs=2, batch_size=20, callbacks=callbacks, verbose=0)
    assert len(history.history["val_swd"]) == 2 and set(asked) == {30, 20, 6}
    assert "mode_collapse" in [diagnosis["name"] for diagnosis in health.diagnoses]
    assert json.loads((tmp_path / "health.json").read_text())
    assert Image.open(tmp_path / "latest.png").size == (32, 22)
