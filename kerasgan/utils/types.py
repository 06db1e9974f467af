"""Names for types that annotations share."""

from os import PathLike
from typing import Any

Tensor = Any
"""A tensor of the backend that runs, a `keras.KerasTensor` or a numpy array."""

Path = str | PathLike[str]
"""A path as functions take it."""

Size = tuple[int, int]
"""Height and width in pixels."""

Shape = tuple[int | None, ...]
"""A tensor's shape; None is any size."""
