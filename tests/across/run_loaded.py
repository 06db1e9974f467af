"""Run by `test_agreement.py` once for each backend: python -m tests.across.run_loaded FOLDER.

Says "made" when it has what `run_variant.py` makes, and waits for a line. Then opens what was saved
under each backend: what the models make, and the losses of two more steps on the same images with
the same latents, into files.
"""

import sys
from pathlib import Path

import keras
import numpy as np

import kerasgan as kg
from tests.across.run_variant import BATCH, KINDS, halves, make_all, with_given_latents
from tests.models.variants import NOISE_TO_DATA, RANDOM_INSIDE, batches, samples

BACKENDS = ("tensorflow", "jax", "torch")


def go_on(name, model):
    """The losses of two steps; those of the second show what the optimizers knew."""
    if name in NOISE_TO_DATA and name not in RANDOM_INSIDE:
        with_given_latents(model)
    model.run_eagerly = keras.backend.backend() == "tensorflow"  # the quickest here
    data = batches(model, BATCH)
    steps = [model.optimizer.optimizers[0].iterations.numpy()]
    losses = []
    for _ in range(2):
        model.reset_metrics()
        losses.append(model.train_on_batch(*data, return_dict=True))
    assert model.optimizer.optimizers[0].iterations.numpy() > steps[0] > 0
    return [[float(row[key]) for key in sorted(row)] for row in losses]


if __name__ == "__main__":
    folder, here = Path(sys.argv[1]), keras.backend.backend()
    uniform = keras.random.uniform
    make_all(folder)
    print("made", flush=True)
    input()
    for kind in KINDS:
        keras.random.uniform = uniform if kind in RANDOM_INSIDE else halves
        for saver in BACKENDS:
            loaded = kg.load(folder / f"{kind}.{saver}.keras")
            made = samples(loaded, 8)
            np.savez(folder / f"{kind}.{saver}.{here}.npz", made=made, losses=go_on(kind, loaded))
