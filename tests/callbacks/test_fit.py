"""The callbacks in the middle of a real, compiled `fit`, beside Keras's own."""

import csv

import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan.callbacks import LossHistory, PointAnimation, SampleGrid, Timelapse
from kerasgan.models import GAN
from kerasgan.utils import image_grid


def compiled_gan(data_shape):
    keras.utils.set_random_seed(0)
    gan = GAN(data_shape, 4, generator_units=(16,), discriminator_units=(16,))
    gan.compile()
    return gan


def data(*shape):
    return np.random.default_rng(0).uniform(-1, 1, (32, *shape)).astype("float32")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def pixels(path):
    image = np.asarray(Image.open(path))
    return image.reshape(*image.shape[:2], -1)


def table(folder):
    with open(folder / "history.csv", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.compiled
def test_images(tmp_path, ctrl_c):
    gan, real = compiled_gan((8, 8, 1)), data(8, 8, 1)
    options = {"batch_size": 16, "shuffle": False, "verbose": 0}
    options |= {"validation_data": real, "validation_freq": 2}

    def callbacks():
        return [
            keras.callbacks.BackupAndRestore(tmp_path / "backup"),
            keras.callbacks.EarlyStopping("d_loss", patience=9, mode="min"),
            SampleGrid(tmp_path / "run", rows=2, cols=3, seed=1),
            Timelapse(tmp_path / "run"),
            LossHistory(tmp_path / "run"),
            keras.callbacks.ModelCheckpoint(tmp_path / "last.weights.h5", save_weights_only=True),
            keras.callbacks.CSVLogger(tmp_path / "log.csv"),
        ]

    gan.save_weights(tmp_path / "untrained.weights.h5")
    undisturbed = gan.fit(real, epochs=2, **options).history
    gan.load_weights(tmp_path / "untrained.weights.h5")
    untrained = gan.generate(6, seed=1)

    with pytest.raises(KeyboardInterrupt):
        gan.fit(real, epochs=3, callbacks=[*callbacks(), ctrl_c(2)], **options)
    after_two = gan.history.history
    for name in ("d_loss", "g_loss"):
        assert after_two[name] == pytest.approx(undisturbed[name], rel=1e-5)
    assert names(tmp_path / "run") == [
        "history.csv",
        "history.json",
        "latest.png",
        "losses.png",
        "samples",
    ]
    assert names(tmp_path / "run" / "samples") == ["0000.png", "0001.png", "0002.png"]
    assert (pixels(tmp_path / "run" / "samples" / "0000.png") == image_grid(untrained, 3)).all()
    Image.open(tmp_path / "run" / "losses.png").load()
    assert [row["epoch"] for row in table(tmp_path / "run")] == ["1", "2"]

    resumed = gan.fit(real, epochs=4, callbacks=callbacks()[:-1], **options).history
    assert names(tmp_path / "run" / "samples") == [f"000{i}.png" for i in range(5)]
    assert Image.open(tmp_path / "run" / "timelapse.gif").n_frames == 5
    rows = table(tmp_path / "run")
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4"]
    for name in after_two:
        expected = after_two[name] + resumed[name]
        assert [float(row[name]) for row in rows if row[name]] == expected
    assert [bool(row["val_d_loss"]) for row in rows] == [False, True, False, True]


def test_points(tmp_path):
    gan, real = compiled_gan((2,)), data(2)
    animation = PointAnimation(tmp_path, real, every=2, n=50)
    gan.fit(real, epochs=3, batch_size=16, verbose=0, callbacks=[animation])
    assert names(tmp_path / "points") == ["0000.png", "0002.png", "0003.png"]
    assert Image.open(tmp_path / "points.gif").n_frames == 3


def test_surface_is_the_discriminator(tmp_path):
    animation = PointAnimation(tmp_path, np.array([[-1.0, 0.0], [3.0, 1.0]]))
    gan = compiled_gan((2,))
    animation.set_model(gan)
    surface = animation._probabilities()
    left, right, bottom, top = animation._extent
    assert (left, right) == pytest.approx((-1.6, 3.6)) and right - left == top - bottom
    corners = np.array([[left, bottom], [right, bottom], [left, top]], "float32")
    logits = keras.ops.convert_to_numpy(gan.discriminator(corners))[:, 0]
    expected = 1 / (1 + np.exp(-logits))
    assert [surface[0, 0], surface[0, -1], surface[-1, 0]] == pytest.approx(expected, abs=1e-5)
