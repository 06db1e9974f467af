import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from kerasgan import presets
from tools import preset_pictures as pictures

pytestmark = pytest.mark.any_backend
PITCH, TITLE = pictures.PITCH, pictures.TITLE


def test_images_stand_below_the_name_the_first_of_seed_0_one_a_class(tiny):
    pixels = np.asarray(pictures.picture())
    assert pixels.shape == (TITLE + 8 * (pictures.SIDE // 8) + 4, 10 * PITCH, 3)
    title = pixels[:TITLE, : PITCH * 5]
    assert title.min() < 50 and (pixels[:TITLE, -PITCH:] == 255).all()
    labels = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]
    images = presets.load("tiny").generate(10, seed=0, labels=labels)
    want = np.rint((images + 1) * 127.5)
    assert (cells(pixels, TITLE) == want).all()


def cells(pixels, row, size=8):
    """The images of a line that begins so far down, at their own size."""
    scale = pictures.SIDE // size
    left = (PITCH - size * scale) // 2
    line = pixels[row::scale, :][:size]
    places = range(left, line.shape[1], PITCH)
    return np.stack([line[:, at : at + size * scale : scale] for at in places])


@pytest.fixture
def translator(tmp_path, monkeypatch):
    """A preset of a CycleGAN; its test images, two arrays; and the folder that holds them."""
    monkeypatch.setattr(presets, "FOLDER", tmp_path / "presets")
    sides = np.random.default_rng(0).integers(0, 256, (2, 12, 8, 8, 3), "uint8")
    for name, images in zip(("trainA", "trainB", "testA", "testB"), (*sides, *sides), strict=True):
        (tmp_path / "sides" / name).mkdir(parents=True)
        for i, image in enumerate(images):
            Image.fromarray(image).save(tmp_path / "sides" / name / f"{i:02d}.png")
    small = {"filters": 2, "blocks": 1, "discriminator": "pixel"}
    model = kg.CycleGAN((8, 8, 3), (8, 8, 3), **small)
    model.save_to_preset(presets.FOLDER / "swap", data="sides")
    return model, sides, tmp_path


def test_a_translator_shows_what_is_given_made_and_true_both_ways(translator):
    model, sides, folder = translator
    pixels = np.asarray(pictures.picture(["swap"], folder))
    line = 8 * (pictures.SIDE // 8) + 4
    half = TITLE + 3 * line
    assert pixels.shape == (2 * half, 10 * PITCH, 3)
    a, b = sides[:, [0, 1, 2, 4, 5, 6, 7, 9, 10, 11]]
    for top, direction, given, true in ((TITLE, "AtoB", a, b), (half + TITLE, "BtoA", b, a)):
        assert (cells(pixels, top) == given).all()
        made = (model.translate(given / 127.5 - 1, direction) + 1) * 127.5
        assert np.abs(cells(pixels, top + line) - made).max() <= 1
        assert (cells(pixels, top + 2 * line) == true).all()


def test_what_has_no_partner_has_no_line_of_true_ones(translator):
    *_, folder = translator
    (folder / "sides/testB/00.png").rename(folder / "sides/testB/other.png")
    line = 8 * (pictures.SIDE // 8) + 4
    assert pictures.picture(["swap"], folder).height == 2 * (TITLE + 2 * line)


def test_images_that_it_did_not_train_on_come_first(tmp_path, monkeypatch):
    monkeypatch.setattr(presets, "FOLDER", tmp_path / "presets")
    images = np.random.default_rng(0).integers(0, 256, (2, 10, 8, 8, 3), "uint8")
    model = kg.SRResNet((8, 8, 3), scale=2, filters=4, blocks=1)
    model.save_to_preset(presets.FOLDER / "large", data="faces_train")
    line = 8 * (pictures.SIDE // 8) + 4
    for name, side in (("faces_train", images[0]), ("faces_test", images[1])):
        (tmp_path / name).mkdir()
        for i, image in enumerate(side):
            Image.fromarray(image).save(tmp_path / name / f"{i}.png")
        pixels = np.asarray(pictures.picture(["large"], tmp_path))
        true = pixels[len(pixels) - line :]
        assert (cells(true, 0) == side).all()


def test_a_translator_without_its_data_is_left_out(translator, tiny, tmp_path, capsys):
    assert pictures.picture(data=tmp_path / "presets").size == pictures.picture(["tiny"]).size
    assert "swap is left out: there is no" in capsys.readouterr().out


def test_a_file_is_never_larger_than_the_front_page_bears(tmp_path):
    plain = Image.new("RGB", (60, 40), "red")
    size = pictures.save(plain, tmp_path / "a.webp")
    assert size == (tmp_path / "a.webp").stat().st_size < 1000
    noise = np.random.default_rng(0).integers(0, 256, (1000, 800, 3), "uint8")
    noise = Image.fromarray(noise).resize((1600, 1000))
    assert pictures.save(noise, tmp_path / "b.webp") < 2 * pictures.MOST
    assert Image.open(tmp_path / "b.webp").size == noise.size
