import warnings

import keras
import numpy as np
import pytest

import kerasgan as kg
from kerasgan.engine.guard import MONITORS, NonFiniteGuard, tell_modes
from kerasgan.models import GAN
from tests.models.variants import MLP


@pytest.mark.compiled
def test_names_the_step_and_the_player_and_keeps_the_checkpoint(images, tmp_path):
    gan = GAN(**MLP)
    gan.compile(optimizer={"generator": keras.optimizers.SGD(0.0)})

    class Break(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if (self.model.history.epoch, batch) == ([0], 2):
                kernel = self.model.generator.trainable_variables[0]
                kernel.assign(np.full(kernel.shape, np.nan))

    checkpoint = keras.callbacks.ModelCheckpoint(
        tmp_path / "last.weights.h5", save_weights_only=True
    )
    with pytest.raises(
        FloatingPointError, match=r"loss [dg]_loss .* step 3 of epoch 2.*Received: [dg]_loss=nan"
    ):
        gan.fit(images, batch_size=8, epochs=3, verbose=0, callbacks=[Break(), checkpoint])
    gan.load_weights(tmp_path / "last.weights.h5")
    assert all(np.isfinite(w).all() for w in gan.generator.get_weights())


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_stops_at_every_loss_that_is_no_number(value):
    guard = NonFiniteGuard()
    guard.set_model(GAN(**MLP))
    guard.on_epoch_begin(0)
    guard.on_train_batch_end(0, {"d_loss": 1.0, "g_loss": 2.0})
    with pytest.raises(FloatingPointError, match=f"generator's loss.*Received: g_loss={value}"):
        guard.on_train_batch_end(1, {"d_loss": 1.0, "g_loss": value})


def test_a_rate_that_has_fallen_to_0_is_told(images):
    gan = GAN(**MLP)
    decay = kg.optimizers.LinearDecay(1e-3, steps_per_epoch=4, n_epochs=0, n_epochs_decay=1)
    gan.compile(optimizer={"generator": keras.optimizers.Adam(decay)})
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "The learning rate")
        gan.fit(images, batch_size=8, verbose=0)
    with pytest.warns(UserWarning, match="rate of the generator has fallen to 0") as heard:
        gan.fit(images, batch_size=8, verbose=0)
    assert sum("fallen to 0" in str(warning.message) for warning in heard) == 1


@pytest.mark.any_backend
def test_what_monitors_a_log_is_told_which_way_is_better(images):
    pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    scores = kg.callbacks.Evaluation(("precision_recall", "swd"), images, extractor=pixels)
    names = {"g_loss": "min", "val_d_loss": "min", "loss": "min", "val_swd": "min"}
    names |= {"val_precision": "max", "health_diversity": "max", "health_drift": "min"}
    monitors = {name: keras.callbacks.EarlyStopping(name) for name in names}
    given = keras.callbacks.EarlyStopping("g_loss", mode="max")
    health = kg.callbacks.Health()
    tell_modes([*monitors.values(), given, scores, health], ("d_loss", "g_loss"))
    assert {name: monitor.mode for name, monitor in monitors.items()} == names
    assert given.mode == "max" and scores.mode_of("val_fd") is None
    gan = GAN(**MLP)
    gan.compile()
    before = gan.get_weights()
    for kind in MONITORS:
        other = kind("other.keras", "odd") if "Model" in kind.__name__ else kind("odd")
        with pytest.raises(ValueError, match=r"low or a high odd is better.*Received: .*'odd'"):
            gan.fit(images, verbose=0, callbacks=[other])
    for a, b in zip(before, gan.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    stop = keras.callbacks.EarlyStopping("g_loss", min_delta=1e9, patience=1)
    found = gan.fit(images, epochs=9, verbose=0, callbacks=[stop, health]).history
    assert len(found["g_loss"]) == 2
