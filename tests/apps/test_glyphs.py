import re
import shutil

import numpy as np
import pytest
from matplotlib import get_data_path
from PIL import Image

import kerasgan as kg
from apps import glyphs
from kerasgan.datasets.glyphs import read_typeface

pytestmark = pytest.mark.any_backend

FONTS = f"{get_data_path()}/fonts/ttf"
SANS, SERIF, TIMES = (
    f"{FONTS}/{name}.ttf" for name in ("DejaVuSans", "DejaVuSerif", "STIXGeneral")
)
LACKING = 0x2C62, 0x2C65  # letters of DejaVu Sans that DejaVu Serif lacks


@pytest.fixture
def app(tmp_path):
    """Runs the app with a small network on a few small pictures."""
    usual = {"chars": tmp_path / "wanted.txt", "size": 16, "pairs": 8, "test": 3, "filters": 2}
    usual |= {"batch-size": 4, "epochs": 2, "out": tmp_path / "run"}
    text = "A " + "".join(map(chr, LACKING)) + "\u4e00\n"  # one that both have, one that none has
    usual["chars"].write_text(text, encoding="utf-8")

    def run(source=SANS, target=SERIF, **options):
        given = {**usual, **{name.replace("_", "-"): value for name, value in options.items()}}
        words = [word for k, v in given.items() for word in (f"--{k}", str(v))]
        return glyphs.main([source, target, *words])

    return run


def picture(path):
    return np.asarray(Image.open(path))


def test_from_two_fonts_to_what_one_of_them_lacks(app, tmp_path, capsys):
    gan = app()
    said = capsys.readouterr().out
    assert "2 characters are missing; 8 pairs to learn from" in said
    assert int(gan.optimizer["generator"].iterations) == 4
    run = tmp_path / "run"
    files = sorted((run / "glyphs").iterdir())
    assert [file.name for file in files] == [f"U+{code:04X}.png" for code in LACKING]

    _, given = glyphs.drawn(map(chr, LACKING), [read_typeface(SANS)], 16)
    want = np.rint((gan.translate(given / 127.5 - 1) + 1) * 127.5)[..., 0]
    made = np.stack([picture(file) for file in files])
    assert np.abs(made - want).max() <= 1
    assert (picture(run / "sheet.png") == np.concatenate(list(made), axis=1)).all()

    given, fake, true = np.split(picture(run / "test.png") / 127.5 - 1, 3)
    assert given.shape == (16, 3 * 16)
    told = [float(number) for number in re.findall(r"0\.\d{3}", said.splitlines()[-1])]
    want = [np.abs(rows - true).mean() for rows in (fake, given)]
    np.testing.assert_allclose(told, want, atol=3e-3)  # of bytes


def test_opens_what_it_made(app, tmp_path):
    app()
    first = picture(tmp_path / "run/sheet.png")
    shutil.rmtree(tmp_path / "run/glyphs")
    assert isinstance(app(epochs=50), kg.Pix2Pix)  # which would take other steps
    assert (picture(tmp_path / "run/sheet.png") == first).all()
    assert len(list((tmp_path / "run/glyphs").iterdir())) == 2


def test_goes_on_where_it_was_stopped(app, epochs):
    epochs.stop_at = 1
    with pytest.raises(KeyboardInterrupt):
        app()
    epochs.stop_at = None
    gan = app()
    assert epochs == [0, 1] and int(gan.optimizer["generator"].iterations) == 4


def test_an_encoding_names_what_is_wanted():
    has, lacks = (read_typeface(font).characters for font in (SANS, TIMES))
    welsh = glyphs.wanted("iso8859_14", has) & (has - lacks)
    assert sorted(welsh)[:3] == ["\u1e02", "\u1e03", "\u1e0a"]
    assert glyphs.wanted(None, has) is has


def test_learns_from_the_scripts_of_what_is_missing():
    assert glyphs.alike({*"Aα\u05d0é"}, ["b", "\u05d1"]) == ["A", "é", "\u05d0"]


def test_what_is_no_letter_digit_or_sign_or_is_left_blank_is_left_out():
    # a space, an accent that stands on another letter, the blank pattern of Braille
    typefaces = list(map(read_typeface, (SANS, SANS)))
    found, a, b = glyphs.drawn([" ", "\u0301", "\u2800", "E", "7"], typefaces, 64)
    assert found == ["E", "7"] and a.shape == b.shape == (2, 64, 64, 1)
    assert a.dtype == "uint8" and (a == b).all() and (a[0] != a[1]).any()
    assert a.min() == 0 and a.max() == 255


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"chars": "no_such_file"}, "no_such_file"),
        ({"source": SERIF, "target": SANS, "chars": "ascii"}, "lacks nothing"),
        ({"source": __file__}, "no font file that can be read"),
        ({"target": "missing.ttf"}, "missing.ttf"),
        ({"test": 2000}, "too few to learn from"),
    ],
)
def test_what_it_refuses(app, tmp_path, capsys, options, message):
    with pytest.raises(SystemExit):
        app(**options)
    assert message in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
