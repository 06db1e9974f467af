import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.scorecard.rows import pacgan
from benchmarks.scorecard.training import SECONDS


def test_pacgan_networks_are_the_papers():
    generator = pacgan.generator([400] * 4, 0.02, 1e-4, seed=0)
    assert generator.count_params() == 2 * 400 + 3 * 400**2 + 4 * 4 * 400 + 802
    discriminator = pacgan.discriminator(8, [200] * 3, 5, 0.02, seed=0)
    assert discriminator.count_params() == 9 * 1000 + 2 * 201 * 1000 + 201
    kernels = [w for w in generator.get_weights() + discriminator.get_weights() if w.ndim == 2]
    assert len(kernels) == 9
    assert np.concatenate([w.ravel() for w in kernels]).std() == pytest.approx(0.02, rel=0.01)


def test_a_maxout_unit_is_the_largest_of_its_pieces():
    network = pacgan.discriminator(2, [2], pieces=3, deviation=0.02, seed=0)
    kernel = np.array([[1, 0, -1, 0, 0, 5], [0, 1, 0, -1, 0, 0]], "float32")
    weights = [kernel, np.zeros(6), np.array([[1.0], [10.0]]), np.zeros(1)]
    network.set_weights(weights)
    # units of the columns 0, 2, 4 and 1, 3, 5: max(x, -x, 0) and max(y, -y, 5 x)
    x = np.array([[-2.0, 3.0], [1.0, 0.5]], "float32")
    assert ops.convert_to_numpy(network(x)).ravel().tolist() == [32.0, 51.0]


TINY = {
    **pacgan.PROTOCOL,
    "data": "ring",
    "pack": 2,
    "points": 20,
    "samples": 10,
    "batch": 5,
    "generator_units": [4],
    "maxout_units": [4],
    "epochs": 2,
}


def test_each_point_comes_once_an_epoch_at_each_place_of_a_pack():
    points = np.arange(40.0).reshape(20, 2)
    stream = pacgan.batches(points, TINY, seed=0, epoch=0)
    packs = np.concatenate([next(stream)[0].reshape(5, 2, 2) for _ in range(4)])
    for place in range(2):
        assert sorted(map(tuple, packs[:, place])) == list(map(tuple, points))
    later = next(pacgan.batches(points, TINY, seed=0, epoch=1))[0]
    np.testing.assert_array_equal(next(stream)[0], later)


def test_a_stopped_pacgan_goes_on_from_its_last_epoch(tmp_path, monkeypatch):
    samples = []
    monkeypatch.setattr(pacgan, "score", lambda made, data: samples.append(made) or {})
    assert pacgan.train(TINY, 0, tmp_path / "whole")["core_minutes"] > 0

    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                raise KeyboardInterrupt

    backup = keras.callbacks.BackupAndRestore

    def stopping(*args):
        return keras.callbacks.CallbackList([backup(*args), Stop()])

    monkeypatch.setattr(keras.callbacks, "BackupAndRestore", stopping)
    with pytest.raises(KeyboardInterrupt):
        pacgan.train(TINY, 0, tmp_path / "stopped")
    monkeypatch.setattr(keras.callbacks, "BackupAndRestore", backup)
    pacgan.train(TINY, 0, tmp_path / "stopped")
    assert samples[0].shape == (10, 2)
    np.testing.assert_allclose(*samples, rtol=1e-6)
    assert len((tmp_path / "stopped" / SECONDS).read_text().split()) == 2
