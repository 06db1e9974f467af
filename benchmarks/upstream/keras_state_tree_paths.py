"""Keras: `get_state_tree` and `set_state_tree`, so `OrbaxCheckpoint` too, go by variables' paths.

To: keras-team/keras. Known: #23251 is one case of it (`load_model` of a `Sequential`).

Paths are made of layers' names, which are neither unique in a model nor the same in the next one:

- A model that holds a network and its `clone_model`, as moving averages and target networks are
  made, has each path twice: `get_state_tree`, and so every `OrbaxCheckpoint`, raises ValueError.
- A model that the same code makes a second time has other automatic names: `set_state_tree`, and
  so `load_weights` of an Orbax checkpoint, finds nothing to assign, and says nothing.

Expected: what `save_weights` and `load_weights` do with a `.weights.h5` file.
Here: ValueError; a second model is 0 apart after loading the file, 1.4 after the Orbax checkpoint.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np


def make():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    return model


class Averaged(keras.Model):
    def __init__(self):
        super().__init__()
        self.network = make()
        self.average = keras.models.clone_model(self.network)
        self.built = True


if __name__ == "__main__":
    print(f"keras {keras.__version__}")
    keras.utils.set_random_seed(0)
    raised, apart = False, []
    with tempfile.TemporaryDirectory() as folder:
        file, orbax = Path(folder, "file.weights.h5"), Path(folder, "orbax")
        callback = keras.callbacks.OrbaxCheckpoint(orbax, save_on_background=False)
        first = make()
        first.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0, callbacks=[callback])
        first.save_weights(file)
        for path in (file, orbax):
            second = make()
            second.load_weights(path)
            names = " to ".join(model.weights[0].path for model in (first, second))
            apart.append(np.abs(first.get_weights()[0] - second.get_weights()[0]).max())
            print(f"{path.name}: {names}, kernels {apart[-1]:.2g} apart")
    averaged = Averaged()
    averaged.compile("sgd", "mse")
    try:
        averaged.get_state_tree()
    except ValueError as error:
        raised = True
        print(f"network and clone: ValueError: {str(error).split('.')[0]}")
    sys.exit(0 if raised and apart[0] == 0 < apart[1] else "not reproduced")
