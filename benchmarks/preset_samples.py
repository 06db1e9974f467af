"""Samples of every preset that draws: python -m benchmarks.preset_samples [FILE]."""

import sys

from matplotlib.figure import Figure

import kerasgan as kg

COLUMNS = 12


def main(path="docs/presets.png"):
    """Draw `COLUMNS` images of each preset, seed 0, the classes in turn."""
    models = {name: kg.presets.load(name) for name in kg.presets.list()}
    models = {n: m for n, m in models.items() if isinstance(m, kg.models.NoiseToData)}
    figure = Figure(figsize=(9, 0.78 * len(models)), layout="constrained")
    rows = figure.subplots(len(models), squeeze=False)[:, 0]
    for axes, (name, model) in zip(rows, models.items(), strict=True):
        labels = None
        if model.num_classes:
            labels = [i % model.num_classes for i in range(COLUMNS)]
        grid = kg.utils.image_grid(model.generate(COLUMNS, seed=0, labels=labels), COLUMNS)
        axes.imshow(grid, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=8)
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set_visible(False)
    figure.savefig(path, dpi=100, bbox_inches="tight")


if __name__ == "__main__":
    main(*sys.argv[1:])
