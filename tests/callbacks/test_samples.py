import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan.callbacks import SampleGrid, Timelapse
from kerasgan.utils import image_grid

pytestmark = pytest.mark.any_backend


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
    ],
)
def test_grid_refuses(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        SampleGrid(tmp_path, **arguments)


@pytest.mark.parametrize("name", ["latents", "labels"])
def test_grid_refuses_what_does_not_fill_it(image_model, play, tmp_path, name):
    grid = SampleGrid(tmp_path, rows=2, cols=4, **{name: np.zeros((3, 4))})
    with pytest.raises(ValueError, match=rf"`{name}` must be 8 to fill 2 x 4.*shape=\(3, 4\)"):
        play(image_model, [grid])


class Labelled:
    """Stands for a conditional GAN: every image is grey, its label's shade and its latent's."""

    data_shape, latent_dim, num_classes = (4, 4, 1), 2, 3

    def generate(self, n, latents, labels, seed=None):
        shade = np.asarray(labels) / 4 + 0.1 * np.tanh(np.asarray(latents)[:, 0])
        return np.broadcast_to(shade[:, None, None, None], (n, 4, 4, 1)).astype("float32")


def test_a_row_for_each_class_with_the_same_latents(play, tmp_path):
    model = Labelled()
    model.progress, model.stop_training = 0.0, False
    play(model, [SampleGrid(tmp_path, cols=5, seed=3)])
    latents = np.tile(np.random.default_rng(3).normal(size=(5, 2)), (3, 1))
    want = model.generate(15, latents, np.repeat([0, 1, 2], 5))
    assert (pixels(tmp_path / "latest.png") == image_grid(want, 5).squeeze()).all()


def test_the_names_of_the_classes_stand_beside_their_rows(play, tmp_path):
    model = Labelled()
    model.progress, model.stop_training = 0.0, False
    given = {"rows": 3, "cols": 2, "latents": np.zeros((6, 2))}
    play(model, [SampleGrid(tmp_path, **given, labels=[2, 2, 0, 1, 1, 1], class_names=["a", "b"])])
    grid = image_grid(model.generate(6, np.zeros(6)[:, None], [2, 2, 0, 1, 1, 1]), 2).squeeze()
    picture = pixels(tmp_path / "latest.png")
    assert (picture[:, -14:] == grid).all()
    strip = picture[:, :-14]
    assert (strip[:12] == 255).all() and (strip[12:] < 128).any()  # only a row of one named class


def test_given_labels_are_drawn(play, tmp_path):
    model = Labelled()
    model.progress, model.stop_training = 0.0, False
    latents = np.zeros((4, 2))
    play(model, [SampleGrid(tmp_path, rows=2, cols=2, labels=[2, 2, 0, 1], latents=latents)])
    want = model.generate(4, latents, [2, 2, 0, 1])
    assert (pixels(tmp_path / "latest.png") == image_grid(want, 2).squeeze()).all()


def test_timelapse_refuses(tmp_path):
    with pytest.raises(ValueError, match="Received: fps=0"):
        Timelapse(tmp_path, fps=0)


def test_points_are_refused(point_model, play, tmp_path):
    with pytest.raises(ValueError, match="use PointAnimation.*data_shape=\\(2,\\)"):
        play(point_model, [SampleGrid(tmp_path)])


def test_a_model_that_does_not_generate_is_refused(play, tmp_path):
    with pytest.raises(ValueError, match="`generate`.*Received: model=Sequential"):
        play(keras.Sequential(), [SampleGrid(tmp_path)])
