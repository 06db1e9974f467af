import io

import numpy as np
import pytest
from PIL import Image

from kerasgan.datasets.translation_sources import read_sides

pytestmark = pytest.mark.any_backend


def save(path, array, **kwargs):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(array, "uint8")).save(path, **kwargs)


def plain(grey, height=4, width=6):
    return np.full((height, width, 3), grey)


def sides(source, split="train", channels=(None, None), paired=False, **kwargs):
    return read_sides(source, split, channels, paired, **kwargs)


def greys(side):
    """One pixel of each image, read at its own size."""
    return [int(side.read(i, size)[0, 0, 0]) for i, size in enumerate(side.sizes)]


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("form", ["{}{}", "{}/{}"])
def test_the_split_picks_two_folders(tmp_path, form, paired):
    for i, split in enumerate(["train", "test", "val"]):
        for j, side in enumerate("AB"):
            save(tmp_path / form.format(split, side) / "1.png", plain(10 * i + j))
    for i, split in enumerate(["train", "test", "val"]):
        a, b = sides(str(tmp_path), split, paired=paired)
        assert (greys(a), greys(b)) == ([10 * i], [10 * i + 1])


def test_unpaired_folders_of_two_lengths(tmp_path):
    for name, grey, size in [("x/1", 1, (4, 6)), ("x/2", 2, (8, 6)), ("y/3", 3, (5, 5))]:
        save(tmp_path / f"{name}.png", plain(grey, *size))
    a, b = sides((tmp_path / "x", str(tmp_path / "y")))
    assert (greys(a), greys(b)) == ([1, 2], [3])
    assert (a.sizes, b.sizes) == ([(4, 6), (8, 6)], [(5, 5)])
    assert a.names == [str(tmp_path / "x/1.png"), str(tmp_path / "x/2.png")]
    assert a.dtype == "uint8"


def test_pairs_have_one_name_and_any_extension(tmp_path):
    for i, name in enumerate(["deep/b", "a", "c.d"]):
        save(tmp_path / f"x/{name}.png", plain(i))
        save(tmp_path / f"y/{name}.{'bmp' if i else 'PNG'}", plain(100 + i))
    a, b = sides((tmp_path / "x", tmp_path / "y"), paired=True)
    assert greys(a) == [1, 2, 0]
    assert greys(b) == [101, 102, 100]


def test_files_side_by_side(tmp_path):
    for i in range(2):
        save(tmp_path / f"train/{i}.png", np.hstack([plain(i), plain(100 + i)]))
    for source, split in [(tmp_path, "train"), (tmp_path / "train", "any")]:
        a, b = sides(source, split, paired=True)
        assert (greys(a), greys(b)) == ([0, 1], [100, 101])
        assert a.sizes == b.sizes == [(4, 6), (4, 6)]
        np.testing.assert_array_equal(b.read(1, (4, 6)), plain(101))


def test_a_turned_file_side_by_side(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned clockwise by 90 degrees
    below, above = plain(200, 6, 4), plain(10, 6, 4)
    save(tmp_path / "a.png", np.vstack([above, below]), exif=exif)
    a, b = sides(tmp_path, paired=True)
    assert a.sizes == b.sizes == [(4, 6)]
    assert (greys(a), greys(b)) == ([200], [10])


def test_the_left_half_bleeds_not_into_the_right(tmp_path):
    left, right = (np.random.default_rng(i).integers(0, 256, (16, 16, 3)) for i in range(2))
    save(tmp_path / "a.png", np.hstack([left, right]))
    a, b = sides(tmp_path, paired=True)
    for side, whole in [(a, left), (b, right)]:
        expected = np.asarray(Image.fromarray(whole.astype("uint8")).resize((24, 8)))
        np.testing.assert_array_equal(side.read(0, (8, 24)), expected)


def test_a_side_is_grey_only_if_all_its_files_are(tmp_path):
    for name, grey in [("x/1", True), ("x/2", True), ("y/1", True), ("y/2", False)]:
        save(tmp_path / f"{name}.png", plain(9)[..., 0] if grey else plain(9))
    folders = (tmp_path / "x", tmp_path / "y")
    for channels, expected in [((None, None), (1, 3)), ((3, 1), (3, 1))]:
        both = sides(folders, channels=channels)
        assert tuple(side.channels for side in both) == expected
        assert tuple(side.read(0, (4, 6)).shape[2] for side in both) == expected


def test_arrays(tmp_path):
    bytes_, floats = np.arange(48, dtype="uint8").reshape(2, 4, 6), np.zeros((3, 5, 5, 2)) - 0.5
    a, b = sides((bytes_, floats), channels=(3, None))
    assert (len(a.names), a.sizes[0], a.channels, a.dtype) == (2, (4, 6), 3, "uint8")
    assert (len(b.names), b.sizes[0], b.channels, b.dtype) == (3, (5, 5), 2, "float32")
    np.testing.assert_array_equal(a.read(1, (4, 6))[..., 2], bytes_[1])
    assert a.read(1, (8, 8)).shape == (8, 8, 3)
    with pytest.raises(ValueError, match=r"can be resized. Received: images.shape=\(3, 5, 5, 2\)"):
        b.read(0, (8, 8))


def test_stretching_changes_the_ratio():
    ramp = np.broadcast_to(4 * np.arange(60, dtype="uint8"), (1, 20, 60))
    side, _ = sides((ramp, ramp))
    stretched = side.read(0, (10, 15))[..., 0]
    expected = np.interp(4 * (np.arange(15) + 0.5) - 0.5, np.arange(60), ramp[0, 0])
    np.testing.assert_allclose(stretched[:, 1:-1], [expected[1:-1]] * 10, atol=1)


def test_encoded_images_of_tfds(monkeypatch):
    def read_encoded(name, split, data_dir):
        assert (name, data_dir) == ("set/x", "here")
        files = []
        for i in range(1 + (split == "testB")):
            file = io.BytesIO()
            Image.fromarray(plain(i).astype("uint8")).save(file, "PNG")
            files.append(file.getvalue() if split == "testB" else b"no image")
        return files

    monkeypatch.setattr("kerasgan.datasets.translation_sources.read_encoded", read_encoded)
    with pytest.raises(ValueError, match=r"broken.*Received: file='tfds:set/x testA\[0\]'"):
        sides("tfds:set/x", "test", data_dir="here")


def test_what_is_missing_is_told_by_what_is_there(tmp_path):
    save(tmp_path / "trainA/1.png", plain(0))
    (tmp_path / "notes.txt").write_text("")
    there = r"\['notes.txt', 'trainA/'\]"
    for paired, also in [(False, ""), (True, " nor images side by side")]:
        with pytest.raises(
            ValueError,
            match=rf"neither trainA and trainB nor train/A and train/B{also}, but {there}; in "
            "a program, two folders of other names are a tuple. Received: .*, split='train'",
        ):
            sides(tmp_path, paired=paired)
    with pytest.raises(ValueError, match=f"{tmp_path} holds {there}. Received: source='.*gone/on'"):
        sides(tmp_path / "gone/on")
    with pytest.raises(ValueError, match=f"No such folder.*{there}. Received: source='.*trainB'"):
        sides((tmp_path / "trainA", tmp_path / "trainB"))
    (tmp_path / "bare").mkdir()
    with pytest.raises(ValueError, match="train/B, but nothing; in"):
        sides(tmp_path / "bare")
    for i in range(12):
        (tmp_path / f"0{i:02}").mkdir()
    with pytest.raises(ValueError, match=r"'009/'\] and 5 more"):
        sides(tmp_path)


def test_a_missing_test_split_is_not_taken_from_the_training_files(tmp_path):
    save(tmp_path / "train/1.png", np.hstack([plain(0), plain(1)]))
    with pytest.raises(ValueError, match=r"but \['train/'\]; .* Received: .*split='test'"):
        sides(tmp_path, "test", paired=True)


def test_an_empty_side(tmp_path):
    save(tmp_path / "trainA/1.png", plain(0))
    (tmp_path / "trainB").mkdir()
    with pytest.raises(ValueError, match="holds no image files.*Received: source='.*trainB'"):
        sides(tmp_path)


def test_unmatched_names(tmp_path):
    for name in ["x/1", "x/2", "y/1", *(f"y/more{i}" for i in range(5))]:
        save(tmp_path / f"{name}.png", plain(0))
    with pytest.raises(ValueError) as caught:
        sides((tmp_path / "x", tmp_path / "y"), paired=True)
    message = str(caught.value)
    assert "1 of A ['" in message and "x/2.png']" in message
    assert "5 of B ['" in message and "y/more2.png']" in message
    assert "more3" not in message and "Received: folders=" in message


def test_two_files_of_one_name(tmp_path):
    for name in ["x/1.png", "x/1.bmp", "y/1.png"]:
        save(tmp_path / name, plain(0))
    with pytest.raises(ValueError, match="one name: .*1.bmp and .*1.png. Received: source='.*x'"):
        sides((tmp_path / "x", tmp_path / "y"), paired=True)
    a, _ = sides((tmp_path / "x", tmp_path / "y"))
    assert len(a.names) == 2


def test_an_odd_width_cannot_be_halved(tmp_path):
    save(tmp_path / "a.png", plain(0, 4, 8))
    save(tmp_path / "b.png", plain(0, 4, 7))
    with pytest.raises(ValueError, match="even .* it is 7 wide. Received: file='.*b.png'"):
        sides(tmp_path, paired=True)


@pytest.mark.parametrize("paired", [False, True])
def test_a_file_that_is_no_image(tmp_path, paired):
    save(tmp_path / "trainA/1.png", plain(0))
    (tmp_path / "trainB").mkdir()
    (tmp_path / "trainB/1.png").write_text("these are not the bytes of an image")
    with pytest.raises(ValueError, match="file is broken.*Received: file='.*trainB/1.png'"):
        sides(tmp_path, paired=paired)


def test_arrays_that_do_not_fit():
    images = np.zeros((4, 6, 6), "uint8")
    with pytest.raises(ValueError, match=r"Received: lengths=\[4, 3\]"):
        sides((images, images[:3]), paired=True)
    assert [len(side.names) for side in sides((images, images[:3]))] == [4, 3]
    with pytest.raises(ValueError, match=r"are points. Received: shapes=\[\(4, 6, 6\), \(9, 2\)\]"):
        sides((images, np.zeros((9, 2))))
    with pytest.raises(ValueError, match=r"images \* 2 - 1.*Received: images"):
        sides((images, np.ones((4, 6, 6))))


def test_sources_of_other_types(tmp_path):
    images = np.zeros((4, 6, 6), "uint8")
    for source in [(images,), (images, tmp_path), (images, None), (images,) * 3]:
        with pytest.raises(TypeError, match="two folders or two numpy arrays. Received: types="):
            sides(source)
    for source in (None, 3, images):
        with pytest.raises(TypeError, match=r"tfds:NAME. Received: type\(source\)="):
            sides(source)
    with pytest.raises(ValueError, match="data_dir is for tfds:NAME. Received: data_dir='here'"):
        sides((images, images), data_dir="here")
