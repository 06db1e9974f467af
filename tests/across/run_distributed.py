"""Run by `test_distribution.py`: python -m tests.across.run_distributed FILE, under one backend.

The same GAN is trained, with the same latents, on one device and on two, both of them the CPU.
"""

import os
import sys

if os.environ["KERAS_BACKEND"] == "tensorflow":
    import tensorflow as tf

    two = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], two)
else:
    os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=2"

import keras
import numpy as np

import kerasgan as kg
from tests.models.variants import MLP


class OneNoise(kg.GAN):
    def sample_latents(self, n):
        return 0.3 * keras.ops.ones((n, self.latent_dim))


def make():
    keras.utils.set_random_seed(0)
    gan = OneNoise(**MLP, ema_decay=0.9)
    gan.compile(optimizer=keras.optimizers.SGD(0.5))
    return gan


def train(gan):
    images = np.random.default_rng(0).uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
    history = gan.fit(images, batch_size=16, epochs=3, shuffle=False, verbose=0).history
    return [history["d_loss"], history["g_loss"], *gan.get_weights()]


def on_two_devices():
    if keras.backend.backend() == "tensorflow":
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
        assert strategy.num_replicas_in_sync == 2
        with strategy.scope():
            return make()
    distribution = keras.distribution.DataParallel()
    assert distribution.device_mesh.devices.size == 2
    keras.distribution.set_distribution(distribution)
    return make()


if __name__ == "__main__":
    one = train(make())
    two = train(on_two_devices())
    np.savez(sys.argv[1], *one, *two)
