"""Characters drawn in two typefaces, paired by their code points."""

import string
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from kerasgan.datasets.facts import Facts
from kerasgan.datasets.sides import make_sides, split
from kerasgan.utils.files import expanded
from kerasgan.utils.progress import progress
from kerasgan.utils.types import PathLike

DEBIAN = {  # the typefaces that are drawn if no others are named, and the packages they are in
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc#2": "fonts-noto-cjk",
    "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf": "fonts-lxgw-wenkai",
}
NAMES = (("name", 4), ("by", 0), ("licence", 13), ("address", 14))  # their numbers in a font
ALL = "all"  # what is drawn: the letters of every script that both typefaces have
FEWEST = 10  # characters that both typefaces must have


class Typeface(NamedTuple):
    """A typeface: its file, which of the file's it is, and the characters that it has."""

    path: Path
    number: int
    characters: set[str]
    about: dict[str, str]  # by NAMES, as far as it tells


def common_characters() -> str:
    """The 3,755 common Chinese characters, level 1 of GB 2312, in its order.

    Example:

    >>> len(common_characters()), common_characters()[:3]
    (3755, '啊阿埃')
    """
    rows, cells = range(16 + 160, 56 + 160), range(1 + 160, 95 + 160)
    codes = [bytes([row, cell]) for row in rows for cell in cells]
    return b"".join(codes[:3755]).decode("gb2312")


def read_typeface(font: PathLike) -> Typeface:
    """Reads what a typeface has.

    Args:
        font: str or path-like, a font file; of a collection (.ttc) FILE#N is its typeface N,
            counted from 0.

    Raises:
        ValueError: if there is no such typeface.
        ImportError: if fonttools is not installed.
    """
    try:
        from fontTools.ttLib import TTFont, TTLibError
    except ImportError as error:
        raise ImportError('Fonts are read by fonttools: pip install "kerasgan[data]"') from error
    name, _, index = str(font).rpartition("#")
    path, number = (name, int(index)) if name and index.isdecimal() else (str(font), 0)
    try:
        with TTFont(expanded(path), fontNumber=number, lazy=True) as opened:
            names = opened["name"]
            told = {key: names.getDebugName(i) for key, i in NAMES}
            known = {chr(code) for code in opened.getBestCmap()}
    except (TTLibError, OSError, KeyError, AttributeError) as error:
        raise ValueError(
            f"This is no font file that can be read: {error}. Received: {font=}"
        ) from error
    about = {key: " ".join((value or "unknown").split()) for key, value in told.items()}
    return Typeface(expanded(path), number, known, about)


def draw(typeface: Typeface, characters: str, size: int) -> Iterator[Image.Image]:
    """Draws characters black on white, one after another, each in the middle of a grey square.

    Args:
        typeface: `Typeface`.
        characters: str, which the typeface should have.
        size: int, height and width in pixels, of which the letters take 27/32.
    """
    font = ImageFont.truetype(typeface.path, round(size * 27 / 32), index=typeface.number)
    middle = (size / 2, size / 2)
    for character in characters:
        picture = Image.new("L", (size, size), 255)
        ImageDraw.Draw(picture).text(middle, character, font=font, fill=0, anchor="mm")
        yield picture


def make_glyphs(
    folder: Path,
    *,
    size: int = 64,
    fonts: Sequence[PathLike] | None = None,
    characters: PathLike | None = None,
) -> Facts:
    """Folders trainA, trainB, testA and testB; the same name is the same code point."""
    faces = [read_typeface(font) for font in fonts or _of_debian()]
    if len(faces) != 2:
        raise ValueError(f"Two fonts are paired. Received: fonts={list(map(str, fonts or ()))}")
    wanted = common_characters() if characters in (None, ALL) else _read(characters)
    both = faces[0].characters & faces[1].characters
    drawn = tested = "".join(character for character in wanted if character in both)
    if characters == ALL:
        drawn += "".join(sorted({c for c in both if c.isalpha()} - set(drawn)))
    if len(drawn) < FEWEST:
        raise ValueError(
            f"The fonts have {len(drawn)} of the {len(wanted)} characters in common, which are too "
            f"few: take other fonts, or a text of what they have. Received: {characters=}"
        )
    tested = tested or drawn
    splits = dict.fromkeys(drawn, "train") | split(tested, len(tested) * 355 // 3755)
    make_sides(folder)
    pictures = zip(drawn, *(draw(face, drawn, size) for face in faces), strict=True)
    for character, *sides in progress(pictures, "glyphs", len(drawn)):
        for side, picture in zip("AB", sides, strict=True):
            picture.save(folder / f"{splits[character]}{side}" / f"{ord(character):04x}.png")
    a, b = (face.about for face in faces)
    return Facts(
        f"{len(drawn)} characters, A in {a['name']}, B in {b['name']}",
        f"of the fonts: A {a['address']}, B {b['address']}",
        f"{a['name']}, {a['by']}; {b['name']}, {b['by']}",
        f"A: {a['licence']}\n\nB: {b['licence']}",
    )


def _of_debian():
    missing = [
        package for font, package in DEBIAN.items() if not Path(font.split("#")[0]).is_file()
    ]
    if missing:
        raise ValueError(
            f"There are no fonts to draw with: on Debian, `apt-get install {' '.join(missing)}`, "
            "or name two font files by fonts=(A, B) (--fonts A B). Received: fonts=None"
        )
    return list(DEBIAN)


def _read(path):
    try:
        text = expanded(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"This is no text in UTF-8: {error}. Received: {path=}") from error
    left_out = {*string.whitespace, "\ufeff"}
    return "".join(character for character in dict.fromkeys(text) if character not in left_out)
