import keras
import numpy as np
import pytest

from kerasgan.engine.guard import NonFiniteGuard
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
