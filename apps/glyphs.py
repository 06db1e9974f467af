"""Draw the characters that a font lacks, in its style, after another font that has them.

    python apps/glyphs.py DejaVuSans.ttf MyFont.ttf             # all that MyFont lacks
    python apps/glyphs.py Noto.ttc#2 WenKai.ttf --chars big5hkscs --dtype mixed_bfloat16
    python apps/glyphs.py Noto.ttc#2 WenKai.ttf --chars wanted.txt --size 128

FILE#2 is the typeface number 2, counted from 0, of a collection (.ttc). Characters that both fonts
have are drawn from both, in pairs, and pix2pix learns from these to turn one typeface into the
other; then it turns the missing ones. Of the shared characters it takes those of the scripts that
the missing ones are of, some of which it does not train on: they show, and the last line tells, how
well it does. A few hundred pairs are little, 3,000 are enough.

Leaves in the run's folder `glyphs/U+4E1F.png` and so on, `sheet.png` with all of them, `test.png`
(given, made and true, for characters kept from training), `model.keras`, `samples/`, `latest.png`,
`history.csv`, `losses.png` and `checkpoints/`. A glyph stands on its font's baseline, at the height
that `kerasgan.datasets.prepare("glyphs", ...)` draws it at: the font's em is 27/32 of the side.

Stopped by Ctrl-C or a crash, the same command goes on from the end of the last whole epoch. Run
again after its end, it draws anew from `model.keras`. For other fonts choose another --out.
"""

import argparse
import unicodedata
from pathlib import Path

import keras
import numpy as np

import kerasgan as kg
from kerasgan.datasets.glyphs import draw, read_typeface

COLUMNS = 32  # of the sheet
SHOWN = 16  # test characters in `test.png`


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", help="font file that has the characters")
    parser.add_argument("target", help="font file that lacks them")
    parser.add_argument(
        "--chars", help="a text file of what is wanted, or an encoding: big5, cp1250"
    )
    parser.add_argument("--size", type=int, default=64, help="side of the pictures, in pixels")
    parser.add_argument("--pairs", type=int, default=3400, help="at most, to train on")
    parser.add_argument("--test", type=int, default=64, help="pairs kept from training")
    parser.add_argument("--filters", type=int, default=32, help="width of the networks")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--dtype", default="float32", help="mixed_bfloat16 where that is quicker")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default="runs/glyphs", help="folder of the run")
    args = parser.parse_args(argv)
    keras.utils.set_random_seed(args.seed)

    # What is missing, and what there is to learn from.
    try:
        source, target = map(read_typeface, (args.source, args.target))
        lacking = (source.characters - target.characters) & wanted(args.chars, source.characters)
    except (ImportError, LookupError, OSError, ValueError) as error:
        parser.error(str(error))
    missing, given = drawn(sorted(lacking), [source], args.size)
    if not missing:
        parser.error("The second font lacks nothing of what is wanted that the first one has.")
    shared = alike(source.characters & target.characters, missing)
    shared = np.random.default_rng(args.seed).permutation(shared)[: args.pairs + args.test]
    found, *pairs = drawn(shared, [source, target], args.size)
    if len(found) < args.test + args.batch_size:
        parser.error(
            f"The fonts share {len(found)} characters of these scripts: too few to learn from, "
            f"with {args.test} kept for the test and batches of {args.batch_size}."
        )
    test, train = [side[: args.test] for side in pairs], [side[args.test :] for side in pairs]
    print(f"{len(missing)} characters are missing; {len(train[0])} pairs to learn from")

    if (args.out / "model.keras").exists():
        gan = kg.Pix2Pix.from_preset(args.out)
    else:
        gan = trained(tuple(train), [scaled(side[:SHOWN]) for side in test], args)
        gan.save(args.out / "model.keras")

    # The missing ones, each in its file, and all in one.
    made = gan.translate(scaled(given))
    for character, image in zip(missing, made, strict=True):
        picture = kg.utils.image_grid(image[None], 1, padding=0)
        kg.utils.save_image(picture, args.out / "glyphs" / f"U+{ord(character):04X}.png")
    sheet = kg.utils.image_grid(made, min(COLUMNS, len(made)), padding=0)
    kg.utils.save_image(sheet, args.out / "sheet.png")

    a, b = (scaled(side) for side in test)
    fake = gan.translate(a)
    rows = np.concatenate([images[:SHOWN] for images in (a, fake, b)])
    strip = kg.utils.image_grid(rows, min(SHOWN, len(a)), padding=0)
    kg.utils.save_image(strip, args.out / "test.png")
    l1, untouched = (np.abs(images - b).mean() for images in (fake, a))
    print(f"look at {args.out}/sheet.png, {args.out}/test.png and {args.out}/glyphs")
    print(f"mean error on {len(a)} test characters {l1:.3f}; of the first font's {untouched:.3f}")
    return gan


def wanted(chars, has):
    """Those of some characters that a text file or an encoding holds."""
    if chars is None:
        return has
    if Path(chars).is_file():
        return {*Path(chars).read_text(encoding="utf-8")}
    "".encode(chars)  # an unknown name is a LookupError
    return {character for character in has if character.encode(chars, "ignore")}


def script(character):
    """The first word of a character's name: LATIN, CJK, HANGUL."""
    return unicodedata.name(character, "").split(" ")[0]


def alike(shared, missing):
    """Those of the scripts that the missing ones are of, in order."""
    scripts = set(map(script, missing))
    return sorted(character for character in shared if script(character) in scripts)


def drawn(characters, typefaces, size):
    """Those that are letters, digits or signs, and how they look.

    Args:
        characters: list of str.
        typefaces: list of `kerasgan.datasets.glyphs.Typeface`, which have them.
        size: int, the pictures' side.

    Returns:
        A list: the characters, without those that a font leaves blank; then, for each font, a uint8
        array (n, size, size, 1), black on white.
    """
    characters = [each for each in characters if unicodedata.category(each)[0] in "LNPS"]
    sides = np.empty((len(typefaces), len(characters), size, size, 1), "uint8")
    for side, typeface in zip(sides, typefaces, strict=True):
        for i, picture in enumerate(draw(typeface, "".join(characters), size)):
            side[i, :, :, 0] = picture
    inked = (sides.min(axis=(2, 3, 4)) < 128).all(axis=0)
    return [list(np.compress(inked, characters)), *sides[:, inked]]


def scaled(images):
    """Bytes as numbers in [-1, 1]."""
    return images.astype("float32") / 127.5 - 1


def trained(pairs, shown, args):
    """A new model, or one whose training was broken off, trained to its end."""
    data = kg.datasets.load_paired(pairs, args.batch_size, flip=False, seed=args.seed)
    shape = data.element_spec[0].shape[1:]
    widths = {"filters": args.filters, "discriminator_filters": args.filters}
    judge = {"discriminator_layers": 2, "normalization": "batch"}  # patches of 34 pixels: strokes
    gan = kg.Pix2Pix(shape, shape, **widths, **judge, dtype=args.dtype, seed=args.seed)
    half = args.epochs // 2
    rate = kg.optimizers.LinearDecay(2e-4, len(data), half, args.epochs - half)
    gan.compile(optimizer=keras.optimizers.Adam(rate, beta_1=0.5))
    saving = kg.callbacks.Checkpoints(args.out / "checkpoints")
    callbacks = [
        kg.callbacks.TranslationGrid(args.out, *shown),
        kg.callbacks.LossHistory(args.out),
        saving,
    ]
    gan.fit(data, initial_epoch=saving.restore(gan), epochs=args.epochs, callbacks=callbacks)
    return gan


if __name__ == "__main__":
    main()
