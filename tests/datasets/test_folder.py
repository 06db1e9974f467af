from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kerasgan import datasets
from kerasgan.datasets import folder as folder_module
from kerasgan.utils import conversion
from kerasgan.utils.conversion import to_array

pytestmark = pytest.mark.any_backend


def save(path, array, **kwargs):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(array, "uint8")).save(path, **kwargs)


def plain(grey, height=6, width=6):
    return np.full((height, width, 3), grey)


def noise(height=32, width=32, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3))


def read(folder, **kwargs):
    """All images of a folder in the order of their paths, as numbers from 0 to 255."""
    kwargs = {"batch_size": 1, "shuffle": False, **kwargs}
    images = np.concatenate([batch.numpy() for batch in datasets.load(folder, **kwargs)])
    return np.round((images + 1) * 127.5)


def test_files_of_every_kind_at_any_depth(tmp_path):
    names = ["a.png", "b.JPEG", "deep/er/c.Jpg", "deep/d.webp", "e.bmp", "f.GIF"]
    for i, name in enumerate(names):
        save(tmp_path / name, plain(40 * i))
    save(tmp_path / ".thumbnails/a.png", plain(0))
    (tmp_path / "readme.txt").write_text("not an image")
    images = read(str(tmp_path))
    assert images.shape == (6, 6, 6, 3)
    greys = {name: 40 * i for i, name in enumerate(names)}
    expected = [greys[name] for name in sorted(names)]
    np.testing.assert_allclose(images.mean(axis=(1, 2, 3)), expected, atol=1)


def test_files_come_in_the_order_of_their_paths(tmp_path):
    names = ["a/2.png", "a/b/1.png", "a.png", "a-b.png", "b.png/1.png"]
    for name in names:
        save(tmp_path / name, plain(0))
    save(tmp_path / ".hidden.png", plain(0))
    expected = [str(path) for path in sorted(map(Path, names))]
    assert folder_module.image_files(tmp_path) == expected


def test_streaming_gives_what_caching_gives(tmp_path):
    for i in range(7):
        save(tmp_path / f"{'xyz'[i % 3]}/{i}.png", noise(9 + i, 12, seed=i))
    kwargs = {"labels": True, "image_size": (8, 10), "shuffle": False, "drop_remainder": False}
    cached = list(datasets.load(tmp_path, 3, cache=True, **kwargs))
    streamed = datasets.load(tmp_path, 3, cache=False, **kwargs)
    assert len(cached) == len(streamed) == 3
    assert streamed.element_spec[0].shape == (None, 8, 10, 3)
    for (images, labels), (same_images, same_labels) in zip(cached, streamed, strict=True):
        np.testing.assert_array_equal(images, same_images)
        np.testing.assert_array_equal(labels, same_labels)


@pytest.mark.parametrize("cache", [True, False])
@pytest.mark.parametrize("channels", [1, 3])
def test_what_is_read_at_once_equals_one_by_one(tmp_path, monkeypatch, cache, channels):
    monkeypatch.setattr(folder_module, "CHUNK", 5)
    modes = ["RGB", "L", "RGBA", "P", "1"]
    for i in range(23):
        image = Image.fromarray(noise(8 + (i % 4 == 3), 10, seed=i).astype("uint8"))
        image.convert(modes[i % 5]).save(tmp_path / f"{i:02}.{'jpg' if i % 15 == 5 else 'png'}")
    kwargs = {"image_size": (8, 10), "channels": channels, "drop_remainder": False}
    images = read(tmp_path, batch_size=7, cache=cache, **kwargs)
    expected = []
    for path in sorted(tmp_path.iterdir()):
        with Image.open(path) as image:
            expected.append(to_array(image, (8, 10), channels))
    np.testing.assert_array_equal(images, expected)


@pytest.mark.parametrize("cache", [True, False])
def test_shuffled_epochs(tmp_path, cache):
    for i in range(40):
        save(tmp_path / f"{i:02}.png", plain(i))
    data = datasets.load(tmp_path, 8, seed=2, cache=cache)
    epochs = [
        np.round((np.concatenate(list(data))[:, 0, 0, 0] + 1) * 127.5).tolist() for _ in range(2)
    ]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(40))
    assert epochs[0] != epochs[1]


def test_memory_decides_whether_to_cache(tmp_path, monkeypatch):
    """What is cached survives the loss of the files."""
    for total, kept in [(4 * 6 * 6 * 3 + 4, True), (4 * 6 * 6 * 3, False)]:
        monkeypatch.setattr(conversion, "free_memory", lambda total=total: total)
        save(tmp_path / "a.png", plain(9))
        data = datasets.load(tmp_path, 1)
        (tmp_path / "a.png").unlink()
        if kept:
            assert len(list(data)) == 1
        else:
            with pytest.raises(Exception, match=r"a\.png"):
                list(data)


def test_labels_are_the_sorted_top_level_folders(tmp_path):
    for name in ["dog/1.png", "cat/9.png", "cat/big/2.png", "emu/1.png"]:
        save(tmp_path / name, plain(0))
    (tmp_path / "ant").mkdir()  # holds no image, so is no class
    labels = [int(label) for _, (label,) in datasets.load(tmp_path, 1, labels=True, shuffle=False)]
    assert labels == [0, 0, 1, 2]


def test_a_file_outside_the_subfolders_has_no_label(tmp_path):
    save(tmp_path / "cat/1.png", plain(0))
    save(tmp_path / "stray.png", plain(0))
    with pytest.raises(ValueError, match=r"lies in none: .*stray.png.*--num-classes none.*source="):
        datasets.load(tmp_path, 1, labels=True)


def test_images_are_resized_to_cover_and_cut_to_the_centre(tmp_path):
    ramp = 4 * np.arange(60)  # its middle third is 80, 84 ... 156
    wide = np.broadcast_to(ramp[:, None], (20, 60, 3))
    save(tmp_path / "tall.png", wide.transpose(1, 0, 2))
    save(tmp_path / "wide.png", wide)
    tall, wide = read(tmp_path, image_size=8)
    np.testing.assert_array_equal(tall, wide.transpose(1, 0, 2))
    expected = np.interp(20 + 2.5 * (np.arange(8) + 0.5) - 0.5, np.arange(60), ramp)
    np.testing.assert_allclose(wide, np.broadcast_to(expected[:, None], (8, 8, 3)), atol=1)
    assert read(tmp_path, image_size=(4, 12)).shape == (2, 4, 12, 3)


def test_images_of_one_size_are_not_touched(tmp_path):
    array = noise()
    save(tmp_path / "a.png", array)
    np.testing.assert_array_equal(read(tmp_path), array[None])


@pytest.mark.parametrize("cache", [True, False])
def test_the_first_file_of_another_size_is_named(tmp_path, cache):
    for name, height in [("a", 6), ("b", 6), ("c", 7), ("d", 8)]:
        save(tmp_path / f"{name}.png", plain(0, height))
    with pytest.raises(ValueError, match=r"c.png has \(7, 6\).*Received: image_size=None"):
        datasets.load(tmp_path, 1, cache=cache)


def test_grey_stays_grey_only_if_all_are(tmp_path):
    save(tmp_path / "a.png", noise()[..., 0])
    save(tmp_path / "b.jpg", noise()[..., 1])
    assert read(tmp_path).shape[-1] == 1
    assert read(tmp_path, channels=3).shape[-1] == 3
    save(tmp_path / "c.png", noise())
    assert read(tmp_path).shape[-1] == 3
    assert read(tmp_path, channels=1).shape[-1] == 1


def test_palette(tmp_path):
    image = Image.fromarray(np.arange(36, dtype="uint8").reshape(6, 6) % 2, mode="P")
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.save(tmp_path / "a.png")
    expected = np.where(np.arange(36).reshape(6, 6, 1) % 2, [0, 0, 255], [255, 0, 0])
    np.testing.assert_array_equal(read(tmp_path), expected[None])


@pytest.mark.parametrize("mode, expected", [("RGBA", [255, 128, 0]), ("LA", [255, 128, 0])])
def test_transparency_is_laid_over_white(tmp_path, mode, expected):
    black = np.zeros((1, 3, len(mode)), "uint8")
    black[0, :, -1] = [0, 127, 255]
    save(tmp_path / "a.png", black)
    images = read(tmp_path)
    assert images.shape == (1, 1, 3, 3 if mode == "RGBA" else 1)
    np.testing.assert_allclose(images[0, 0, :, 0], expected, atol=1)


def test_a_transparent_palette_entry_is_laid_over_white(tmp_path):
    image = Image.fromarray(np.array([[0, 1]], "uint8"), mode="P")
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.save(tmp_path / "a.png", transparency=1)
    np.testing.assert_array_equal(read(tmp_path)[0, 0], [[10, 20, 30], [255, 255, 255]])


def test_sixteen_bit_grey_keeps_its_range(tmp_path):
    Image.fromarray(np.array([[0, 257, 32768, 65535]], "uint16")).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read(tmp_path)[0, 0, :, 0], [0, 1, 128, 255])


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_exif_orientation(tmp_path, suffix):
    array = plain(0, 8, 16)
    array[:, 8:] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned clockwise by 90 degrees
    save(tmp_path / f"a.{suffix}", array, exif=exif)
    image = read(tmp_path)[0]
    assert image.shape == (16, 8, 3)
    assert image[:7].mean() < 10 and image[9:].mean() > 245


def test_first_frame_of_a_gif(tmp_path):
    frames = [Image.fromarray(plain(grey).astype("uint8")) for grey in (200, 10)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert (read(tmp_path, channels=3) == 200).all()


def truncated(path, array):
    save(path, array)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def text(path, array):
    path.write_text("these are not the bytes of an image")


@pytest.mark.parametrize(
    "name, spoil",
    [("a.png", truncated), ("a.jpg", truncated), ("a.png", text), ("c.png", truncated)],
)
def test_a_broken_file_is_named_before_training(tmp_path, name, spoil):
    spoil(tmp_path / name, noise(64, 64))
    save(tmp_path / "b.png", noise(64, 64))
    with pytest.raises(ValueError, match=f"file is broken.*Received: file='.*{name}'"):
        datasets.load(tmp_path, 1)


def test_a_broken_header_is_named_before_a_stream_begins(tmp_path):
    save(tmp_path / "a.png", noise())
    text(tmp_path / "b.png", noise())
    with pytest.raises(ValueError, match=r"file is broken.*Received: file='.*b\.png'"):
        datasets.load(tmp_path, 1, cache=False)


def test_a_broken_file_in_a_stream_is_named_when_its_turn_comes(tmp_path):
    save(tmp_path / "a.png", noise(64, 64))
    truncated(tmp_path / "b.jpg", noise(64, 64))
    batches = iter(datasets.load(tmp_path, 1, cache=False, shuffle=False))
    next(batches)
    with pytest.raises(Exception, match=r"ValueError: The image file is broken.*b\.jpg"):
        next(batches)


def test_missing_and_empty_folders_are_named(tmp_path):
    with pytest.raises(ValueError, match="No such .*Received: source='.*nowhere'"):
        datasets.load(tmp_path / "nowhere")
    (tmp_path / "readme.txt").write_text("not an image")
    with pytest.raises(ValueError, match=f"no image files .*Received: source='{tmp_path}'"):
        datasets.load(tmp_path)


@pytest.mark.parametrize("cache", [True, False])
@pytest.mark.parametrize(
    "array, want",
    [(np.ones((8, 8), "float32"), "mode F"), (np.full((8, 8), 70000, "int32"), "70000 to 70000")],
)
def test_pixels_that_are_not_of_16_bits_are_not_guessed_at(tmp_path, cache, array, want):
    Image.fromarray(array).save(tmp_path / "a.tif")
    with pytest.raises(Exception, match=rf"cannot be used: .*{want}.*Received: file='.*a\.tif'"):
        list(datasets.load(tmp_path, 1, cache=cache))


def test_too_many_pixels_are_no_damage(tmp_path, monkeypatch):
    save(tmp_path / "a.png", plain(0))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(ValueError, match=r"more pixels than.*MAX_IMAGE_PIXELS.*file='.*a\.png'"):
        datasets.load(tmp_path, 1)
