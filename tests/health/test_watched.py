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
