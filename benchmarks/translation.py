"""How close translated images come to the true ones, beside what costs nothing.

    python -m benchmarks.translation unpaired --model RUN --data emoji
    python -m benchmarks.translation paired --model RUN --data openmoji
    python -m benchmarks.translation large --model RUN --data avatars_test
    python -m benchmarks.translation --table

The models are trained by `kerasgan train` on the same folders; a preset's name will do for RUN.

Every score is the mean over pairs of an image and the true one: the mean absolute error on the
scale of [-1, 1], PSNR in decibels, and the distance of EfficientNet-Lite0's features
(`kerasgan.metrics.feature_distance`; `pip install ".[metrics]"`).

- unpaired: `testA` and `testB` hold the same things under the same names, which training did not
  know. In both directions; beside it the scores of the image as it is, and of the image shifted by
  the difference of the two sides' mean colours in training.
- paired: those of B, of the drawing as it is, and of the mean image B of the training data.
- large: those of images made large again, and of Pillow's bicubic enlargement. The images should
  be others than those of the training: the recorded figures are of the last 1,000 avatars by name,
  in a folder apart from the first 7,000.

Results go to `benchmarks/results/translation.json`; `--picture FILE` draws some of them: what was
given, what the model made of it, and what is true.
"""

import argparse
import json
from pathlib import Path

import numpy as np

RESULTS = Path(__file__).parent / "results" / "translation.json"
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
    """Scores of a CycleGAN, and (given, made, true) images of both directions."""
    import kerasgan as kg

    pairs = {"drop_remainder": False, "batch_size": 100}
    train_a, train_b = all_images(kg.datasets.load_unpaired(data, **pairs, flip=False))
    # serially, what has the same name meets: both sides are read in the order of their names
    test = all_images(kg.datasets.load_unpaired(data, **pairs, split="test"))
    shift = train_b.mean(axis=(0, 1, 2)) - train_a.mean(axis=(0, 1, 2))
    scores, shown = {}, []
    for direction, sign in (("A2B", 1), ("B2A", -1)):
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
    return compared(true, beside, SCORES_OF_LARGE), [(small, made, true)]


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


def rows(scores, name=""):
    """(name, scores) of each kind of images, of both directions where there are two."""
    if "l1" in scores:
        yield name, scores
        return
    for key, part in scores.items():
        yield from rows(part, f"{name} {key}".strip())


def table(results):
    """The results as a markdown table."""
    names = SCORES_OF_LARGE
    lines = [f"| task | images | {' | '.join(names)} |", "|---|---|" + "---|" * len(names)]
    for task, record in results.items():
        for images, scores in rows(record["scores"]):
            cells = " | ".join(f"{scores[n]:.4g}" if n in scores else "" for n in names)
            lines.append(f"| {task} | {images} | {cells} |")
    return "\n".join(lines)


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", nargs="?", choices=TASKS)
    parser.add_argument("--model", help="a run's folder, a preset or a .keras file")
    parser.add_argument("--data", type=Path, help="the folder that it was trained on")
    parser.add_argument("--picture", type=Path, help="where to draw some of the images")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the JSON file")
    parser.add_argument("--table", action="store_true", help="print the results, score nothing")
    args = parser.parse_args(argv)
    results = json.loads(args.out.read_text()) if args.out.exists() else {}
    if not args.table:
        if not (args.task and args.model and args.data):
            parser.error("name a task, --model and --data")
        from kerasgan import presets, runs

        model = presets.load(args.model)
        scores, shown = TASKS[args.task](model, args.data)
        record = {"model": args.model, "scores": scores, "versions": runs.versions()}
        training = None
        if args.model in presets.list():
            training = presets.card(args.model)
        elif (Path(args.model) / "config.json").exists():
            training = runs.read_config(args.model)
        if training:
            record |= {name: training[name] for name in ("command", "steps", "seconds", "backend")}
        results[f"{args.task}: {type(model).__name__} on {args.data.name}"] = record
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(results, indent=1) + "\n")
        if args.picture:
            draw(shown, args.picture)
    print(table(results))
    return results


if __name__ == "__main__":
    main()
