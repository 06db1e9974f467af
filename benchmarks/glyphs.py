"""Which character is it? Translated glyphs, named by the nearest true one.

    python -m benchmarks.glyphs --model RUN --data glyphs [--direction AtoB]

The true glyphs of both the training and the test images are candidates. All are blurred, by a
Gaussian of 2 pixels, and made smaller, to 32 pixels; the nearest is that of the greatest cosine
similarity, ink counting from 0. Printed are the shares of the test glyphs that are named right, for
the translation, for the glyph as it is and, as a bound, for the true glyphs shifted by one pixel;
and the mean absolute error on the scale of [-1, 1].
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from benchmarks.results import markdown

BLUR, SIDE = 2, 32


def prepared(images):
    """Vectors (n, 1024) of length one, of grey images (n, height, width, 1) in [-1, 1]."""
    vectors = []
    for image in np.clip(127.5 - 127.5 * images[..., 0], 0, 255).astype("uint8"):
        ink = Image.fromarray(image).filter(ImageFilter.GaussianBlur(BLUR)).resize((SIDE, SIDE))
        vectors.append(np.asarray(ink, "float32").ravel())
    vectors = np.stack(vectors)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def named_right(images, true, others):
    """The share of images that are nearest to the true one.

    Args:
        images: float array (n, height, width, 1) in [-1, 1].
        true: float array like it, the same characters.
        others: float array (m, height, width, 1), other characters.

    Example:

    >>> bars = np.ones((3, 64, 64, 1), "float32")
    >>> for i in range(3):
    ...     bars[i, 20 * i : 20 * i + 8] = -1
    >>> float(named_right(bars[:2], bars[:2], bars[2:]))
    1.0
    >>> float(named_right(bars[:2], bars[1::-1], bars[2:]))
    0.0
    """
    candidates = prepared(np.concatenate([true, others]))
    nearest = np.argmax(prepared(images) @ candidates.T, axis=1)
    return np.mean(nearest == np.arange(len(images)))


def scores(model, data, direction="AtoB"):
    """Scores of a translator of glyphs, and what it made.

    Args:
        model: a translator.
        data: path-like, the folder of glyphs.
        direction: str, "AtoB" or "BtoA".

    Returns:
        A dict of dicts of floats, and (given, made, true) images.
    """
    import kerasgan as kg
    from benchmarks.translation import all_images

    pairs = {"drop_remainder": False, "batch_size": 100}
    train = all_images(kg.datasets.load_paired(data, **pairs, flip=False))
    test = all_images(kg.datasets.load_paired(data, **pairs, split="test"))
    to_b = direction == "AtoB"
    given, true = test if to_b else test[::-1]
    others = train[to_b]
    made = model.translate(given, direction)
    found = {}
    for name, images in {"made": made, "as it is": given, "true, shifted": shifted(true)}.items():
        found[name] = {
            "l1": float(np.abs(images - true).mean()),
            "named": float(named_right(images, true, others)),
        }
    return found, (given, made, true)


def shifted(images):
    """Images one pixel further down."""
    return np.concatenate([images[:, :1], images[:, :-1]], axis=1)


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", required=True, help="a run's folder, a preset or a .keras file")
    parser.add_argument("--data", required=True, type=Path, help="the folder of glyphs")
    parser.add_argument("--direction", choices=("AtoB", "BtoA"), default="AtoB")
    args = parser.parse_args(argv)

    from kerasgan import presets

    found, _ = scores(presets.load(args.model), args.data, args.direction)
    lines = ([name, f"{s['l1']:.4f}", f"{100 * s['named']:.1f}"] for name, s in found.items())
    print(markdown(["", "L1", "named right, %"], lines))


if __name__ == "__main__":
    main()
