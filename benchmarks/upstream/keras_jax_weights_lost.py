"""Keras on JAX: an error in the first step of `fit` deletes all weights of the model.

To: keras-team/keras. Near it: #21019, which restores them after an interrupt in later steps.

`JAXTrainer.fit` takes the values out of the variables (`purge_model_variables=True`) before the
first step and puts back what `self._jax_state` holds, which is set only after that step. If the
step raises, as for labels of a wrong shape, every variable is None: the model that was trained is
gone, and any use of it ends in "'NoneType' object is not callable".
Expected: the weights as before the call.
Here: 2 weights before it, "'NoneType' object is not callable" after it.
"""

import os
import sys

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np

if __name__ == "__main__":
    print(f"keras {keras.__version__}")
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    x = np.ones((4, 3))
    model.fit(x, np.ones((4, 2)), verbose=0)
    print(f"after training: {len(model.get_weights())} weights")
    try:
        model.fit(x, np.ones((4, 7)), verbose=0)
    except TypeError as error:
        print(f"fit on labels of a wrong shape: {error}")
    try:
        print(f"after it: {len(model.get_weights())} weights")
    except TypeError as error:
        print(f"after it: {error}")
        sys.exit(0)
    sys.exit("not reproduced")
