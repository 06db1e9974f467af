import numpy as np
from keras import ops

from kerasgan.layers import NoiseInjection


def test_noise_is_one_map_of_the_learned_strength():
    noise, maps = NoiseInjection(seed=0), np.ones((4, 64, 64, 3), "float32")
    noise.build(maps.shape)
    assert [w.shape for w in noise.trainable_weights] == [(1,)]
    noise.set_weights([np.array([0.5])])
    added = ops.convert_to_numpy(noise(maps, training=True)) - maps
    np.testing.assert_allclose(added, added[..., :1].repeat(3, axis=-1))
    assert abs(added.mean()) < 0.02 and abs(added.std() - 0.5) < 0.02
    other = ops.convert_to_numpy(noise(maps, training=True)) - maps
    assert not np.allclose(added, other) and not np.allclose(added[0], added[1])
    np.testing.assert_array_equal(ops.convert_to_numpy(noise(maps, training=False)), maps)


def test_noise_of_a_place_is_the_same_for_all_at_inference():
    layer, maps = NoiseInjection(seed=0, place=3), np.zeros((2, 4, 4, 2), "float32")
    layer.build(maps.shape)
    layer.strength.assign([0.5])
    still = ops.convert_to_numpy(layer(maps))
    want = 0.5 * np.random.default_rng(3).standard_normal((4, 4))
    np.testing.assert_allclose(still, np.broadcast_to(want[..., None], maps.shape), rtol=1e-6)
    other = NoiseInjection.from_config(layer.get_config())
    other.build(maps.shape)
    np.testing.assert_array_equal(other.constant, layer.constant)
    assert np.abs(ops.convert_to_numpy(layer(maps, training=True)) - still).max() > 0.1
