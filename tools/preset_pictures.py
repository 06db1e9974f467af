"""Draws what the presets make, as one picture: python -m tools.preset_pictures [PRESET ...].

Nothing is chosen: of a model that draws it is the first ten images of seed 0, of one with classes
one a class, of a translator ten images evenly spaced in its test split, in lines of what was given,
what was made of it and, where that is known, what is true. A translator's data are looked for in
`--data`, the folder in which `kerasgan data` made them, X_test before X_train; without them it is
left out, which is said. The last lines name whom the pictures' readers must be told of.
"""

import argparse
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kerasgan import presets
from kerasgan.runs import Configuration
from kerasgan.runs.data import some
from kerasgan.utils.files import replacing
from kerasgan.utils.images import evenly, image_grid

COLUMNS = 10
AMONG = 1000  # a translator's images are of these first ones
SIDE = 140  # pixels of an image on the picture, about
PITCH = SIDE + 4
TITLE = 46
MOST = 400_000  # bytes of the file


def picture(names: Sequence[str] = (), data: str | Path = ".") -> Image.Image:
    """What presets make, each below its name and kind.

    Args:
        names: list of str, presets in the order of the picture; none for all, drawing ones first.
        data: str or path-like, the folder in which the translators' data lie by their names.

    Returns:
        A Pillow image.
    """
    rows: list[tuple[str, str, list[np.ndarray]]] = []
    for name in names or sorted(presets.list(), key=_translates):
        card = presets.card(name)
        draw = _translated if _translates(name) else _drawn
        rows.extend((name, *found) for found in draw(presets.load(name), card, Path(data)))
    lines = [[_line(images) for images in groups] for _, _, groups in rows]
    height = sum(TITLE + sum(line.height for line in group) for group in lines)
    whole = Image.new("RGB", (COLUMNS * PITCH, height), "white")
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(26)
    y = 0
    for (name, kind, _), group in zip(rows, lines, strict=True):
        pen.text((2, y + TITLE - 10), name, "black", font, anchor="ls")
        pen.text((18 + font.getlength(name), y + TITLE - 10), kind, "#666", font, anchor="ls")
        y += TITLE
        for line in group:
            whole.paste(line, (0, y))
            y += line.height
    return whole


def _translates(name):
    config = presets.card(name)["config"]
    return "shape_a" in config or "scale" in config


def _drawn(model: Any, card: dict, data: Path) -> Iterator[tuple[str, list[np.ndarray]]]:
    """Its first images of seed 0, of classes in turn."""
    labels = np.arange(COLUMNS) % model.num_classes if model.num_classes else None
    kind = f"{card['class']}, one a class" if model.num_classes else card["class"]
    yield kind, [model.generate(COLUMNS, seed=0, labels=labels)]


def _translated(model: Any, card: dict, data: Path) -> Iterator[tuple[str, list[np.ndarray]]]:
    """What is given, made and true, of images all over the test split, in each direction."""
    folder = data / card["data"]
    unseen = data / card["data"].replace("_train", "_test")
    folder = unseen if unseen.is_dir() else folder
    if not folder.is_dir():
        print(f"{card['name']} is left out: there is no {folder}")
        return
    config = Configuration(
        card["class"], {"source": str(folder), "batch_size": 1}, epochs=1, model=card["config"]
    )
    batch, split = some(config, AMONG)
    sides = [side[evenly(range(len(side)), COLUMNS)] for side in model.sides(batch)]
    known = model.scale > 1 or getattr(model, "paired", False) or _same_names(folder, split)
    for direction, (given, true) in zip(model.directions, (sides, sides[::-1]), strict=False):
        images = [given, model.translate(given, direction), *([true] if known else [])]
        what = ["given", "made", "true"][: len(images)]
        of = "" if split == "test" or folder.name.endswith("_test") else " (training images)"
        yield f"{card['class']}: {', '.join(what)}{of}", images


def _same_names(folder, split):
    """Whether what has the same name on both sides belongs together, as in `glyphs`."""
    a, b = (sorted(path.name for path in folder.glob(f"{split}{side}/*")) for side in "AB")
    return bool(a) and a == b


def _line(images):
    """Images beside each other, each in the middle of its place."""
    height, width = images.shape[1:3]
    scale = max(SIDE // max(height, width), 1) if max(height, width) <= SIDE else 0
    size = (width * scale, height * scale) if scale else (SIDE, SIDE * height // width)
    line = Image.new("RGB", (COLUMNS * PITCH, size[1] + PITCH - SIDE), "white")
    for i, image in enumerate(images):
        pixels = image_grid(image[None], 1, padding=0)
        drawn = Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)
        drawn = drawn.resize(size, Image.Resampling.NEAREST if scale else Image.Resampling.LANCZOS)
        line.paste(drawn, (i * PITCH + (PITCH - size[0]) // 2, 0))
    return line


def save(image: Image.Image, path: str | Path) -> int:
    """Writes a picture as WebP of the best quality with which it takes less than 400 kB.

    Args:
        image: a Pillow image.
        path: str or path-like, a `.webp` file.

    Returns:
        The file's size in bytes.
    """
    for quality in (95, 90, 80, 70, 60, 50):
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=quality, method=6)
        if buffer.tell() < MOST:
            break
    with replacing(path) as temporary:
        Path(temporary).write_bytes(buffer.getvalue())
    return buffer.tell()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", help="in this order; all, if none is named")
    parser.add_argument("--data", default=".", help="folder that holds the translators' data")
    parser.add_argument("--out", default="docs/presets.webp")
    args = parser.parse_args()
    print(f"{args.out}: {save(picture(args.presets, args.data), args.out):,} bytes")
    cards = map(presets.card, args.presets or presets.list())
    print("\n".join(sorted({card["attribution"] for card in cards if "attribution" in card})))
