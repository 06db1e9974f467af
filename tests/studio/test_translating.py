import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from kerasgan.studio import pictures, translating
from kerasgan.studio.library import Opened
from kerasgan.utils import image_grid


@pytest.fixture(scope="module")
def both_ways():
    small = {"filters": 2, "blocks": 1, "discriminator": "pixel", "seed": 0}
    return Opened(kg.CycleGAN((16, 16, 3), (16, 16, 1), **small), [])


def test_a_picture_goes_both_ways(both_ways, picture):
    model = both_ways.model
    images = translating.given(both_ways, "AtoB", picture, own=True)
    assert images.shape == (1, 20, 24, 3)
    made, back = translating.translate(both_ways, images, "AtoB")
    want = model.translate(images, "AtoB", pad=True)
    np.testing.assert_array_equal(made, image_grid(want, 1, padding=0))
    assert back.shape == (20, 24, 3)
    grey = translating.given(both_ways, "BtoA", picture)
    assert grey.shape == (1, 16, 16, 1)  # as it was trained
    assert translating.translate(both_ways, grey, "BtoA")[0].shape == (16, 16, 3)


def test_a_sketch_is_seen_at_the_size_of_the_training(both_ways):
    sketch = np.full((64, 64, 3), 255, "uint8")
    sketch[32:] = 0
    images = translating.given(both_ways, "AtoB", sketch={"composite": sketch})
    assert images.shape == (1, 16, 16, 3)
    assert images[0, 0, 0, 0] == 1 and images[0, -1, 0, 0] == -1
    for nothing in (None, {"composite": None}, {"composite": np.zeros((8, 8, 3), "uint8")}):
        with pytest.raises(ValueError, match="Draw something first"):
            translating.given(both_ways, "AtoB", sketch=nothing)


def test_small_pictures_become_large(picture):
    opened = Opened(kg.SRResNet((16, 16, 3), 4, filters=2, blocks=1), [])
    assert opened.model.trained_size("AtoB") == (4, 4)
    made, back = translating.translate(
        opened, translating.given(opened, "AtoB", picture, own=True), "AtoB"
    )
    assert made.shape == (80, 96, 3) and back is None


def test_models_stand_side_by_side(both_ways, picture):
    images = translating.given(both_ways, "AtoB", picture)
    made = translating.side_by_side({"one": both_ways, "two": both_ways}, images, "AtoB")
    np.testing.assert_array_equal(made[-18:, 20:36], made[-18:, 38:54])


def test_an_anomaly_is_scored_and_shown(picture):
    gan = kg.DCGAN((16, 16, 1), 4, filters=2, seed=0)
    opened = Opened(kg.FAnoGAN(gan, filters=2, seed=0), [])
    made, words = translating.anomaly(opened, picture, "encoder", 1)
    images = pictures.fitted(picture, (16, 16), 1)
    assert made.shape == (16, 48, 3)
    assert f"{opened.model.anomaly_scores(images)[0]:.4g}" in words


def test_broken_and_large_pictures_are_refused(tmp_path):
    path = tmp_path / "picture.png"
    Image.new("L", (pictures.SIDE + 1, 4)).save(path)
    with pytest.raises(ValueError, match="2048 pixels a side"):
        pictures.own_size(str(path), 1)
    Image.effect_noise((32, 32), 50).save(path)
    path.write_bytes(path.read_bytes()[:200])
    for read in (pictures.own_size, lambda path, c: pictures.fitted(path, (8, 8), c)):
        with pytest.raises(ValueError, match="broken"):
            read(str(path), 1)
    (tmp_path / "picture.txt").write_text("no picture")
    with pytest.raises(ValueError, match="broken.*picture.txt"):
        pictures.own_size(str(tmp_path / "picture.txt"), 3)
