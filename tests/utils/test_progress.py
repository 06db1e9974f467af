"""Bars on a terminal, none in a pipe, none for what is quick."""

import functools
import io
import pathlib
import time

import keras
import matplotlib
import numpy as np
import pytest
from PIL import Image
from tqdm import tqdm

import kerasgan as kg
from kerasgan import cli
from kerasgan.export import files
from kerasgan.utils import progress

pytestmark = pytest.mark.any_backend


class Stderr(io.StringIO):
    terminal = True

    def isatty(self):
        return self.terminal


@pytest.fixture
def stderr(monkeypatch):
    """A terminal, on which bars are shown at once."""
    stderr = Stderr()
    monkeypatch.setattr(progress, "tqdm", functools.partial(tqdm, file=stderr))
    monkeypatch.setattr(progress, "DELAY", 0)
    monkeypatch.setattr(progress, "TICK", 0.01)
    return stderr


def test_a_bar_counts(stderr):
    assert list(progress.progress(iter("abc"), "letters", 3, "letter")) == ["a", "b", "c"]
    assert "letters: 100%" in stderr.getvalue() and "3/3" in stderr.getvalue()


def test_what_is_quick_or_no_terminal_shows_none(stderr, monkeypatch):
    monkeypatch.setattr(progress, "DELAY", 2)
    for stderr.terminal in (True, False):
        assert list(progress.progress("abc", "letters")) == ["a", "b", "c"]
        with progress.waiting("resting"):
            pass
    assert stderr.getvalue() == ""
    monkeypatch.setattr(progress, "DELAY", 0)
    assert list(progress.progress("abc", "letters")) == ["a", "b", "c"]
    with progress.waiting("resting"):
        time.sleep(0.05)
    assert stderr.getvalue() == ""


def test_a_clock_goes_on(stderr):
    end = time.monotonic() + 30
    with progress.waiting("resting"):
        while "resting: 00:01" not in stderr.getvalue() and time.monotonic() < end:
            time.sleep(0.02)
    assert "resting: 00:00" in stderr.getvalue() and "resting: 00:01" in stderr.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of a GAN, a translator and pictures."""
    folder = tmp_path_factory.mktemp("progress")
    units = {"generator_units": (4,), "discriminator_units": (4,)}
    kg.GAN((8, 8, 1), 4, **units).save(folder / "gan.keras")
    small = {"filters": 1, "blocks": 0, "discriminator": "pixel"}
    kg.Pix2Pix((8, 8, 1), (8, 8, 1), generator="resnet", **small).save(folder / "pix2pix.keras")
    (folder / "pictures").mkdir()
    for i in range(2):
        Image.fromarray(np.zeros((8, 8), "uint8")).save(folder / f"pictures/{i}.png")
    return folder


def test_commands_show_them(stderr, folder):
    pix2pix, pictures, out = (str(folder / name) for name in ("pix2pix.keras", "pictures", "out"))
    cli.main(["generate", str(folder / "gan.keras"), "--n", "2", "--out", str(folder / "x.png")])
    cli.main(["translate", pix2pix, "--data", pictures, "--out", out])
    assert "generate: 100%" in stderr.getvalue() and "translate: 100%" in stderr.getvalue()
    assert "2/2" in stderr.getvalue()


def test_scores_data_sets_and_exports_show_them(stderr, folder, monkeypatch):
    images = np.zeros((4, 8, 8, 1), "float32")
    pixels = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    for verbose, shown in ((0, False), (1, True)):
        kg.metrics.evaluate(images, images, "fd", pixels, cache=False, verbose=verbose)
        assert ("real images: 1it" in stderr.getvalue()) == shown
    fonts = pathlib.Path(matplotlib.get_data_path(), "fonts/ttf")
    pair = fonts / "DejaVuSans.ttf", fonts / "DejaVuSerif.ttf"
    (folder / "text.txt").write_text("what is drawn: all of these, once")
    kg.datasets.prepare(
        "glyphs", folder / "glyphs", size=16, fonts=pair, characters=folder / "text.txt"
    )
    assert "glyphs: 100%" in stderr.getvalue()
    labels = []

    def waiting(label):
        labels.append(label)
        return progress.waiting(label)

    monkeypatch.setattr(files, "waiting", waiting)
    kg.load(folder / "gan.keras").export(folder / "gan.weights.h5", "weights")
    assert labels == ["export"]
