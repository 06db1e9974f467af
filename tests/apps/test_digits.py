import json

import keras
import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from apps import digits

pytestmark = pytest.mark.any_backend


@pytest.fixture
def app(tmp_path, monkeypatch):
    """Runs the app with small networks on 40 images 8x8 of 3 classes, 4 steps an epoch."""
    defaults = kg.ConditionalGAN.__init__.__wrapped__.__kwdefaults__
    monkeypatch.setitem(defaults, "generator_units", (16,))
    monkeypatch.setitem(defaults, "discriminator_units", (16,))
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), "uint8")
    np.savez(tmp_path / "data.npz", images=images, labels=np.arange(40) % 3)
    usual = {"data": tmp_path / "data.npz", "out": tmp_path / "run", "batch-size": 10, "digit": 2}

    def run(**options):
        given = {**usual, **options}
        return digits.main([word for k, v in given.items() for word in (f"--{k}", str(v))])

    return run


def steps(gan):
    return int(gan.optimizer["generator"].iterations)


def test_from_data_to_pictures(app, tmp_path, capsys, monkeypatch):
    asked = []
    generate = kg.ConditionalGAN.generate
    monkeypatch.setattr(
        kg.ConditionalGAN,
        "generate",
        lambda self, *args, **kwargs: (
            asked.append((args, kwargs)) or generate(self, *args, **kwargs)
        ),
    )
    gan = app(epochs=2)
    assert gan.num_classes == 3 and gan.data_shape == (8, 8, 1) and steps(gan) == 8
    assert (gan.latent_dim, gan.embedding_dim, gan.ema_decay) == (100, 10, 0.999)
    run = tmp_path / "run"
    names = {path.name for path in run.iterdir() if not path.name.startswith(".")}
    assert names >= {"model.keras", "latest.png", "samples", "timelapse.gif", "losses.png"}
    assert names >= {"history.csv", "checkpoints"}
    assert Image.open(run / "timelapse.gif").n_frames == 3
    assert Image.open(run / "all_classes.png").size == (10 * 10 + 2, 3 * 10 + 2)
    assert Image.open(run / "single_class.png").size == (8 * 10 + 2, 8 * 10 + 2)
    # 64 images of one class in one batch
    assert asked[-1] == ((64,), {"labels": 2, "seed": 0})
    expected = kg.utils.image_grid(gan.generate(64, labels=[2] * 64, seed=0), 8)[..., 0]
    drawn = np.asarray(Image.open(run / "single_class.png"))
    assert np.abs(drawn.astype(int) - expected).max() <= 1
    said = capsys.readouterr().out
    assert "all_classes.png" in said and f"{run}/model.keras" in said


def test_goes_on_where_it_was_stopped(app, epochs, tmp_path):
    epochs.stop_at = 1
    with pytest.raises(KeyboardInterrupt):
        app(epochs=3)
    assert epochs == [0] and not (tmp_path / "run/model.keras").exists()

    epochs.stop_at = None
    assert steps(app(epochs=3)) == 12
    assert epochs == [0, 1, 2]
    assert json.loads((tmp_path / "run/history.json").read_text())["epoch"] == [1, 2, 3]
    assert Image.open(tmp_path / "run/timelapse.gif").n_frames == 4


def test_again_after_the_end_it_only_draws_or_trains_on(app, epochs, tmp_path):
    app(epochs=1)
    picture = (tmp_path / "run/single_class.png").read_bytes()
    film = (tmp_path / "run/timelapse.gif").read_bytes()
    again = app(epochs=1, digit=0)
    assert epochs == [0] and steps(again) == 4
    assert (tmp_path / "run/single_class.png").read_bytes() != picture
    assert (tmp_path / "run/timelapse.gif").read_bytes() == film

    assert steps(app(epochs=2)) == 8
    assert epochs == [0, 1]
    assert steps(keras.models.load_model(tmp_path / "run/model.keras")) == 8
    assert Image.open(tmp_path / "run/timelapse.gif").n_frames == 3


def test_a_class_that_is_not_there_is_refused_before_training(app, tmp_path, capsys):
    with pytest.raises(SystemExit):
        app(digit=3)
    assert "a class from 0 to 2, not 3" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_data_that_are_not_there_are_named(app):
    with pytest.raises(ValueError, match="No such data set.*nowhere"):
        app(data="nowhere")
