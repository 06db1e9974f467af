"""Keras's own callbacks and ours in one run, and a loss that stops being finite in it."""

import csv

import keras
import numpy as np
import pytest

from kerasgan.callbacks import LossHistory, SampleGrid, Timelapse
from kerasgan.models import GAN
from tests.models.variants import MLP


def everything(folder):
    return [
        keras.callbacks.TensorBoard(folder / "board", update_freq=1),
        keras.callbacks.ModelCheckpoint(folder / "last.weights.h5", save_weights_only=True),
        keras.callbacks.CSVLogger(folder / "log.csv"),
        keras.callbacks.EarlyStopping("val_d_loss", mode="min", patience=1, min_delta=100),
        SampleGrid(folder / "run", rows=1, cols=2),
        Timelapse(folder / "run"),
        LossHistory(folder / "run"),
    ]


@pytest.mark.compiled
def test_all_together(images, tmp_path):
    gan = GAN(**MLP)
    gan.compile()
    options = {"batch_size": 8, "verbose": 0, "validation_data": images}
    history = gan.fit(images, epochs=5, callbacks=everything(tmp_path), **options).history
    assert len(history["d_loss"]) == 2  # nothing improves by 100, so it stops after the second
    with (tmp_path / "log.csv").open() as file:
        logged = [float(row["g_loss"]) for row in csv.DictReader(file)]
    assert logged == pytest.approx(history["g_loss"])
    assert list((tmp_path / "board" / "train").glob("events*"))
    assert (tmp_path / "run" / "timelapse.gif").exists()
    untouched = GAN(**MLP)
    untouched.load_weights(tmp_path / "last.weights.h5")
    np.testing.assert_array_equal(untouched.generate(2, seed=1), gan.generate(2, seed=1))


def test_a_loss_that_is_not_finite_ends_it_all_in_good_order(images, tmp_path):
    gan = GAN(**MLP)
    gan.compile(optimizer={"discriminator": keras.optimizers.SGD(1e30)})
    with pytest.raises(FloatingPointError, match="discriminator's loss d_loss|generator's loss"):
        gan.fit(images, batch_size=8, epochs=3, verbose=0, callbacks=everything(tmp_path))
    assert (tmp_path / "run" / "latest.png").exists()
    assert not (tmp_path / "last.weights.h5").exists()
