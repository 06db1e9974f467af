"""Check what a demo run left: python .ci/check_demo.py FOLDER EPOCHS."""

import csv
import sys
from pathlib import Path

import keras
import numpy as np
from PIL import Image

import kerasgan  # noqa: F401  so that the saved model's class is known

folder, epochs = Path(sys.argv[1]), int(sys.argv[2])
grids = sorted((folder / "samples").glob("*.png"))
assert len(grids) == epochs + 1, grids
first, last = (np.asarray(Image.open(grid)) for grid in (grids[0], grids[-1]))
assert first.shape == last.shape and (first != last).any()
assert Image.open(folder / "timelapse.gif").n_frames == epochs + 1
assert min(Image.open(folder / "losses.png").size) > 100
rows = list(csv.DictReader((folder / "history.csv").open()))
assert [int(row["epoch"]) for row in rows] == list(range(1, epochs + 1))
assert all(np.isfinite(float(row[name])) for row in rows for name in ("d_loss", "g_loss"))
assert min(Image.open(folder / "clothes.png").size) > 10 * 3 * 28
images = keras.models.load_model(folder / "model.keras").generate(seed=0, labels=range(10))
assert images.shape == (10, 28, 28, 1) and images.min() < -0.5 < images.max()
print("the demo's files are there and right")
