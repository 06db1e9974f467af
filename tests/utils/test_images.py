import numpy as np
import pytest
from PIL import Image

from kerasgan.utils import image_grid, save_gif, save_image
from kerasgan.utils.images import GIF_FRAMES, GIF_SIDE, titled

pytestmark = pytest.mark.any_backend


def grey_frames(folder, greys, size=(4, 6)):
    paths = [folder / f"{i:03d}.png" for i in range(len(greys))]
    for path, grey in zip(paths, greys, strict=True):
        save_image(np.full((*size, 1), grey, "uint8"), path)
    return paths


def test_grid_by_hand():
    images = np.array([-1.0, 0.0, 1.0], "float32").reshape(3, 1, 1, 1) * np.ones((1, 1, 2, 1))
    grid = image_grid(images, cols=2, padding=1)
    assert grid.dtype == np.uint8
    w = 255
    assert grid[..., 0].tolist() == [
        [w, w, w, w, w, w, w],
        [w, 0, 0, w, 128, 128, w],
        [w, w, w, w, w, w, w],
        [w, 255, 255, w, w, w, w],
        [w, w, w, w, w, w, w],
    ]


def test_grid_keeps_colours_apart_and_rows_in_order():
    images = np.random.default_rng(0).uniform(-1, 1, (6, 3, 5, 3))
    grid = image_grid(images, cols=3, padding=0)
    expected = np.rint((images + 1) * 127.5).astype("uint8")
    assert (grid[3:6, 5:10] == expected[4]).all()
    assert grid.shape == (6, 15, 3)


def test_grid_clips_and_draws_nan_grey():
    images = np.array([-9.0, np.nan, np.inf]).reshape(3, 1, 1, 1)
    assert image_grid(images, cols=3, padding=0).ravel().tolist() == [0, 128, 255]


@pytest.mark.parametrize(
    ("images", "arguments", "message"),
    [
        (np.zeros((4, 8, 8)), {"cols": 2}, "shape"),
        (np.zeros((4, 8, 8, 2)), {"cols": 2}, r"Received: images.shape=\(4, 8, 8, 2\)"),
        (np.zeros((0, 8, 8, 1)), {"cols": 2}, "shape"),
        (np.zeros((4, 8, 8, 1), "uint8"), {"cols": 2}, "127.5 - 1"),
        (np.zeros((4, 8, 8, 1)), {"cols": 0}, "Received: cols=0"),
        (np.zeros((4, 8, 8, 1)), {"cols": 2, "padding": -1}, "Received: padding=-1"),
    ],
)
def test_grid_refuses(images, arguments, message):
    with pytest.raises(ValueError, match=message):
        image_grid(images, **arguments)


@pytest.mark.parametrize("channels", [1, 3])
def test_saved_image_reads_back(tmp_path, channels):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, channels), "uint8")
    save_image(pixels, tmp_path / "made" / "a.png")
    assert (np.asarray(Image.open(tmp_path / "made" / "a.png")).reshape(5, 7, -1) == pixels).all()


def test_an_image_of_floats_is_saved_as_the_grid_draws_it(tmp_path):
    images = np.random.default_rng(0).uniform(-1.2, 1.2, (2, 5, 7, 3)).astype("float32")
    save_image(images[0], tmp_path / "a.png")
    want = image_grid(images[:1], 1, padding=0)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "a.png")), want)
    for wrong in (images, images[0, ..., 0], images[0].astype(int)):
        with pytest.raises(ValueError, match="image_grid` lays out several"):
            save_image(wrong, tmp_path / "b.png")
    assert not (tmp_path / "b.png").exists()


def test_failed_save_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    save_image(np.zeros((2, 2, 1), "uint8"), tmp_path / "a.png")

    def half_written(self, path):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(Image.Image, "save", half_written)
    with pytest.raises(KeyboardInterrupt):
        save_image(np.ones((2, 2, 1), "uint8"), tmp_path / "a.png")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert np.asarray(Image.open(tmp_path / "a.png")).max() == 0


def test_gif_holds_the_frames_and_the_last_one_longer(tmp_path):
    greys = [0, 100, 200]
    save_gif(grey_frames(tmp_path, greys), tmp_path / "a.gif", fps=5)
    gif = Image.open(tmp_path / "a.gif")
    seen = []
    for i in range(gif.n_frames):
        gif.seek(i)
        seen.append((int(np.asarray(gif.convert("L"))[0, 0]), gif.info["duration"]))
    assert seen == [(0, 200), (100, 200), (200, 2000)]
    assert gif.info["loop"] == 0


def test_gif_is_capped_in_frames_and_in_size(tmp_path):
    save_gif(grey_frames(tmp_path, range(2 * GIF_FRAMES), (20, 1280)), tmp_path / "a.gif")
    gif = Image.open(tmp_path / "a.gif")
    assert gif.n_frames == GIF_FRAMES
    assert gif.size == (GIF_SIDE, 10)
    gif.seek(GIF_FRAMES - 1)
    assert np.asarray(gif.convert("L")).max() == 2 * GIF_FRAMES - 1


@pytest.mark.parametrize("fps", [0, -1, 51, "8", float("nan")])
def test_gif_refuses_fps(tmp_path, fps):
    with pytest.raises(ValueError, match="Received: fps="):
        save_gif(["a.png"], tmp_path / "a.gif", fps=fps)


def test_gif_refuses_no_frames(tmp_path):
    with pytest.raises(ValueError, match=r"Received: frames=\[\]"):
        save_gif([], tmp_path / "a.gif")


def test_damaged_frames_are_named_and_left_out(tmp_path):
    frames = [tmp_path / f"{i}.png" for i in range(4)]
    for i, frame in enumerate(frames):
        save_image(np.full((8, 6, 1), 60 * i, "uint8"), frame)
    frames[1].write_bytes(frames[1].read_bytes()[:40])
    frames[3].write_text("no picture")
    with pytest.warns(UserWarning) as heard:
        save_gif(frames, tmp_path / "x.gif")
    said = [str(warning.message) for warning in heard]
    assert [any(f"{i}.png is left out of" in text for text in said) for i in range(4)] == [
        *(False, True, False, True)
    ]
    with Image.open(tmp_path / "x.gif") as gif:
        assert (gif.n_frames, gif.size) == (2, (6, 8))
    with (
        pytest.warns(UserWarning, match="left out"),
        pytest.raises(ValueError, match="None of the pictures can be read"),
    ):
        save_gif(frames[3:], tmp_path / "y.gif")


@pytest.mark.parametrize("channels", [1, 3])
def test_titles_stand_beside_their_rows_or_above_their_columns(channels):
    grid = image_grid(np.full((4, 28, 28, channels), -1.0), cols=2)
    rows = titled(grid, ["cat", ""])
    assert rows.dtype == np.uint8 and rows.shape[0] == 62 and rows.shape[2] == channels
    strip = rows[:, :-62]
    assert (rows[:, -62:] == grid).all()
    assert (strip[:31] < 128).any() and (strip[31:] == 255).all()
    strip = titled(grid, ["", "cat"], "top")[:-62]
    assert (strip[:, 31:] < 128).any() and (strip[:, :31] == 255).all()


def test_titles_of_any_kind(tmp_path):
    grid = image_grid(np.zeros((3, 1, 1, 1)), cols=1)
    picture = titled(grid, ["two\nlines", "\u732b", "long" * 99])
    assert picture.shape[0] == 11 and picture.shape[1] < 300
    save_image(titled(grid, ["a"], "top"), tmp_path / "a.png")
