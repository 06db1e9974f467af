"""Run by `test_distribution.py`: python -m tests.across.run_distributed FILE, under one backend.

Models are trained on one device and on several, on the same global batches: on four logical CPUs,
or, where RANK is set, in two processes, as torchrun starts them.
"""

import os
import sys

if os.environ["KERAS_BACKEND"] == "tensorflow":
    import tensorflow as tf

    four = [tf.config.LogicalDeviceConfiguration()] * 4
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], four)
elif os.environ["KERAS_BACKEND"] == "jax" and "RANK" not in os.environ:
    os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"

import keras
import numpy as np
from keras import ops

import kerasgan as kg
from tests.models.variants import MLP

BACKEND = keras.backend.backend()
IMAGES = np.random.default_rng(0).uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
RANK = int(os.environ.get("RANK", "0"))


class OneNoise(kg.GAN):
    """The same latents for every sample: replicas cut a batch in halves, and draw for their own."""

    def sample_latents(self, n):
        return 0.3 * ops.ones((n, self.latent_dim))


class Draws(kg.GAN):
    """Logs the means of what it draws, and their squares."""

    def train_step(self, data):
        mean = ops.mean(self.sample_latents(8))
        return self.logs(d_loss=mean, g_loss=mean**2)


class Adapting(OneNoise):
    """Counts real logits as an adaptive augmentation does, without moving an image."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.watching = kg.layers.AdaptiveAugment(speed=64, seed=0)

    def observe(self, real_logits):
        self.watching.observe(real_logits)


MODELS = {
    "average": lambda: OneNoise(**MLP, ema_decay=0.9),
    "pack": lambda: OneNoise(**MLP, pack=2),
    "penalty": lambda: OneNoise(**MLP),
    "draws": lambda: Draws(**MLP, seed=1),
    "adapting": lambda: Adapting(**MLP, seed=1),
}
PENALTIES = {"penalty": ["r1", "r2"]}


def make(name):
    # The first process's weights are taken, but under JAX, whose processes run one program.
    keras.utils.set_random_seed(7 if RANK and BACKEND == "torch" else 0)
    gan = MODELS[name]()
    gan.compile(optimizer=keras.optimizers.SGD(0.02), penalty=PENALTIES.get(name))
    return gan


def train(gan, share=slice(None)):
    """Three epochs of batches of 16, of which each process takes a share."""
    if BACKEND == "jax":  # which takes the shares from a data set of whole batches itself
        import tensorflow as tf

        batches = tf.data.Dataset.from_tensor_slices(IMAGES).batch(16, drop_remainder=True)
        history = gan.fit(batches, epochs=3, verbose=0).history
    else:
        data = np.concatenate([batch[share] for batch in np.split(IMAGES, 2)])
        settings = {"batch_size": len(data) // 2, "epochs": 3, "shuffle": False, "verbose": 0}
        history = gan.fit(data, **settings).history
    state = [gan.seed_generator.state, *gan.optimizer.variables]
    numbers = [*gan.get_weights(), *map(ops.convert_to_numpy, state)]
    return [history["d_loss"], history["g_loss"], *numbers]


def on_several_devices():
    """What `make` makes on several devices, and the share of this process."""
    if BACKEND == "tensorflow":
        strategy = tf.distribute.MirroredStrategy([f"CPU:{i}" for i in range(4)])
        assert strategy.num_replicas_in_sync == 4
        with strategy.scope():
            return {name: make(name) for name in MODELS}, slice(None)
    if BACKEND == "jax":
        distribution = keras.distribution.DataParallel(devices=keras.distribution.list_devices())
        assert distribution.device_mesh.devices.size == (2 if "RANK" in os.environ else 4)
        keras.distribution.set_distribution(distribution)
        return {name: make(name) for name in MODELS}, slice(None)
    import torch

    torch.distributed.init_process_group("gloo")
    return {name: make(name) for name in MODELS}, slice(8 * RANK, 8 * RANK + 8)


if __name__ == "__main__":
    several = "RANK" in os.environ
    if several and BACKEND == "jax":
        address = f"127.0.0.1:{int(os.environ['MASTER_PORT']) + 1}"  # that itself is torchrun's
        keras.distribution.initialize(address, num_processes=2, process_id=RANK)
    alone = {} if several else {name: train(make(name)) for name in MODELS}
    if several or BACKEND != "torch":
        models, share = on_several_devices()
        alone |= {f"{name}.several": train(model, share) for name, model in models.items()}
    file = sys.argv[1] + (f".{RANK}" if several else "")
    arrays = {f"{name}.{i:03}": a for name, made in alone.items() for i, a in enumerate(made)}
    np.savez(file, **arrays)
