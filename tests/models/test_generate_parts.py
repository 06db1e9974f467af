"""More images than the memory holds: batch by batch into what takes them."""

import tracemalloc

import numpy as np
import pytest

import kerasgan as kg
from kerasgan.cli import generate as command
from kerasgan.utils import memory


@pytest.fixture(scope="module")
def gan():
    return kg.GAN((4, 4, 1), 2, generator_units=(8,), discriminator_units=(8,), seed=0)


def test_a_map_of_a_file_gets_what_is_returned_otherwise(gan, tmp_path):
    out = np.lib.format.open_memmap(tmp_path / "x.npy", "w+", "float32", (10, 4, 4, 1))
    assert gan.generate(10, seed=3, batch_size=4, out=out) is out
    out.flush()
    want = gan.generate(10, seed=3, batch_size=10)
    np.testing.assert_allclose(np.load(tmp_path / "x.npy"), want, atol=1e-6)


@pytest.mark.any_backend
def test_what_is_not_held_need_not_fit_the_memory(gan, monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: 300)
    with pytest.raises(ValueError, match="draw fewer at once"):
        gan.generate(10)
    seen = []
    gan.generate(10, batch_size=4, out=command._Taken(lambda where, x: seen.append(len(x))))
    assert seen == [4, 4, 2]


@pytest.mark.any_backend
def test_an_archive_is_numpy_s_and_never_whole_in_memory(tmp_path):
    part = np.zeros((100, 64, 64, 1), "float32")
    tracemalloc.start()
    with command._archive(tmp_path / "new" / "x.npz", (3000, 64, 64, 1), np.arange(3000)) as out:
        for i in range(0, 3000, 100):
            out[i : i + 100] = part + i
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 30 * part.nbytes / 3
    with np.load(tmp_path / "new" / "x.npz") as found:
        np.testing.assert_array_equal(found["labels"], np.arange(3000))
        assert found["images"].shape == (3000, 64, 64, 1)
        np.testing.assert_array_equal(found["images"][:, 5, 5, 0], np.arange(3000) // 100 * 100)


@pytest.mark.any_backend
def test_a_failed_archive_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError):
        with command._archive(tmp_path / "x.npz", (3, 4, 4, 1), None):
            raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


@pytest.mark.any_backend
def test_a_folder_is_numbered_through(tmp_path):
    images = np.zeros((2, 4, 4, 1), "float32")
    command._save(tmp_path, 12000, slice(10000, 10002), images)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["10000.png", "10001.png"]
