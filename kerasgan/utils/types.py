"""Names for types that annotations share."""

import os
from typing import Any

Tensor = Any
"""A tensor of the backend that runs, a `keras.KerasTensor` or a numpy array."""

PathLike = str | os.PathLike[str]
"""A path as functions take it."""

Size = tuple[int, int]
"""Height and width in pixels."""

Shape = tuple[Any, ...]
"""A tensor's shape, of ints; None is any size."""
