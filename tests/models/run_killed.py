"""Run by `test_variants.py`: python -m tests.models.run_killed FOLDER NAME ...

Trains variants until the second of two epochs, with what is needed to go on; the last one's
training is killed there, the others' end in an exception.
"""

import os
import signal
import sys
from pathlib import Path

import keras

import kerasgan as kg
import tests.conftest  # noqa: F401  by which this runs as the tests do
from tests.models.variants import VARIANTS, batches


def compiled(name, **kwargs):
    model = VARIANTS[name]()
    model.compile(**kwargs)
    return model


def train(name, *callbacks):
    """Two epochs of two steps each."""
    keras.utils.set_random_seed(0)
    model = compiled(name)
    model.fit(
        *batches(model, steps=2),
        batch_size=16,
        epochs=2,
        shuffle=False,
        verbose=0,
        callbacks=callbacks,
    )
    return model


class Die(keras.callbacks.Callback):
    """Ends in the second epoch, after a step: by a signal, or else by an exception."""

    def __init__(self, killed):
        super().__init__()
        self.killed = killed

    def on_epoch_begin(self, epoch, logs=None):
        self.now = epoch == 1

    def on_train_batch_end(self, batch, logs=None):
        if self.now and self.killed:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.now:
            raise KeyboardInterrupt


if __name__ == "__main__":
    _, root, *names = sys.argv
    for variant in names:
        folder = Path(root) / variant
        saving = (
            keras.callbacks.BackupAndRestore(folder / "backup"),
            kg.callbacks.Checkpoints(folder / "checkpoints"),
        )
        try:
            train(variant, *saving, Die(variant == names[-1]))
        except KeyboardInterrupt:
            pass
