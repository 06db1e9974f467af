"""The two sides of a data set that is made, and which of it is for testing."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np


def make_sides(folder: Path) -> None:
    """Makes the folders trainA, trainB, testA and testB."""
    for part in ("train", "test"):
        for side in ("A", "B"):
            (folder / f"{part}{side}").mkdir()


def split(names: Sequence[str], test: int) -> dict[str, str]:
    """Draws which of some names are for testing: by the legacy generator, which never changes.

    Example:

    >>> split("abcd", 1)
    {'a': 'train', 'b': 'train', 'c': 'test', 'd': 'train'}
    """
    chosen = set(np.random.RandomState(0).permutation(len(names))[:test])
    return {name: "test" if i in chosen else "train" for i, name in enumerate(names)}
