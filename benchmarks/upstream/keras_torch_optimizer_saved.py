"""Keras: a compiled model that was saved under PyTorch cannot be trained under another backend.

To: keras-team/keras.

`keras.optimizers.Adam` makes a class of the backend's own, and under PyTorch it is serialized as
`keras.src.backend.torch.optimizers.torch_adam`. `load_model` under TensorFlow makes that class
again, which imports torch, and whose step raises there.
Expected: what is saved is `keras.optimizers.Adam`, and training goes on.
Here: "TypeError: expected Tensor as element 0 in argument 0, but got ResourceVariable".
"""

import os
import subprocess
import sys
import tempfile

if __name__ == "__main__":
    if len(sys.argv) == 1:
        with tempfile.TemporaryDirectory() as folder:
            codes = {
                name: subprocess.run(
                    [sys.executable, __file__, f"{folder}/model.keras"],
                    env={**os.environ, "KERAS_BACKEND": name, "TF_CPP_MIN_LOG_LEVEL": "3"},
                ).returncode
                for name in ("torch", "tensorflow")
            }
        reproduced = codes == {"torch": 0, "tensorflow": 3}
        sys.exit(0 if reproduced else "not reproduced")

    import keras
    import numpy as np

    backend, file = keras.backend.backend(), sys.argv[1]
    x, y = np.ones((4, 3)), np.ones((4, 2))
    if backend == "torch":
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
        model.compile("adam", "mse")
        model.fit(x, y, verbose=0)
        model.save(file)
        print(f"keras {keras.__version__}, saved under torch")
    model = keras.models.load_model(file)
    kind = type(model.optimizer)
    print(f"loaded under {backend}: {kind.__module__}.{kind.__name__}")
    try:
        model.fit(x, y, verbose=0)
        print("  trained")
    except Exception as error:
        print(f"  fit: {type(error).__name__}: {error}")
        sys.exit(3)
