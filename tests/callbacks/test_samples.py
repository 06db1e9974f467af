import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan.callbacks import SampleGrid, Timelapse, image_grid


def pixels(path):
    return np.asarray(Image.open(path))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_pictures_are_what_the_model_generates(image_model, play, tmp_path):
    untrained = image_model.generate(6, seed=3)
    play(image_model, [SampleGrid(tmp_path, rows=2, cols=3, seed=3)], epochs=2)
    trained = image_model.generate(6, seed=3)
    assert names(tmp_path) == ["latest.png", "samples"]
    assert names(tmp_path / "samples") == ["0000.png", "0001.png", "0002.png"]
    assert (pixels(tmp_path / "samples" / "0000.png") == image_grid(untrained, 3)).all()
    last = pixels(tmp_path / "samples" / "0002.png")
    assert (last == image_grid(trained, 3)).all()
    assert (last[2:8, 2:6] == np.rint((trained[0] + 1) * 127.5)).all()
    assert (last == pixels(tmp_path / "latest.png")).all()


def test_given_latents_are_drawn(image_model, play, tmp_path):
    latents = np.random.default_rng(5).normal(size=(2, 4)).astype("float32")
    play(image_model, [SampleGrid(tmp_path, rows=1, cols=2, latents=latents)])
    assert (
        pixels(tmp_path / "latest.png") == image_grid(image_model.generate(latents=latents), 2)
    ).all()


def test_latents_stay_the_same(image_model, play, tmp_path):
    grid = SampleGrid(tmp_path, rows=2, cols=2)
    for epoch in (1, 2):
        image_model.progress = 0
        play(image_model, [grid], epochs=epoch, initial_epoch=epoch - 1)
    first, second = (pixels(tmp_path / "samples" / f"000{epoch}.png") for epoch in (1, 2))
    assert (first == second).all()
    assert (first[2:8, 2:6] != first[2:8, 8:12]).any()


def test_every_and_the_last(image_model, play, tmp_path):
    play(image_model, [SampleGrid(tmp_path, every=3)], epochs=5)
    assert names(tmp_path / "samples") == ["0000.png", "0003.png", "0005.png"]


def test_an_early_stop_is_drawn(image_model, play, tmp_path):
    stop = keras.callbacks.EarlyStopping("g_loss", patience=1, mode="min")
    play(image_model, [SampleGrid(tmp_path, every=10), Timelapse(tmp_path), stop], epochs=9)
    assert names(tmp_path / "samples") == ["0000.png", "0002.png"]
    assert Image.open(tmp_path / "timelapse.gif").n_frames == 2


def test_no_epoch_at_all(image_model, play, tmp_path):
    play(image_model, [SampleGrid(tmp_path)], epochs=3, initial_epoch=3)
    assert names(tmp_path) == []


def test_numbers_go_on_after_a_resume(image_model, play, tmp_path):
    callbacks = [SampleGrid(tmp_path, rows=2, cols=2), Timelapse(tmp_path)]
    play(image_model, callbacks[:1], epochs=2)
    before = [pixels(tmp_path / "samples" / name) for name in names(tmp_path / "samples")]
    play(image_model, callbacks, epochs=4, initial_epoch=2)
    assert names(tmp_path / "samples") == [f"000{epoch}.png" for epoch in range(5)]
    for epoch, picture in enumerate(before):
        assert (pixels(tmp_path / "samples" / f"000{epoch}.png") == picture).all()
    assert Image.open(tmp_path / "timelapse.gif").n_frames == 5


def test_timelapse_leaves_an_older_longer_run_out(image_model, play, tmp_path):
    for epochs in (3, 1):
        play(image_model, [SampleGrid(tmp_path), Timelapse(tmp_path)], epochs=epochs)
        assert Image.open(tmp_path / "timelapse.gif").n_frames == epochs + 1
    assert len(names(tmp_path / "samples")) == 4


def test_timelapse_alone_warns(image_model, play, tmp_path):
    with pytest.warns(UserWarning, match="put SampleGrid.*Received: directory="):
        play(image_model, [Timelapse(tmp_path)])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"every": 0}, "Received: every=0"),
        ({"every": 1.5}, "Received: every=1.5"),
        ({"rows": True}, "Received: rows=True"),
        ({"cols": -2}, "Received: cols=-2"),
        ({"seed": None}, "Received: seed=None"),
        ({"latents": np.zeros((3, 4))}, r"Received: latents.shape=\(3, 4\)"),
        ({"latents": np.zeros(64)}, r"must have shape \(64, latent_dim\)"),
    ],
)
def test_grid_refuses(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        SampleGrid(tmp_path, **arguments)


def test_timelapse_refuses(tmp_path):
    with pytest.raises(ValueError, match="Received: fps=0"):
        Timelapse(tmp_path, fps=0)


def test_points_are_refused(point_model, play, tmp_path):
    with pytest.raises(ValueError, match="use PointAnimation.*data_shape=\\(2,\\)"):
        play(point_model, [SampleGrid(tmp_path)])


def test_a_model_that_does_not_generate_is_refused(play, tmp_path):
    with pytest.raises(ValueError, match="needs `generate`.*Received: model=Sequential"):
        play(keras.Sequential(), [SampleGrid(tmp_path)])
