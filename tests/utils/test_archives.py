import zipfile

import numpy as np
import pytest

from kerasgan.utils import archives
from tests.bombs import MANY, little

pytestmark = pytest.mark.any_backend


def test_reads_what_numpy_wrote(tmp_path):
    for save in (np.savez, np.savez_compressed):
        save(tmp_path / "a.npz", a=np.arange(3), b=np.zeros((1000, 1000)))
        found = archives.read_npz(tmp_path / "a.npz")
        assert list(found) == ["a", "b"] and found["a"].tolist() == [0, 1, 2]


def test_a_bomb_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, images=np.zeros(MANY, "uint8"))
    with little(), pytest.raises(ValueError, match=r"has 0.1 MB and would unpack to 71.3 MB"):
        archives.read_npz(path)


def test_many_parts_are_a_bomb_together(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "FREE", 10_000)
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(20):
            archive.writestr(f"{i}.npy", bytes(200_000))
    with pytest.raises(ValueError, match="would unpack to 4.0 MB"):
        archives.check_zip(path)


def test_a_large_file_may_be_large(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(archives.FREE // 40)
    archives.check_unpacked(path, 2 * archives.FREE)
    with pytest.raises(ValueError, match="would unpack to"):
        archives.check_unpacked(path, 3 * archives.FREE)


def test_condition_vectors_are_read_or_one_sentence_says_why_not(tmp_path):
    path = tmp_path / "words.npz"
    for wrong, why in (
        ({"images": np.eye(3)}, r"it holds \['images'\]"),
        ({"conditions": np.zeros((0, 3))}, r"their shape is \(0, 3\)"),
        ({"conditions": np.zeros(3)}, r"their shape is \(3,\)"),
        ({"conditions": np.array([{}])}, "allow_pickle=False"),
    ):
        np.savez(path, **wrong)
        with pytest.raises(ValueError, match=f"{why}. Received: conditions='words.npz'$"):
            archives.read_conditions(path)
    np.savez(path, conditions=np.eye(3))
    np.testing.assert_array_equal(archives.read_conditions(path), np.eye(3))
    path.write_bytes(b"text")
    with pytest.raises(ValueError, match="Not an .npz file of condition vectors.*not a zip file"):
        archives.read_conditions(path)
