from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image

from kerasgan.datasets import glyphs

pytestmark = pytest.mark.any_backend
FONTS = Path(matplotlib.get_data_path(), "fonts/ttf")
SANS, SERIF = FONTS / "DejaVuSans.ttf", FONTS / "DejaVuSerif.ttf"


def test_the_common_characters_are_those_of_gb_2312():
    characters = glyphs.common_characters()
    assert len(set(characters)) == 3755 and characters[-1] == "座"
    assert all("\u4e00" <= character <= "\u9fff" for character in characters)


def test_what_a_typeface_has():
    typeface = glyphs.read_typeface(SANS)
    assert {"A", "é", "я"} <= typeface.characters and "字" not in typeface.characters
    assert typeface.about["name"] == "DejaVu Sans" and "Bitstream" in typeface.about["by"]


def test_a_character_is_drawn_black_on_white_in_the_middle():
    (picture,) = glyphs.draw(glyphs.read_typeface(SANS), "+", 64)
    ink = 255 - np.asarray(picture, int)
    assert picture.mode == "L" and picture.size == (64, 64) and ink.max() == 255
    ys, xs = np.nonzero(ink)
    assert abs(xs.min() + xs.max() - 63) <= 2 and 25 < np.ptp(xs) < 54


def test_drawn_twice_the_bytes_are_the_same(tmp_path):
    made = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        text = tmp_path / "text"
        text.write_text("the quick brown fox jumps over the lazy dog 字", encoding="utf-8")
        facts = glyphs.make_glyphs(folder, size=16, fonts=(SANS, SERIF), characters=text)
        files = {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*.png")}
        made.append(files)
    assert made[0] == made[1] and len(made[0]) == 2 * 26
    assert facts.source == "26 characters, A in DejaVu Sans, B in DejaVu Serif"


def test_the_same_name_is_the_same_character(tmp_path):
    text = tmp_path / "text"
    text.write_text("".join(map(chr, range(0x400, 0x440))), encoding="utf-8")
    glyphs.make_glyphs(tmp_path, size=16, fonts=[str(SANS), f"{SERIF}#0"], characters=text)
    names = {}
    for part in ("trainA", "trainB", "testA", "testB"):
        names[part] = sorted(path.name for path in (tmp_path / part).iterdir())
    assert names["trainA"] == names["trainB"] and names["testA"] == names["testB"]
    assert len(names["testA"]) == 64 * 355 // 3755 and len(names["trainA"]) == 64 - 6
    name = names["trainB"][0]
    (want,) = glyphs.draw(glyphs.read_typeface(SERIF), chr(int(name[:-4], 16)), 16)
    np.testing.assert_array_equal(Image.open(tmp_path / "trainB" / name), want)


def test_all_that_both_have_and_what_is_tested(tmp_path, monkeypatch):
    monkeypatch.setattr(glyphs, "common_characters", lambda: "字abcdefghijklmnopqrstuvwxyz")
    names = {}
    for wanted in (None, "all"):
        folder = tmp_path / str(wanted)
        folder.mkdir()
        glyphs.make_glyphs(folder, size=16, fonts=(SANS, SERIF), characters=wanted)
        for part in ("train", "test"):
            names[wanted, part] = {path.name for path in (folder / f"{part}B").iterdir()}
    assert names["all", "test"] == names[None, "test"] and len(names[None, "test"]) == 2
    assert names["all", "train"] > names[None, "train"]
    everywhere = glyphs.read_typeface(SANS).characters & glyphs.read_typeface(SERIF).characters
    letters = {f"{ord(c):04x}.png" for c in everywhere if c.isalpha()}
    assert names["all", "train"] | names["all", "test"] == letters


def test_all_of_fonts_without_common_characters(tmp_path):
    glyphs.make_glyphs(tmp_path, size=16, fonts=(SANS, SERIF), characters="all")
    drawn, tested = (len(list((tmp_path / part).iterdir())) for part in ("trainA", "testA"))
    assert tested == (drawn + tested) * 355 // 3755 > 100


def test_what_cannot_be_drawn(tmp_path, monkeypatch):
    text = tmp_path / "text"
    text.write_text("abc", encoding="utf-8")
    with pytest.raises(ValueError, match="have 3 of the 3 characters in common, .* too few"):
        glyphs.make_glyphs(tmp_path, fonts=(SANS, SERIF), characters=text)
    with pytest.raises(ValueError, match="Two fonts are paired. Received: fonts="):
        glyphs.make_glyphs(tmp_path, fonts=[SANS])
    with pytest.raises(ValueError, match="This is no font file that can be read: .*text"):
        glyphs.read_typeface(text)
    with pytest.raises(ValueError, match="This is no font file"):
        glyphs.read_typeface(tmp_path / "none.ttf")
    with pytest.raises(ValueError, match="This is no text in UTF-8"):
        glyphs.make_glyphs(tmp_path, fonts=(SANS, SERIF), characters=SANS)
    monkeypatch.setattr(glyphs, "DEBIAN", {"/none#2": "fonts-none", "/other": "fonts-other"})
    with pytest.raises(ValueError, match="apt-get install fonts-none fonts-other"):
        glyphs.make_glyphs(tmp_path)
