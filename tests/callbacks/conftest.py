import keras
import numpy as np
import pytest


class Model:
    """Stands for a GAN that trains: what it generates moves with `progress`."""

    def __init__(self, data_shape):
        self.data_shape = data_shape
        self.latent_dim = 4
        self.progress = 0.0
        self.stop_training = False

    def generate(self, n=1, seed=None, latents=None):
        if latents is None:
            latents = np.random.default_rng(seed).normal(size=(n, self.latent_dim))
        weights = np.random.default_rng(0).normal(size=(4, int(np.prod(self.data_shape))))
        data = np.tanh(latents @ weights + self.progress)
        return data.reshape(-1, *self.data_shape).astype("float32")


@pytest.fixture
def image_model(request):
    """Its channels can be a test's parameter."""
    return Model((6, 4, getattr(request, "param", 3)))


@pytest.fixture
def point_model():
    return Model((2,))


@pytest.fixture
def play():
    """Plays a training to callbacks, as `fit` would with `epochs` and `initial_epoch`."""

    def play(model, callbacks, epochs=1, initial_epoch=0):
        callbacks = keras.callbacks.CallbackList(callbacks, model=model, epochs=epochs)
        model.stop_training = False
        callbacks.on_train_begin()
        for epoch in range(initial_epoch, epochs):
            callbacks.on_epoch_begin(epoch)
            model.progress += 0.1
            callbacks.on_epoch_end(epoch, {"d_loss": 1.0, "g_loss": 2.0 + epoch})
            if model.stop_training:
                break
        callbacks.on_train_end()

    return play


@pytest.fixture
def ctrl_c():
    """A callback that plays Ctrl-C in the middle of epoch `epoch`, counted from 0."""

    class Interrupt(keras.callbacks.Callback):
        def __init__(self, epoch):
            super().__init__()
            self.epoch = epoch

        def on_epoch_begin(self, epoch, logs=None):
            self.now = epoch == self.epoch

        def on_train_batch_end(self, batch, logs=None):
            if self.now:
                raise KeyboardInterrupt

    return Interrupt
