"""Stacked MNIST: its data, and the count of its modes."""

import numpy as np
import pytest

import kerasgan as kg
from benchmarks.scorecard.rows import stacked

pytestmark = pytest.mark.any_backend
LEVELS = np.repeat(np.arange(10), 4)  # of images as bright as their digit says


class Brightness:
    """A classifier that reads the digit off the brightness."""

    def probabilities(self, images):
        assert images.shape[1:] == (8, 8, 1)
        return np.eye(10)[np.rint((images.mean(axis=(1, 2, 3)) + 1) * 127.5 / 20).astype(int)]


@pytest.fixture(autouse=True)
def digits(monkeypatch):
    """Forty images of ten digits, in place of MNIST."""
    from kerasgan.datasets import idx

    images = np.full((40, 8, 8), 20 * LEVELS[:, None, None], "uint8")
    monkeypatch.setattr(idx, "read_named", lambda name, split, folder: (images, LEVELS))
    monkeypatch.setattr(kg.metrics.extractors, "get", lambda name: Brightness())
    return images


def pictures(triples):
    """Images in [-1, 1] of three digits each."""
    levels = 20 * np.asarray(triples, "float32")[:, None, None, :]
    return np.broadcast_to(levels, (len(triples), 8, 8, 3)) / 127.5 - 1


def test_each_channel_is_a_digit_of_its_own(digits):
    made = stacked.stacks(digits, 3000)
    assert made.shape == (3000, 8, 8, 3) and made.dtype == "uint8"
    assert (made == made[:, :1, :1]).all()
    named = made[:, 0, 0].astype(int) // 20
    for channel in range(3):
        assert np.bincount(named[:, channel], minlength=10).min() > 240
    assert abs(np.corrcoef(named.T) - np.eye(3)).max() < 0.06
    np.testing.assert_array_equal(made[:9], stacked.stacks(digits, 3000)[:9])
    assert (made != stacked.stacks(digits, 3000, seed=1)).any()


def test_the_file_is_made_once_and_loads(tmp_path, monkeypatch):
    monkeypatch.setattr(stacked, "STACKS", 50)
    path = stacked.data_file(tmp_path)
    before = path.read_bytes()
    (batch,) = kg.datasets.load(path, batch_size=50, shuffle=False)
    assert batch.shape == (50, 8, 8, 3)
    np.testing.assert_allclose(batch, stacked.training_stacks(50) / 127.5 - 1, atol=1e-6)
    path.write_bytes(before[:-1])
    assert stacked.data_file(tmp_path).read_bytes() == before[:-1]


@pytest.mark.parametrize(
    "triples, modes, kl",
    [
        (stacked.MODES, 1000, 0),
        (stacked.MODES[::2], 500, np.log(2)),
        ([[1, 2, 3]] * 5, 1, np.log(1000)),
        ([[1, 2, 3], [1, 2, 3], [1, 2, 3], [3, 2, 1]], 2, 0.75 * np.log(750) + 0.25 * np.log(250)),
    ],
)
def test_modes_and_kl_in_closed_form(triples, modes, kl):
    found = stacked.score(pictures(triples))
    assert found["modes"] == modes and found["kl"] == pytest.approx(kl, abs=1e-12)


def test_rows_score_data_and_trainings(tmp_path, monkeypatch):
    monkeypatch.setattr(stacked, "STACKS", 5000)
    real = stacked.training_images({"samples": 4000}, 0, tmp_path)["scores"]
    # of n draws from k equal modes, KL is (k - 1) / 2n, to first order
    assert real["modes"] > 960 and real["kl"] == pytest.approx(999 / 8000, abs=0.02)

    class Painter:
        def generate(self, count, seed):
            return pictures(stacked.MODES[[seed] * count])

    trained = []
    monkeypatch.setattr(stacked, "train", lambda *given: trained.append(given))
    monkeypatch.setattr(stacked, "core_minutes", lambda folder: 44)
    monkeypatch.setattr(kg.presets, "load", lambda folder: Painter())
    folder = tmp_path / "work" / "stacked_dcgan" / "7"
    scores = stacked.trained({"command": "train", "samples": 6}, 7, folder)["scores"]
    assert scores == {"modes": 1, "kl": pytest.approx(np.log(1000)), "core_minutes": 44}
    assert trained == [("train", 7, folder, tmp_path / "work" / "stacked_mnist.npz")]
    assert set(scores) == set(stacked.SECTION.columns)
