"""Data for training: every source becomes the same `tf.data.Dataset`; toys in the plane."""

from collections.abc import Callable
from typing import Any

from kerasgan.datasets.folder import read_pictures
from kerasgan.datasets.idx import SPLITS
from kerasgan.datasets.loading import load
from kerasgan.datasets.preparing import MAKERS, prepare
from kerasgan.datasets.toys import (
    gaussian_grid,
    gaussian_mixture,
    gaussian_ring,
    grid_means,
    ring_means,
    swiss_roll,
    two_moons,
)
from kerasgan.datasets.translation_loading import load_paired, load_unpaired

LOADERS: dict[str, Callable[..., Any]] = {  # of the kinds of data that models train on, `data_kind`
    "images": load,
    "unpaired": load_unpaired,
    "paired": load_paired,
}

__all__ = [
    "LOADERS",
    "MAKERS",
    "SPLITS",
    "gaussian_grid",
    "gaussian_mixture",
    "gaussian_ring",
    "grid_means",
    "load",
    "load_paired",
    "load_unpaired",
    "prepare",
    "read_pictures",
    "ring_means",
    "swiss_roll",
    "two_moons",
]
