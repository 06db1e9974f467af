import json

import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from apps import faces

pytestmark = pytest.mark.any_backend


@pytest.fixture
def app(tmp_path):
    """Runs the app on a folder of 10 grey pictures, two steps from picture to picture."""
    rng = np.random.default_rng(0)
    for i in range(10):
        (tmp_path / f"faces/{i % 2}").mkdir(parents=True, exist_ok=True)
        pixels = rng.integers(0, 256, (24, 20), "uint8")
        Image.fromarray(pixels).save(tmp_path / f"faces/{i % 2}/{i}.png")
    usual = {"data": tmp_path / "faces", "out": tmp_path / "run", "image-size": 16, "filters": 4}
    usual |= {"batch-size": 4, "every": 2, "steps": 4}

    def run(**options):
        given = {**usual, **options}
        return faces.main([word for k, v in given.items() for word in (f"--{k}", str(v))])

    return run


def steps(gan):
    return int(gan.optimizer["generator"].iterations)


def test_from_folder_to_film(app, tmp_path, capsys):
    gan = app(steps=3)
    assert gan.data_shape == (16, 16, 1) and gan.filters == 4 and gan.augment is None
    assert steps(gan) == 4  # to the next picture
    run = tmp_path / "run"
    names = {path.name for path in run.iterdir() if not path.name.startswith(".")}
    assert names == {
        "checkpoints",
        "model.keras",
        "latest.png",
        "samples",
        "timelapse.gif",
        "history.csv",
        "history.json",
        "losses.png",
    }
    assert Image.open(run / "timelapse.gif").n_frames == 3
    assert Image.open(run / "latest.png").size == (8 * 18 + 2, 8 * 18 + 2)
    said = capsys.readouterr().out
    assert f"{run}/timelapse.gif" in said and f"{run}/model.keras" in said


def test_colour_and_augmentation_by_option(app):
    gan = app(channels=3, augment="diff_augment", steps=2)
    assert gan.data_shape == (16, 16, 3)
    assert isinstance(gan.augment, kg.layers.DiffAugment)


def test_goes_on_where_it_was_stopped_and_trains_on_after_the_end(app, epochs, tmp_path):
    epochs.stop_at = 1
    with pytest.raises(KeyboardInterrupt):
        app()
    assert epochs == [0] and not (tmp_path / "run/model.keras").exists()

    epochs.stop_at = None
    assert steps(app()) == 4 and epochs == [0, 1]
    film = (tmp_path / "run/timelapse.gif").read_bytes()
    assert steps(app()) == 4 and epochs == [0, 1]  # nothing left to do
    assert (tmp_path / "run/timelapse.gif").read_bytes() == film
    assert steps(app(steps=6)) == 6 and epochs == [0, 1, 2]
    assert json.loads((tmp_path / "run/history.json").read_text())["epoch"] == [1, 2, 3]


def test_a_folder_without_pictures_is_named(app, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="holds no image files"):
        app(data=tmp_path / "empty")
