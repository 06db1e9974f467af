import shlex

import numpy as np
import pytest
from PIL import Image

import kerasgan as kg
from kerasgan import cli
from kerasgan.latents.sheets import direction_sheet
from kerasgan.studio import drawing
from kerasgan.studio.controls import command
from kerasgan.studio.library import Library, Opened
from kerasgan.utils import image_grid


def by_command_line(words, out):
    """What the command line that a tab shows writes, as an array with channels."""
    cli.main([*shlex.split(words)[1:], "--out", str(out)])
    with Image.open(out) as picture:
        pixels = np.asarray(picture)
    return pixels if pixels.ndim == 3 else pixels[..., None]


def test_it_draws_what_the_command_line_draws(run, tmp_path):
    name = str(run)
    opened = Library([name]).open(name, 2)
    out = tmp_path / "out.png"
    for labels in ([], [1], [1, 0]):
        made = drawing.draw(opened, 6, 7, 0.8, labels)
        how = {"n": 6, "seed": 7, "labels": labels, "truncation": 0.8}
        np.testing.assert_array_equal(
            made, by_command_line(command("generate", name, 2, **how), out)
        )
    grid = drawing.class_grid(opened, 3, 5)
    words = command("generate", name, 2, n=6, seed=5, labels="each")
    np.testing.assert_array_equal(grid, by_command_line(words, out))
    moved = direction_sheet(opened.model, 2, extent=2.0, seed=3, label=1)
    words = command("directions", name, 2, n=2, extent=2.0, seed=3, labels=1)
    np.testing.assert_array_equal(moved, by_command_line(words, out))
    how = {"stops": 2, "seed": 3, "seconds": 0.5, "fps": 4.0}
    path = drawing.walk(opened, tmp_path / "walk.gif", 4, labels=[0, 1], truncation=None, **how)
    words = command("walk", name, 2, n=4, **how, labels=[0, 1])
    cli.main([*shlex.split(words)[1:], "--out", str(tmp_path / "other.gif")])
    assert path.read_bytes() == (tmp_path / "other.gif").read_bytes()


def test_what_a_model_can_do_is_read_off_it(gan):
    assert drawing.abilities(gan) == (True, 0, False, (), 0, 0)
    coded = kg.InfoGAN((16, 16, 1), 8, categorical=(3,), continuous=2, filters=4)
    assert drawing.abilities(coded)[3:] == ((3,), 2, 0)
    points = kg.GAN((2,), 3, generator_units=(4,), discriminator_units=(4,))
    assert not drawing.abilities(points).images
    assert drawing.draw(Opened(points, []), 5, 0).shape == (500, 500, 3)


def test_codes_are_drawn_as_generate_draws_them():
    coded = kg.InfoGAN((16, 16, 1), 8, categorical=(3,), continuous=2, filters=4)
    codes = {"categorical": [2], "continuous": [0.5, -1.0]}
    made = drawing.draw(Opened(coded, []), 4, 3, 0.0, codes=codes)
    want = coded.generate(4, seed=3, codes={k: np.array([v] * 4) for k, v in codes.items()})
    np.testing.assert_array_equal(made, image_grid(want, 2))
    grid = drawing.class_grid(Opened(coded, []), 2, 3)
    want = coded.generate(6, seed=3, codes={"categorical": [0, 1, 2, 0, 1, 2]})
    np.testing.assert_array_equal(grid, image_grid(want, 3))


def test_styles_are_mixed_each_with_each():
    gan = kg.StyleGAN2((16, 16, 1), 4, filters=2, mapping_layers=1, seed=0)
    opened = Opened(gan, [])
    assert drawing.abilities(gan).layers == 6
    made = drawing.mixed(opened, 2, 3, seed=1, layers=[3, 4, 5])
    drawn = np.random.default_rng(1).standard_normal((5, 4))
    want = kg.latents.style_mixing(gan, drawn[:2], drawn[2:], [3, 4, 5])
    assert made.shape == image_grid(np.ones((12, 16, 16, 1), "float32"), 4).shape
    np.testing.assert_array_equal(made[20:36, 20:36], image_grid(want[:1], 1, padding=0))
    assert (made[2:18, 2:18] == 255).all()


def test_an_uploaded_picture_is_inverted(opened, picture):
    made, words = drawing.inverted(opened, picture, steps=3)
    assert made.shape == (12, 22, 1) and "dB" in words
    with pytest.raises(ValueError, match="Upload a picture"):
        drawing.inverted(opened, None, steps=3)


def test_the_nearest_pictures_stand_behind_each_sample(opened):
    data = opened.model.generate(5, seed=9)
    made = drawing.nearest(opened, [data], 5, 1, seed=9)
    left, right = made[:, 2:10], made[:, 12:20]  # a sample is nearest to itself
    np.testing.assert_array_equal(left, right)


def test_epochs_stand_below_each_other(run):
    library = Library([str(run)])
    models = {f"epoch {i}": library.open(str(run), i) for i in (1, 3)}
    made = drawing.epochs_side_by_side(models, 4, seed=2)
    want = [each.model.generate(4, seed=2) for each in models.values()]
    grid = image_grid(np.concatenate(want), 4)
    np.testing.assert_array_equal(made[:, -grid.shape[1] :], grid)


@pytest.mark.parametrize("n", [0, 10**9, 2.5, float("nan"), None])
def test_numbers_out_of_range_are_refused(opened, n):
    with pytest.raises(ValueError, match="whole number"):
        drawing.draw(opened, n, 0)
    with pytest.raises(ValueError, match="whole number"):
        drawing.inverted(opened, __file__, n)
