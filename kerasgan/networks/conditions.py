"""How class labels and condition vectors enter a network."""

import keras
import numpy as np
from keras import layers

from kerasgan.utils.checks import width, widths
from kerasgan.utils.types import Shape


def condition_input(
    condition: int | Shape, size: int
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """An input for conditions, and what a network joins to its other input.

    Args:
        condition: int, the number of classes, or tuple `(d,)`, the length of condition vectors.
        size: int, the length of the vector made from a condition.

    Returns:
        A Keras input, of int32 class ids `(n,)` or float vectors `(n, d)`; and a tensor
        `(n, size)`: a learned vector for each class, or a linear map of the condition vector.

    Example:

    >>> labels, vector = condition_input(10, size=3)
    >>> labels.dtype, labels.shape, vector.shape
    ('int32', (None,), (None, 3))
    """
    size = width("embedding_dim", size)
    if isinstance(condition, int | np.integer):
        condition = width("condition", condition)
        labels = keras.Input((), dtype="int32", name="labels")
        return labels, layers.Embedding(condition, size, name="label_embedding")(labels)
    conditions = keras.Input(widths("condition", condition, 1), name="conditions")
    return conditions, layers.Dense(size, name="condition_map")(conditions)
