import logging
import os

import numpy as np
import pytest
from PIL import Image

from kerasgan import datasets
from kerasgan.datasets.walking import image_files

pytestmark = pytest.mark.any_backend


@pytest.fixture
def put(tmp_path):
    """Writes a picture at a path in `tmp_path/data`; gives that folder."""

    def write(*names, grey=0):
        for name in names:
            path = tmp_path / "data" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (6, 6), (grey,) * 3).save(path, "JPEG" if "j" in path.suffix else None)
        return tmp_path / "data"

    return write


def names(folder):
    return image_files(folder)


def test_what_is_taken_and_left_out_is_said_once(put, caplog):
    folder = put("a.png", "b/c.JPG", "b/d.jpg", ".hidden.png")
    for name in ("a.heic", "b/b.HEIC", "readme", ".DS_Store"):
        (folder / name).touch()
    for _ in range(3):
        assert names(folder) == ["a.png", "b/c.JPG", "b/d.jpg"]
    want = f"{folder}: 3 images (2 .jpg, 1 .png); left out: 3 (2 .heic, 1 no ending)"
    assert caplog.messages == [want]
    assert caplog.records[0].levelno == logging.WARNING
    put("e.png")
    image_files(folder)
    assert len(caplog.messages) == 2 and "4 images" in caplog.messages[1]


def test_a_folder_of_images_alone_is_no_reason_to_warn(put, caplog):
    with caplog.at_level(logging.INFO, "kerasgan.datasets"):
        image_files(put("a.png", "a.bmp"))
    assert [record.levelno for record in caplog.records] == [logging.INFO]
    assert "left out" not in caplog.text


def test_what_lies_in_a_folder_without_images_is_said(put):
    folder = put("a.png")
    (folder / "a.png").rename(folder / "a.heic")
    with pytest.raises(
        ValueError, match=r"no image files .*left out: 1 \(1 \.heic\)\. Received: source="
    ):
        image_files(folder)


@pytest.mark.parametrize("suffix", ["tif", "TIFF", "jfif", "jpe", "pgm", "ppm"])
def test_less_common_endings(put, suffix):
    folder = put("a.png", f"b.{suffix}", grey=51)
    batches = datasets.load(folder, 2, shuffle=False)
    np.testing.assert_allclose((next(iter(batches)) + 1) * 127.5, 51, atol=1)


def test_linked_folders_are_followed_and_each_is_read_once(put, tmp_path):
    folder = put("cats/1.png", "dogs/2.png", ".store/birds/3.png")
    outside = tmp_path / "outside"
    (folder / ".store/birds").rename(folder / ".store/b")
    outside.mkdir()
    (folder / "dogs/2.png").rename(outside / "2.png")
    (folder / "more").symlink_to(outside)
    (folder / "birds").symlink_to(folder / ".store/b")  # hidden where it is, not where it shows
    (folder / "again").symlink_to(folder / "cats")  # read as cats
    (folder / "lost.png").symlink_to(tmp_path / "nowhere.png")
    assert names(folder) == ["birds/3.png", "cats/1.png", "more/2.png"]


def test_links_that_run_in_circles(put, tmp_path):
    folder = put("a/1.png", "b/2.png")
    put("../3.png")
    for name, target in {
        "self": folder,
        "a/up": folder,
        "b/over": folder.parent,  # which holds the folder itself
        "a/b": folder / "b",
        "b/a": folder / "a",
        "knot": folder / "knot",
    }.items():
        (folder / name).symlink_to(target)
    assert names(folder) == ["a/1.png", "b/2.png"]
    linked = tmp_path / "linked"
    linked.symlink_to(folder)
    assert names(linked) == ["a/1.png", "b/2.png"]


def test_a_folder_that_cannot_be_read_is_named(put, monkeypatch):
    folder, scandir = put("a/1.png", "b/2.png"), os.scandir

    def forbidding(path):
        if str(path).endswith("b"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbidding)
    with pytest.raises(ValueError, match="Permission denied. Received: folder='.*data/b'"):
        image_files(folder)
