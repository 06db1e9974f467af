import keras
import numpy as np

import kerasgan as kg
from kerasgan.health.watched import watched


def test_each_direction_starts_from_its_own_side():
    small = {"filters": 2, "blocks": 1, "discriminator": "pixel", "discriminator_filters": 2}
    gan = kg.CycleGAN((8, 8, 1), (8, 8, 1), **small)
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-1, 1, (2, 4, 8, 8, 1)).astype("float32")
    for each, where, start, end in zip(
        watched(gan, [a, b], 4, rng), ("AtoB", "BtoA"), (a, b), (b, a), strict=True
    ):
        assert each.where == where and each.player == "generators"
        assert each.network is gan.translators()[where]
        np.testing.assert_array_equal(each.inputs, start)
        np.testing.assert_array_equal(each.real, end)


def test_of_a_moving_average_the_samples_are_watched_and_what_it_follows_trains():
    small = {"filters": 2, "blocks": 1, "discriminator": "pixel", "discriminator_filters": 2}
    gan = kg.CycleGAN((8, 8, 1), (8, 8, 1), ema_decay=0.5, **small)
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-1, 1, (2, 4, 8, 8, 1)).astype("float32")
    for network in (gan.G_A, gan.G_B):
        network.set_weights([w + 0.1 for w in network.get_weights()])
    for each, network, images in zip(
        watched(gan, [a, b], 4, rng), (gan.G_A, gan.G_B), (a, b), strict=True
    ):
        assert each.player == "generators" and each.network is network
        want = keras.ops.convert_to_numpy(network(images))
        np.testing.assert_array_equal(each.outputs(False), want)
        made = gan.translate(images, each.where)
        np.testing.assert_allclose(each.samples(), made, rtol=1e-4, atol=1e-6)
        assert np.abs(made - each.outputs(False)).max() > 1e-6
