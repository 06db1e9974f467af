"""Keras: the states of random seeds are not saved, so a resumed run draws other numbers.

To: keras-team/keras. Known: #19796 (closed as stale).

`Layer.variables` counts the state of a `SeedGenerator`, but `Layer.save_own_variables` leaves it
out. A run that `BackupAndRestore` resumes starts the seeds anew: it draws the dropout masks of the
first epochs a second time, and ends with other weights than a run that was not stopped.
Expected: the same weights, as without dropout.
Here: 0.091 apart, 0 without dropout; the seed's state ends as [1, 4], not [1, 8].
"""

import os
import sys
import tempfile

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np

X = np.random.default_rng(0).normal(size=(64, 8)).astype("float32")


def make(rate):
    layers = [keras.layers.Dropout(rate, seed=1), keras.layers.Dense(1, kernel_initializer="ones")]
    model = keras.Sequential([keras.Input((8,)), *layers])
    model.compile(keras.optimizers.SGD(0.01), "mse")
    return model


def fit(model, epochs, *callbacks):
    model.fit(X, X[:, :1], epochs=epochs, shuffle=False, verbose=0, callbacks=callbacks)


def compare(rate):
    """How far a resumed run ends from one that was not stopped, and its seed's state."""
    whole, stopped, resumed = (make(rate) for _ in range(3))
    fit(whole, 4)
    with tempfile.TemporaryDirectory() as folder:
        fit(stopped, 2, keras.callbacks.BackupAndRestore(folder, delete_checkpoint=False))
        fit(resumed, 4, keras.callbacks.BackupAndRestore(folder))
    pairs = zip(whole.get_weights(), resumed.get_weights(), strict=True)
    return max(float(np.abs(a - b).max()) for a, b in pairs), [
        model.layers[0].seed_generator.state.numpy().tolist() if rate else None
        for model in (whole, resumed)
    ]


if __name__ == "__main__":
    print(f"keras {keras.__version__}")
    apart = {}
    for rate in (0.0, 0.5):
        apart[rate], seeds = compare(rate)
        print(f"dropout {rate}: weights {apart[rate]:.2g} apart; seeds, whole and resumed: {seeds}")
    sys.exit(0 if apart[0.0] < 1e-6 < 1e-3 < apart[0.5] else "not reproduced")
