"""Emoji and avatars, drawn from what packages hold."""

import csv
import io
import json
from pathlib import Path

from PIL import Image

from kerasgan.datasets.facts import Facts
from kerasgan.datasets.sides import make_sides, split
from kerasgan.utils.packages import Package, read_package
from kerasgan.utils.progress import progress

GOOGLE = Package(
    "emoji-datasource-google",
    "16.0.0",
    "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
)
TWITTER = Package(
    "emoji-datasource-twitter",
    "16.0.0",
    "f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877",
)
OPENMOJI = Package(
    "openmoji", "17.0.0", "55ee7d13485dec86e9f38c1f3a645a13382d33ff97c0cd845ee824b0aef45e68"
)
LARGEST_EMOJI = 64  # pixels, as the packages have them


def make_emoji(folder: Path, *, size: int = 64, packages: Path | None = None) -> Facts:
    """Folders trainA, trainB, testA and testB, A Google's and B Twitter's, and a table."""
    if size > LARGEST_EMOJI:
        raise ValueError(f"The packages have emoji of 64 pixels at most. Received: {size=}")
    google = read_package(GOOGLE, ("emoji.json", "img/google/64/"), packages)
    twitter = read_package(TWITTER, ("img/twitter/64/",), packages)
    emoji = [
        one
        for one in json.loads(google["emoji.json"])
        if one["has_img_google"] and one["has_img_twitter"] and one["category"] != "Component"
    ]
    splits = split([one["image"] for one in emoji], len(emoji) * 300 // 1906)
    make_sides(folder)
    with (folder / "index.tsv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, "excel-tab", lineterminator="\n")
        table.writerow(("split", "file", "category", "name"))
        for one in progress(emoji, "emoji"):
            name = one["image"]
            table.writerow((splits[name], name, one["category"], one["name"]))
            for side, files, maker in (("A", google, "google"), ("B", twitter, "twitter")):
                picture = on_white(files[f"img/{maker}/64/{name}"])
                if size < LARGEST_EMOJI:
                    picture = picture.resize((size, size), Image.Resampling.LANCZOS)
                picture.save(folder / f"{splits[name]}{side}" / name)
    return Facts(
        f"{len(emoji)} emoji from the npm packages {GOOGLE} (A) and {TWITTER} (B)",
        "A: Apache-2.0 (https://www.apache.org/licenses/LICENSE-2.0); "
        "B: CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
        "A: Noto Emoji, (c) Google; B: Twemoji, (c) Twitter, Inc and other contributors",
    )


def make_openmoji(folder: Path, *, size: int = 64, packages: Path | None = None) -> Facts:
    """Folders train/A and so on: A the line art, grey, and B the coloured emoji.

    Of those with the same line art, such as the skin tones of a face, the first is taken; no flags.
    """
    files = read_package(OPENMOJI, ("data/openmoji.json", "black/svg/", "color/svg/"), packages)
    known = json.loads(files["data/openmoji.json"])
    candidates = sorted(
        f"{one['hexcode']}.svg" for one in known if not one["skintone"] and one["group"] != "flags"
    )
    drawn: dict[bytes, tuple[str, Image.Image]] = {}
    for name in progress(candidates, "line art"):
        picture = render(files[f"black/svg/{name}"].decode(), size).convert("L")
        drawn.setdefault(picture.tobytes(), (name, picture))
    splits = split([name for name, _ in drawn.values()], len(drawn) * 200 // 2036)
    for part in ("train", "test"):
        for side in ("A", "B"):
            (folder / part / side).mkdir(parents=True)
    for name, lines in progress(drawn.values(), "coloured"):
        file = f"{Path(name).stem}.png"
        lines.save(folder / splits[name] / "A" / file)
        render(files[f"color/svg/{name}"].decode(), size).save(folder / splits[name] / "B" / file)
    return Facts(
        f"{len(drawn)} emoji from the npm package {OPENMOJI}",
        "CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/)",
        "OpenMoji, the open-source emoji and icon project (https://openmoji.org)",
    )


def render(svg: str, size: int, style: str | None = None, crisp: bool = False) -> Image.Image:
    """Draws an SVG on white.

    Args:
        svg: str, its text.
        size: int, height and width in pixels.
        style: str, CSS that comes on top of it, or None.
        crisp: bool, whether edges are hard, each pixel of one colour.

    Raises:
        ImportError: if resvg-py is not installed.
    """
    try:
        import resvg_py
    except ImportError as error:
        raise ImportError('SVGs are drawn by resvg-py: pip install "kerasgan[data]"') from error
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        width=size,
        height=size,
        style_sheet=style,
        shape_rendering="crisp_edges" if crisp else "geometric_precision",
        skip_system_fonts=True,
    )
    return on_white(bytes(png))


def on_white(png: bytes) -> Image.Image:
    """Opens a picture, laid over white where it is transparent."""
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    return ground.convert("RGB")
