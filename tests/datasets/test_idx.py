import gzip
import struct

import keras
import numpy as np
import pytest

from kerasgan import datasets
from tests.bombs import MANY, little

pytestmark = pytest.mark.any_backend


def write_idx(folder, half, n, zipped=True):
    """Images of one grey value each, 0 to n - 1, with that number as their label."""
    folder.mkdir(parents=True, exist_ok=True)
    values = np.arange(n, dtype="uint8")
    images = np.broadcast_to(values[:, None, None], (n, 28, 28))
    for kind, array in [("images-idx3", images), ("labels-idx1", values)]:
        header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
        content = header + array.tobytes()
        name = f"{half}-{kind}-ubyte"
        if zipped:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    def fail():
        raise Exception("URL fetch failure")

    monkeypatch.delenv("KERASGAN_DATA", raising=False)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", fail)
    monkeypatch.setattr(keras.datasets.fashion_mnist, "load_data", fail)


def labels_of(*args, **kwargs):
    data = datasets.load(*args, batch_size=1, labels=True, shuffle=False, **kwargs)
    images, labels = (np.concatenate(part) for part in zip(*data, strict=True))
    assert images.shape[1:] == (28, 28, 1)
    np.testing.assert_allclose((images[:, 5, 5, 0] + 1) * 127.5, labels, atol=1e-4)
    return labels.tolist()


def test_the_bundled_images_are_the_test_half_of_fashion_mnist():
    data = datasets.load("fashion_mnist_10k", 10_000, labels=True, shuffle=False)
    ((images, labels),) = data
    assert images.shape == (10_000, 28, 28, 1)
    assert labels[:10].numpy().tolist() == [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]
    assert np.bincount(labels).tolist() == [1000] * 10
    np.testing.assert_allclose(np.mean(images), 2 * 0.286849 - 1, atol=1e-4)
    ((same, _),) = datasets.load("fashion_mnist", 10_000, split="test", labels=True, shuffle=False)
    np.testing.assert_array_equal(images, same)


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("inner", ["mnist", "."])
def test_a_folder_or_its_parent(tmp_path, zipped, inner):
    write_idx(tmp_path / inner, "train", 5, zipped)
    write_idx(tmp_path / inner, "t10k", 3, zipped)
    assert labels_of("mnist", data_dir=tmp_path) == [0, 1, 2, 3, 4]
    assert labels_of("mnist", data_dir=str(tmp_path / inner), split="test") == [0, 1, 2]


def test_the_environment_variable(tmp_path, monkeypatch):
    write_idx(tmp_path / "fashion_mnist", "train", 4)
    write_idx(tmp_path / "fashion_mnist", "t10k", 2)
    for folder in (tmp_path, tmp_path / "fashion_mnist"):
        monkeypatch.setenv("KERASGAN_DATA", str(folder))
        assert labels_of("fashion_mnist") == [0, 1, 2, 3]
        assert labels_of("fashion_mnist", split="test") == [0, 1]  # before the bundled copy


def test_one_data_set_is_not_taken_for_another(tmp_path):
    write_idx(tmp_path / "mnist", "train", 4)
    with pytest.raises(ValueError, match="No idx files of fashion_mnist"):
        datasets.load("fashion_mnist", data_dir=tmp_path / "mnist")


def test_keras_downloads_what_is_nowhere(monkeypatch):
    def load_data():
        return [(np.full((n, 28, 28), n, "uint8"), np.full(n, n, "uint8")) for n in (6, 2)]

    monkeypatch.setattr(keras.datasets.mnist, "load_data", load_data)
    assert labels_of("mnist") == [6] * 6
    assert labels_of("mnist", split="test") == [2, 2]


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_without_a_network_the_error_says_which_files_to_put_where(name):
    with pytest.raises(ValueError) as caught:
        datasets.load(name)
    for part in [
        "URL fetch failure",
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
        "data_dir=",
        "KERASGAN_DATA",
        f"Received: source='{name}'",
    ]:
        assert part in str(caught.value)


def test_an_explicit_folder_without_the_files_is_an_error(tmp_path):
    write_idx(tmp_path, "train", 5)
    with pytest.raises(ValueError, match="t10k-images-idx3-ubyte.gz.*Received: source='mnist'"):
        datasets.load("mnist", split="test", data_dir=tmp_path)


def test_unknown_split():
    with pytest.raises(ValueError, match=r"\['train', 'test'\]. Received: split='val'"):
        datasets.load("mnist", split="val")
    with pytest.raises(ValueError, match=r"\['train'\]. Received: split='test'"):
        datasets.load("fashion_mnist_10k", split="test")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda b: b[:-20],
        lambda b: gzip.compress(b"text"),
        lambda b: gzip.compress(gzip.decompress(b)[:-5]),
    ],
)
def test_a_broken_file_is_named(tmp_path, spoil):
    write_idx(tmp_path, "train", 5)
    file = tmp_path / "train-images-idx3-ubyte.gz"
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(ValueError, match="Not a whole idx file.*Received: file='.*train-images"):
        datasets.load("mnist", data_dir=tmp_path)


def test_unequal_numbers_of_images_and_labels(tmp_path):
    write_idx(tmp_path, "train", 5)
    images = tmp_path / "train-images-idx3-ubyte.gz"
    content = images.read_bytes()
    write_idx(tmp_path, "train", 4)
    images.write_bytes(content)
    with pytest.raises(ValueError, match=r"one label for each.*\(5, 28, 28\), labels.shape=\(4,\)"):
        datasets.load("mnist", data_dir=tmp_path)


@pytest.mark.parametrize("stated", [3, 2**31, 2**32 - 1])
def test_a_bomb(tmp_path, stated):
    """More than the file says, or more than a file of its size may say."""
    write_idx(tmp_path, "train", 3)
    header = struct.pack(">HBB3I", 0, 8, 3, stated, 28, 28)
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(header + bytes(MANY), 1))
    with little(), pytest.raises(ValueError, match="Not a whole idx file: .* Received: file="):
        datasets.load("mnist", 1, data_dir=tmp_path)
