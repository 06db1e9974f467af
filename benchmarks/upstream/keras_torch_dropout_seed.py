"""Keras on PyTorch: a `Dropout` without a seed ignores its own `SeedGenerator`.

To: keras-team/keras, `dropout` of keras/src/backend/torch/random.py. Near it: keras-core#568.

It draws from torch's global generator, whose state is in no variable of the model: it cannot be
saved with the model, and whoever else draws from torch changes the masks. TensorFlow and JAX draw
from the layer's generator, seeded or not. The source says that this would be slower; so it is as
the seeded way is written (`bernoulli` of a tensor of probabilities, `where`), by `bernoulli_` not.
Expected: the layer's `SeedGenerator` moves, and its state determines the mask.
Here: the state stays; seeded takes 1.47 times as long as unseeded, `bernoulli_` 0.96 times.
"""

import os
import statistics
import sys
import time

os.environ["KERAS_BACKEND"] = "torch"
import keras
import torch

X = torch.ones(256, 4096)


def in_place(x, keep=0.5):
    generator = torch.Generator().manual_seed(0)
    return x * torch.empty_like(x).bernoulli_(keep, generator=generator).div_(keep)


def follows_state(layer):
    """Whether the layer's state determines the mask."""
    state, masks = layer.seed_generator.state, []
    before = state.value.clone()
    for _ in range(2):
        state.assign(before)
        masks.append(layer(X, training=True))
    same = torch.equal(*masks)
    print(f"seed={layer.seed}: {before.tolist()} -> {state.value.tolist()}, same masks: {same}")
    return same


if __name__ == "__main__":
    print(f"keras {keras.__version__}, torch {torch.__version__}")
    unseeded, seeded = keras.layers.Dropout(0.5), keras.layers.Dropout(0.5, seed=1)
    follows = [follows_state(layer) for layer in (unseeded, seeded)]
    runs = {
        "unseeded": lambda: unseeded(X, training=True),
        "seeded": lambda: seeded(X, training=True),
        "bernoulli_": lambda: in_place(X),
    }
    seconds = {name: [] for name in runs}
    for _ in range(21):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    base = statistics.median(seconds["unseeded"])
    for name, times in seconds.items():
        median = statistics.median(times)
        print(f"{name}: {median * 1e3:.1f} ms, {median / base:.2f} of the unseeded")
    sys.exit(0 if follows == [False, True] else "not reproduced")
