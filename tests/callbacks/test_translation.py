import keras
import numpy as np
import pytest
from PIL import Image

from kerasgan.callbacks import TranslationGrid
from kerasgan.callbacks.translation import translation_grid

pytestmark = pytest.mark.any_backend


class Translator:
    """Stands for a translator that trains: what it makes of an image darkens with `progress`."""

    def __init__(self, *directions, scale=1):
        self.directions = directions
        self.scale = scale
        self.progress = 0.0
        self.stop_training = False

    def translate(self, images, direction="AtoB"):
        sign = {"AtoB": 0.5, "BtoA": -0.25}[direction]
        images = images.repeat(self.scale, axis=1).repeat(self.scale, axis=2)
        return (sign * images - self.progress).astype("float32")


@pytest.fixture
def both():
    return Translator("AtoB", "BtoA")


@pytest.fixture
def one():
    return Translator("AtoB")


def uniform(*shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype("float32")


def pixels(path):
    return np.asarray(Image.open(path))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def bytes_of(images):
    return np.rint((np.clip(images, -1, 1) + 1) * 127.5)


def cell(picture, row, column, height, width):
    top, left = 2 + row * (height + 2), 2 + column * (width + 2)
    return picture[top : top + height, left : left + width]


def test_rows_of_a_model_of_both_directions(both, play, tmp_path):
    a, b = uniform(2, 4, 6, 3), uniform(3, 4, 6, 3, seed=1)
    play(both, [TranslationGrid(tmp_path, a, b)], epochs=2)
    assert names(tmp_path) == ["latest.png", "samples"]
    assert names(tmp_path / "samples") == ["0000.png", "0001.png", "0002.png"]
    untrained = pixels(tmp_path / "samples" / "0000.png")
    assert untrained.shape == (5 * 6 + 2, 3 * 8 + 2, 3)
    trained = pixels(tmp_path / "samples" / "0002.png")
    assert (trained == pixels(tmp_path / "latest.png")).all()
    for picture, progress in ((untrained, 0.0), (trained, 0.2)):
        fake_b = 0.5 * a - progress
        fake_a = -0.25 * b - progress
        for i in range(2):
            expected = a[i], fake_b[i], -0.25 * fake_b[i] - progress
            for column, image in enumerate(expected):
                assert abs(cell(picture, i, column, 4, 6) - bytes_of(image)).max() <= 1
        for i in range(3):
            expected = b[i], fake_a[i], 0.5 * fake_a[i] - progress
            for column, image in enumerate(expected):
                assert abs(cell(picture, 2 + i, column, 4, 6) - bytes_of(image)).max() <= 1


def test_without_b_the_rows_of_a_stay(both, play, tmp_path):
    a = uniform(2, 4, 4, 1)
    play(both, [TranslationGrid(tmp_path, a)])
    picture = pixels(tmp_path / "samples" / "0000.png")
    assert picture.shape == (14, 20)
    assert (cell(picture, 1, 2, 4, 4) == bytes_of(-0.125 * a[1])[..., 0]).all()


def test_one_direction_ends_in_the_true_b(one, play, tmp_path):
    a, b = uniform(2, 4, 4, 3), uniform(2, 4, 4, 3, seed=1)
    play(one, [TranslationGrid(tmp_path, a, b)])
    picture = pixels(tmp_path / "samples" / "0000.png")
    assert picture.shape == (14, 20, 3)
    for i in range(2):
        for column, image in enumerate((a[i], 0.5 * a[i], b[i])):
            assert (cell(picture, i, column, 4, 4) == bytes_of(image)).all()


def test_one_direction_without_b(one, play, tmp_path):
    play(one, [TranslationGrid(tmp_path, uniform(2, 4, 4, 3))])
    assert pixels(tmp_path / "latest.png").shape == (14, 14, 3)


def test_small_images_are_magnified_and_grey_is_drawn_as_rgb(play, tmp_path):
    a, b = uniform(1, 2, 2, 1), uniform(1, 8, 8, 3)
    play(Translator("AtoB", scale=4), [TranslationGrid(tmp_path, a, b)])
    picture = pixels(tmp_path / "samples" / "0000.png")
    assert picture.shape == (12, 32, 3)
    large = a[0].repeat(4, axis=0).repeat(4, axis=1)
    assert (cell(picture, 0, 0, 8, 8) == bytes_of(large)).all()
    assert (cell(picture, 0, 1, 8, 8) == bytes_of(0.5 * large)).all()
    assert (cell(picture, 0, 2, 8, 8) == bytes_of(b[0])).all()


def test_what_does_not_fill_its_cell_is_centred_on_white():
    dark = -np.ones((1, 3, 2, 1), "float32")
    picture = translation_grid([[dark, np.zeros((1, 8, 7, 1), "float32")]])[..., 0]
    expected = np.full((8, 7), 255)
    expected[1:7, 1:5] = 0
    assert (cell(picture, 0, 0, 8, 7) == expected).all()
    assert (cell(picture, 0, 1, 8, 7) == 128).all()


def test_every_and_the_last_and_a_resume(both, play, tmp_path):
    grid = TranslationGrid(tmp_path, uniform(1, 4, 4, 3), every=2)
    play(both, [grid], epochs=3)
    assert names(tmp_path / "samples") == ["0000.png", "0002.png", "0003.png"]
    before = pixels(tmp_path / "samples" / "0002.png")
    play(both, [grid], epochs=6, initial_epoch=3)
    assert names(tmp_path / "samples") == [f"000{i}.png" for i in (0, 2, 3, 4, 6)]
    assert (pixels(tmp_path / "samples" / "0002.png") == before).all()
    first, last = (cell(pixels(tmp_path / "samples" / f"000{i}.png"), 0, 0, 4, 4) for i in (0, 6))
    assert (first == last).all()


def test_later_changes_of_the_given_images_do_not_matter(both, play, tmp_path):
    a = uniform(1, 4, 4, 3)
    grid = TranslationGrid(tmp_path, a)
    expected = bytes_of(a[0])
    a[:] = 0
    play(both, [grid])
    assert (cell(pixels(tmp_path / "latest.png"), 0, 0, 4, 4) == expected).all()


@keras.saving.register_keras_serializable("tests")
class Recolour(keras.Sequential):
    directions = ("AtoB",)

    def translate(self, images, direction="AtoB"):
        return self.predict(images, verbose=0)


def test_in_a_fit(tmp_path):
    model = Recolour([keras.Input((4, 4, 1)), keras.layers.Conv2D(3, 1, activation="tanh")])
    model.compile(keras.optimizers.SGD(0.5), loss="mse")
    a, b = uniform(8, 4, 4, 1), uniform(8, 4, 4, 3, seed=1)
    untrained = model.translate(a[:2])
    grid = TranslationGrid(tmp_path, a[:2], b[:2])
    model.fit(a, b, batch_size=4, epochs=1, verbose=0, callbacks=[grid])
    model.fit(a, b, batch_size=4, epochs=2, initial_epoch=1, verbose=0, callbacks=[grid])
    assert names(tmp_path / "samples") == ["0000.png", "0001.png", "0002.png"]
    before, after = (pixels(tmp_path / "samples" / f"000{i}.png") for i in (0, 2))
    assert (cell(before, 1, 1, 4, 4) == bytes_of(untrained[1])).all()
    assert (cell(after, 1, 1, 4, 4) == bytes_of(model.translate(a[:2])[1])).all()
    assert (cell(after, 1, 1, 4, 4) != cell(before, 1, 1, 4, 4)).any()
    assert (cell(after, 1, 2, 4, 4) == bytes_of(b[1])).all()


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (uniform(4, 4, 3), r"must have shape.*Received: images_a.shape=\(4, 4, 3\)"),
        (uniform(0, 4, 4, 3), r"must have shape.*Received: images_a.shape=\(0, 4, 4, 3\)"),
        (uniform(2, 4, 4, 2), r"1 or 3 channels.*Received: images_a.shape=\(2, 4, 4, 2\)"),
        (np.zeros((2, 4, 4, 3), "uint8"), "images / 127.5 - 1.*Received: images_a.dtype=uint8"),
        (np.full((2, 4, 4, 3), 255.0), "lie in .*Received: images_a from 255 to 255"),
        (np.full((2, 4, 4, 3), np.nan), "lie in .*Received: images_a from nan to nan"),
    ],
)
def test_refused_images(tmp_path, images, message):
    with pytest.raises(ValueError, match=message):
        TranslationGrid(tmp_path, images)
    with pytest.raises(ValueError, match=message.replace("images_a", "images_b")):
        TranslationGrid(tmp_path, uniform(2, 4, 4, 3), images)


def test_refused_every(tmp_path):
    with pytest.raises(ValueError, match="Received: every=0"):
        TranslationGrid(tmp_path, uniform(2, 4, 4, 3), every=0)


def test_pairs_must_be_as_many(one, play, tmp_path):
    grid = TranslationGrid(tmp_path, uniform(2, 4, 4, 3), uniform(3, 4, 4, 3))
    with pytest.raises(ValueError, match=r"be the 2 true.*Received: images_b.shape=\(3, 4, 4, 3\)"):
        play(one, [grid])


def test_a_model_that_does_not_translate_is_refused(image_model, play, tmp_path):
    with pytest.raises(ValueError, match="use SampleGrid. Received: model=Model"):
        play(image_model, [TranslationGrid(tmp_path, uniform(2, 4, 4, 3))])
