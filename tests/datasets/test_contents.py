import numpy as np
import pytest
from PIL import Image

from kerasgan.datasets.contents import changes, contents

pytestmark = pytest.mark.any_backend


def picture(path, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (8, 8, 3), "uint8")).save(path)


@pytest.fixture
def folder(tmp_path):
    """Two classes of two pictures, all of one size."""
    for i, name in enumerate(("cat/1.bmp", "cat/2.bmp", "dog/1.bmp", "dog/2.bmp")):
        picture(tmp_path / "data" / name, i)
    return tmp_path / "data"


def test_the_same_files_elsewhere_are_the_same_contents(folder):
    before = contents("images", folder, labels=True)
    assert list(before.files) == ["cat/1.bmp", "cat/2.bmp", "dog/1.bmp", "dog/2.bmp"]
    assert before.class_names == ["cat", "dog"]
    assert contents("images", folder).class_names is None
    moved = folder.rename(folder.with_name("moved"))
    (moved / "readme.txt").touch()  # is nothing that is trained on
    assert contents("images", moved, labels=True) == before


def test_what_has_changed(folder):
    before = contents("images", folder)
    picture(folder / "cat/2.bmp", seed=9)  # of the same size
    (folder / "dog/1.bmp").unlink()
    for name in "efghi":
        picture(folder / f"{name}.bmp")
    after = contents("images", folder)
    assert before.sha256() != after.sha256()
    want = "5 added (e.bmp, f.bmp, g.bmp, ...), 1 removed (dog/1.bmp), 1 changed (cat/2.bmp)"
    assert changes(before.files, after.files) == want
    assert changes(after.files, after.files) == ""


def test_a_single_pixel_of_a_large_file_counts(tmp_path):
    images = np.zeros((1000, 16, 16), "uint8")
    for compress in (np.savez, np.savez_compressed):
        found = []
        for value in (0, 1):
            images[500, 8, 8] = value
            compress(tmp_path / f"{value}.npz", images=images)
            found.append(contents("images", tmp_path / f"{value}.npz").files)
        assert changes(*found) == "1 changed (the file)"


def test_both_sides_of_a_translator(folder, tmp_path):
    folder.rename(tmp_path / "trainA")
    picture(tmp_path / "trainB/1.bmp")
    unpaired = contents("unpaired", tmp_path)
    assert list(unpaired.files)[2:] == ["A/dog/1.bmp", "A/dog/2.bmp", "B/1.bmp"]
    two = contents("unpaired", (tmp_path / "trainA", tmp_path / "trainB"))
    assert two == unpaired
    (tmp_path / "trainA").rename(tmp_path / "train")
    assert list(contents("paired", tmp_path).files)[:2] == ["cat/1.bmp", "cat/2.bmp"]


def test_named_data_sets(tmp_path, monkeypatch):
    monkeypatch.delenv("KERASGAN_DATA", raising=False)
    clothes = contents("images", "fashion_mnist_10k", labels=True)
    assert len(clothes.files) == 2 and clothes.class_names[:2] == ["T-shirt/top", "Trouser"]
    digits = contents("images", "mnist", labels=True)
    assert list(digits.files) == ["mnist"] and digits.class_names == list("0123456789")
    with pytest.raises(ValueError, match="No such data set.*Received: source='.*nowhere'"):
        contents("images", tmp_path / "nowhere")
