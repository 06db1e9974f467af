"""Run by `test_distribution.py`: python -m tests.across.run_distributed FOLDER DEVICES NAME ...

Models are trained on one device and on several, on the same global batches: on logical CPUs, or,
where RANK is set, in processes, as torchrun starts them. Then each goes on from what the other
saved. The numbers go to FOLDER/RANK.npz.

A replica of TensorFlow's or PyTorch's draws its own numbers and has batch statistics of its own.
Here all samples are given one draw, another in each step, and statistics are taken over each
sample, so that the rest must be equal. JAX's replicas draw and normalize as one device does.
"""

import contextlib
import os
import sys
from pathlib import Path

if __name__ == "__main__" and os.environ["KERAS_BACKEND"] == "tensorflow":
    import tensorflow as tf

    logical = [tf.config.LogicalDeviceConfiguration()] * int(sys.argv[2])
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], logical)
elif __name__ == "__main__" and os.environ["KERAS_BACKEND"] == "jax":
    os.environ["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"  # to compile quickly
    if "RANK" not in os.environ:
        os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={sys.argv[2]}"

import keras
import numpy as np
from keras import ops

import kerasgan as kg
from kerasgan import backend
from kerasgan.backend import draws
from tests.models.variants import CONV, MLP, VARIANTS, batches

BACKEND = keras.backend.backend()
RANK, SEVERAL = int(os.environ.get("RANK", "0")), "RANK" in os.environ
BATCH, STEPS = 16, 4
CYCLEGAN = {
    **{"shape_a": (8, 8, 1), "shape_b": (8, 8, 1), "filters": 2, "blocks": 1, "ema_decay": 0.9},
    **{"discriminator_filters": 2, "discriminator_layers": 1, "normalization": "batch"},
}


@keras.saving.register_keras_serializable("tests")
class Draws(kg.GAN):
    """Logs the means of what it draws, and their squares."""

    def train_step(self, data):
        mean = ops.mean(self.sample_latents(8))
        return self.logs(d_loss=mean, g_loss=mean**2)


MODELS = {
    **VARIANTS,
    "everything": lambda: kg.GAN(
        **MLP,
        **{"ema_decay": 0.9, "pack": 2, "critic_steps": 2},
        augment=kg.layers.AdaptiveAugment(speed=100, seed=0),
    ),
    "diff_augment": lambda: kg.GAN(**MLP, augment="diff_augment"),
    # A replica's pool fills later than that of one device.
    "cyclegan": lambda: kg.CycleGAN(**CYCLEGAN, pool_size=24 if BACKEND == "jax" else 1000),
    "draws": lambda: Draws(**MLP, seed=1),
    "batch_norm": lambda: kg.DCGAN(**CONV),
}
OWN = {"draws", "batch_norm"}  # of each replica
PENALTIES = {"everything": ["r1", "r2"]}
# above these they diverge, and make whole numbers of rounding
RATES = {"cyclegan": 0.002, "cut": 1e-5, "srgan": 0.002}


def one_draw(draw):
    """A function of `keras.random` that gives all samples the numbers of the first."""

    def drawn(shape, *args, **kwargs):
        return ops.broadcast_to(draw((1, *shape[1:]), *args, **kwargs), shape)

    return drawn


def by_sample(self, inputs, training=None, mask=None):
    """Batch normalization by the statistics of each sample."""
    axes = list(range(1, len(inputs.shape)))
    mean, variance = ops.moments(inputs, axes, keepdims=True)
    outputs = (inputs - mean) * ops.rsqrt(variance + self.epsilon)
    return outputs * (self.gamma if self.scale else 1) + (self.beta if self.center else 0)


@contextlib.contextmanager
def as_one(name):
    """Within, replicas do what one device does; but for models that show what is their own."""
    places = [(keras.random, "normal"), (keras.random, "uniform"), (keras.random, "randint")]
    norms = [(keras.layers.BatchNormalization, "call"), (kg.layers.BatchNormalization, "call")]
    places += [*norms, (keras.layers.Dropout, "call"), (draws, "_APART")]
    before = [getattr(*place) for place in places]
    if BACKEND != "jax" and name not in OWN:
        new = [*map(one_draw, before[:3]), by_sample, by_sample, lambda self, x, **kwargs: x, 0]
        for place, value in zip(places, new, strict=True):
            setattr(*place, value)
    yield
    for place, value in zip(places, before, strict=True):
        setattr(*place, value)


def make(name):
    # The first process's weights are taken, but under JAX, whose processes run one program.
    keras.utils.set_random_seed(7 if RANK and BACKEND == "torch" else 0)
    model = MODELS[name]()
    settings = {"penalty": PENALTIES[name]} if name in PENALTIES else {}
    model.compile(optimizer=keras.optimizers.SGD(RATES.get(name, 0.02)), **settings)
    model.run_eagerly = BACKEND == "tensorflow"
    return model


def train(model, begun, ended):
    """Trains on so many of its batches; the history of the losses, a dict of lists."""
    data, history = batches(model, BATCH, STEPS), []
    for step in range(begun, ended):
        i, n = backend.data_shard()
        where = slice(step * BATCH + i * BATCH // n, step * BATCH + (i + 1) * BATCH // n)
        x, *y = [part[where] for part in data]
        found = model.fit(x, *y, batch_size=BATCH // n, shuffle=False, verbose=0).history
        history.append([found[key][0] for key in sorted(found)])
    return np.array(history)


def numbers(model):
    """All state but pools, whose replicas hold their own."""
    state = [*model.variables, *model.optimizer.variables]
    state = [v for v in state if BACKEND == "jax" or "pool" not in v.path]
    return {f"{i:03}": ops.convert_to_numpy(v) for i, v in enumerate(state)}


def story(name, where):
    """Trains anew, saves in the middle; and goes on with what the other place has saved, if it
    has. The numbers of both ends, a dict."""
    model = make(name)
    half = train(model, 0, STEPS // 2)
    if RANK == 0:
        model.save(FOLDER / f"{name}.{where}.keras")
    history = np.concatenate([half, train(model, STEPS // 2, STEPS)])
    found = {"history": history, **numbers(model)}
    found = {f"{name} {where} {key}": value for key, value in found.items()}
    return found | continuation(name, where)


def continuation(name, where):
    """The numbers of the end of what the other place has saved, if it has, and trained on here."""
    other = FOLDER / f"{name}.{'one' if where == 'several' else 'several'}.keras"
    if name in OWN or not other.exists():
        return {}
    model = keras.saving.load_model(other)
    model.run_eagerly = BACKEND == "tensorflow"
    train(model, STEPS // 2, STEPS)
    return {f"{name} {where} {key} after {other.stem}": v for key, v in numbers(model).items()}


if __name__ == "__main__":
    FOLDER, DEVICES, names = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    found = {}
    if not SEVERAL or (BACKEND == "torch" and RANK == 0):
        for name in names:
            with as_one(name):
                found |= story(name, "one")
    backend.join(None)
    with backend.on_devices(DEVICES):
        for name in names:
            with as_one(name):
                found |= story(name, "several")
    if not SEVERAL:
        for name in names:
            with as_one(name):
                found |= {f"again {key}": v for key, v in continuation(name, "one").items()}
    np.savez(FOLDER / f"{RANK}.npz", **found)
