"""Avatars that DiceBear makes of seeds, maps and outlines of them, and those with other hair."""

import colorsys
import contextlib
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from kerasgan.datasets.drawings import render
from kerasgan.datasets.facts import Facts
from kerasgan.datasets.sides import make_sides
from kerasgan.utils.packages import Package, read_package
from kerasgan.utils.progress import progress

CORE = Package(
    "@dicebear/core", "9.4.3", "6ca7dae651c74ad547e548fbe7c41f49aaa377cf4617259277518389bf6b1a3d"
)
STYLE = Package(
    "@dicebear/avataaars",
    "9.4.3",
    "0faf2184c2013afbccfec08949b27e24c7e4c678eaec009752dd2b03b113f33d",
)
SCRIPT = Path(__file__).parent / "data" / "avatars" / "draw.mjs"
PREFIX = "kg"  # of the seeds
TESTED = 20  # one of so many, the last, is for testing
COLOURS = {  # of the style: how many there are, and their hue in a map
    "skinColor": (7, 0.08),
    "hairColor": (10, 0.33),
    "facialHairColor": (10, 0.47),
    "clothesColor": (14, 0.62),
    "hatColor": (15, 0.8),
    "accessoriesColor": (15, 0.95),
}
SHADING = (".08", ".1", ".15", ".16", ".2", ".24", ".27", ".3")  # opacities of it
FLAT = "".join(f'[fill-opacity="{opacity}"]{{fill-opacity:0}}' for opacity in SHADING)
GREY = "#b0b0b0"  # of the outlines of what is white
HAIR = {"A": "d6b370", "B": "2c1b18"}  # fair and dark
WITH_HAIR = (
    *("bigHair", "bob", "bun", "curly", "curvy", "dreads", "dreads01", "dreads02", "frida"),
    *("frizzle", "fro", "froBand", "longButNotTooLong", "miaWallace", "shaggy", "shaggyMullet"),
    *("shavedSides", "shortCurly", "shortFlat", "shortRound", "shortWaved", "sides", "straight01"),
    *("straight02", "straightAndStrand", "theCaesar", "theCaesarAndSidePart"),
)


def make_avatars(
    folder: Path,
    *,
    size: int = 64,
    count: int = 8000,
    start: int = 0,
    packages: Path | None = None,
) -> Facts:
    """A folder avataaars of pictures."""
    (folder / "avataaars").mkdir()
    with _dicebear(start, count, packages) as (svgs, licence):
        drawn = progress(svgs({}), "avatars", count)
        for i, svg in enumerate(drawn, start):
            render(svg, size).save(folder / "avataaars" / f"{i:05}.png")
    return _facts(start, count, "", licence)


def make_avatar_parts(
    folder: Path,
    *,
    size: int = 64,
    count: int = 8000,
    start: int = 0,
    packages: Path | None = None,
) -> Facts:
    """Folders trainA and so on: A a map of the parts, and B the avatar.

    In a map each kind of part has a hue, hair green and clothes blue, and a brightness for each
    colour that it can have, so that the colours of B follow from it; shading is left out.
    """
    coded = {part: _brightnesses(*hue) for part, hue in COLOURS.items()}
    with _dicebear(start, count, packages) as (svgs, licence):
        maps = (render(svg, size, FLAT, crisp=True) for svg in svgs(coded))
        _pairs(folder, maps, svgs({}), size, start, count)
    return _facts(start, count, "; A is a map of the parts of B", licence)


def make_avatar_outlines(
    folder: Path,
    *,
    size: int = 64,
    count: int = 8000,
    start: int = 0,
    packages: Path | None = None,
) -> Facts:
    """Folders trainA and so on: A the outlines of each part in its colour, and B the avatar."""
    with _dicebear(start, count, packages) as (svgs, licence):
        outlines = (render(_outlined(svg), size, FLAT) for svg in svgs({}))
        _pairs(folder, outlines, svgs({}), size, start, count)
    return _facts(start, count, "; A is the outlines of B", licence)


def make_avatar_hair(
    folder: Path,
    *,
    size: int = 64,
    count: int = 8000,
    start: int = 0,
    packages: Path | None = None,
) -> Facts:
    """Folders trainA and so on: A faces of fair hair, and B of dark hair, in training others; in
    testing the same faces on both sides."""
    make_sides(folder)
    with _dicebear(start, count, packages) as (svgs, licence):
        dyed = [
            svgs({"top": WITH_HAIR, "hairColor": [colour], "facialHairColor": [colour]})
            for colour in HAIR.values()
        ]
        pairs = progress(zip(*dyed, strict=True), "faces", count)
        for i, pair in enumerate(pairs, start):
            part = _part(i, start, count)
            for which, (side, svg) in enumerate(zip(HAIR, pair, strict=True)):
                if part == "test" or i % 2 == which:
                    render(svg, size).save(folder / f"{part}{side}" / f"{i:05}.png")
    return _facts(start, count, "; A has fair hair, B dark hair", licence)


def _part(i, start, count):
    return "test" if i >= start + count - count // TESTED else "train"


def _pairs(folder, sides, avatars, size, start, count):
    make_sides(folder)
    pairs = progress(zip(sides, avatars, strict=True), "pairs", count)
    for i, (a, svg) in enumerate(pairs, start):
        part = _part(i, start, count)
        a.save(folder / f"{part}A" / f"{i:05}.png")
        render(svg, size).save(folder / f"{part}B" / f"{i:05}.png")


def _brightnesses(count, hue):
    """Colours, as hex digits, from bright to dark."""
    rgb = [colorsys.hsv_to_rgb(hue, 1, 1 - 0.65 * i / (count - 1)) for i in range(count)]
    return ["".join(f"{round(255 * part):02x}" for part in colour) for colour in rgb]


def _outlined(svg):
    """An SVG whose coloured shapes are white within lines of their colour; black ones stay."""

    def line(match):
        colour = match[1].lower()
        if colour in ("#000", "#000000"):
            return match[0]
        colour = GREY if colour in ("#fff", "#ffffff") else colour
        return f'fill="#fff" stroke="{colour}" stroke-width="5"'

    return re.sub(r'fill="(#[0-9A-Fa-f]{3,6})"', line, svg)


@contextlib.contextmanager
def _dicebear(start, count, packages):
    """A function from the style's options to SVGs, of the seeds kg0, kg1 and so on from
    number `start`, and the style's licence."""
    node = shutil.which("node")
    if node is None:
        raise ValueError(
            "Avatars are drawn by DiceBear, in JavaScript: install Node.js, from 18 on"
        )
    with tempfile.TemporaryDirectory(prefix="kerasgan-") as folder:
        for package in (CORE, STYLE):
            files = read_package(package, ("lib/", "package.json", "LICENSE"), packages)
            for name, content in files.items():
                path = Path(folder) / "node_modules" / package.name / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        script = shutil.copy(SCRIPT, folder)

        def svgs(options):
            given = json.dumps(
                {"start": start, "count": count, "prefix": PREFIX, "options": options}
            )
            with subprocess.Popen([node, script, given], stdout=subprocess.PIPE) as drawing:
                yield from map(json.loads, drawing.stdout)
            if drawing.returncode:
                raise ValueError(
                    "DiceBear stopped, see what it says above: Node.js must be 18 or newer. "
                    f"Received: exit status {drawing.returncode}"
                )

        yield svgs, files["LICENSE"].decode()


def _facts(start, count, more, licence):
    seeds = f"seeds {PREFIX}{start} to {PREFIX}{start + count - 1}"
    return Facts(
        f"npm packages {CORE} and {STYLE}, {seeds}{more}",
        "free for personal and commercial use (https://avataaars.com)",
        "Avataaars by Pablo Stanley, drawn by DiceBear",
        licence,
    )
