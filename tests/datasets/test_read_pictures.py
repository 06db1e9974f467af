import numpy as np
import pytest
from PIL import Image

from kerasgan import datasets

pytestmark = pytest.mark.any_backend


def save(path, array, **kwargs):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(array, "uint8")).save(path, **kwargs)


def test_pictures_come_at_their_own_sizes(tmp_path):
    images = [np.random.default_rng(i).integers(0, 256, (4 + i, 7, 3)) for i in range(3)]
    for name, image in zip(["b/1.png", "a.bmp", "c.png"], images, strict=True):
        save(tmp_path / name, image)
    paths, arrays, alphas = zip(*datasets.read_pictures(str(tmp_path)), strict=True)
    assert [path.as_posix() for path in paths] == ["a.bmp", "b/1.png", "c.png"]
    for array, image in zip(arrays, [images[1], images[0], images[2]], strict=True):
        assert array.dtype == np.uint8
        np.testing.assert_array_equal(array, image)
    assert alphas == (None, None, None)


def test_pictures_give_their_opacity(tmp_path):
    picture = np.zeros((1, 3, 4), "uint8")
    picture[0, :, 3] = [0, 127, 255]
    save(tmp_path / "a.png", picture)
    save(tmp_path / "b.png", picture[..., [0, 3]])
    (_, image, alpha), (_, grey, same) = datasets.read_pictures(tmp_path)
    assert image.shape == (1, 3, 3) and grey.shape == (1, 3, 1)
    np.testing.assert_allclose(image[0, :, 0], [255, 128, 0], atol=1)
    np.testing.assert_array_equal(alpha, [[0, 127, 255]])
    np.testing.assert_array_equal(same, alpha)
    assert [image.shape[2] for _, image, _ in datasets.read_pictures(tmp_path, 3)] == [3, 3]


def test_pictures_and_their_opacity_are_turned_together(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned clockwise by 90 degrees
    picture = np.zeros((2, 3, 4), "uint8")
    picture[0, :, 3] = 255
    save(tmp_path / "a.png", picture, exif=exif)
    ((_, image, alpha),) = datasets.read_pictures(tmp_path)
    assert image.shape == (3, 2, 3)
    np.testing.assert_array_equal(alpha, [[0, 255]] * 3)


def test_pictures_are_read_when_their_turn_comes(tmp_path):
    save(tmp_path / "a.png", np.zeros((4, 4)))
    (tmp_path / "b.png").write_text("these are not the bytes of an image")
    pictures = datasets.read_pictures(tmp_path)
    assert next(pictures)[1].shape == (4, 4, 1)
    with pytest.raises(ValueError, match="file is broken.*Received: file='.*b.png'"):
        next(pictures)


def test_pictures_that_are_not_there(tmp_path):
    with pytest.raises(ValueError, match="No such folder; .*Received: source='.*gone'"):
        datasets.read_pictures(tmp_path / "gone")
    with pytest.raises(ValueError, match="no image files .*Received: source="):
        datasets.read_pictures(tmp_path)
    with pytest.raises(ValueError, match="Received: channels=4"):
        datasets.read_pictures(tmp_path, channels=4)
