"""What `run_loaded.py` makes first, once under each backend.

For every variant: the initial weights from a file, or made and stored there by the first run; five
steps under `fit` on the same images with the same latents; losses and weights into a file; the
model into another. Where each backend draws numbers of its own inside the step, the last alone,
and trained only if it is to go on.
"""

import keras
import numpy as np

from tests.models.variants import NOISE_TO_DATA, RANDOM_INSIDE, VARIANTS, batches, samples

STEPS, BATCH = 5, 16
KINDS = (  # which each backend trains on from what each has saved
    "gan_batch_norm",  # and a moving average
    "conditional_gan_vectors",  # with adaptive augmentation
    "wgan",  # with an optimizer of Keras's
    "sngan",  # with vectors of power iteration
    "cyclegan",  # with image pools
)


def with_given_latents(model):
    """Let `sample_latents` read a table, row by row, as the compiled step counts on."""
    calls = STEPS * model.critic_steps
    table = np.random.default_rng(5).normal(size=(calls, BATCH, model.latent_dim))
    table = keras.ops.convert_to_tensor(table.astype("float32"))
    model.counter = counter = keras.Variable(0, dtype="int32", trainable=False)

    def sample_latents(n):
        step = counter + 0  # its value now
        counter.assign(step + 1)
        return keras.ops.take(table, step, axis=0)[:n]

    model.sample_latents = sample_latents
    return model


def halves(shape, *args, **kwargs):
    """In place of the numbers that `keras.random.uniform` draws, which each backend draws anew."""
    return 0.5 * keras.ops.ones(shape)


class Losses(keras.callbacks.Callback):
    """The losses logged after each step."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append([logs[name] for name in sorted(logs)])


def run(name, folder, uniform=keras.random.uniform):
    keras.random.uniform = uniform
    keras.utils.set_random_seed(0)
    model = VARIANTS[name]()
    start = folder / f"{name}.start.npz"
    if start.exists():
        with np.load(start) as stored:
            model.set_weights([stored[k] for k in stored.files])
    else:
        np.savez(start, *model.get_weights())
    model.compile()
    if name in NOISE_TO_DATA:
        with_given_latents(model)
    keras.random.uniform = halves
    losses = Losses()
    data = batches(model, BATCH, STEPS)
    model.fit(*data, batch_size=BATCH, shuffle=False, verbose=0, callbacks=[losses])
    end = [w for nets in model.players().values() for n in nets for w in n.get_weights()]
    np.savez(folder / f"{name}.{keras.backend.backend()}.npz", np.array(losses.seen), *end)
    if name in NOISE_TO_DATA:
        del model.counter
    save(name, model, folder)


def save(name, model, folder):
    model.save(folder / f"{name}.{keras.backend.backend()}.keras")
    np.save(folder / f"{name}.{keras.backend.backend()}.npy", samples(model, 8))


def run_random(name, folder, uniform=keras.random.uniform):
    keras.random.uniform = uniform
    model = VARIANTS[name]()
    model.compile()
    if name in KINDS:
        model.fit(*batches(model, BATCH, STEPS), batch_size=BATCH, verbose=0)
    save(name, model, folder)


def make_all(folder):
    for name in VARIANTS:
        (run_random if name in RANDOM_INSIDE else run)(name, folder)
