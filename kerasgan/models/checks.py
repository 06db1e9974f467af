"""Checks of what a model is made of."""

import keras
import numpy as np


def positive(name, value):
    """`value` as an int, or a ValueError that names it."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value!r}")
    return int(value)


def joined(data, condition):
    """What a network takes: `data`, or a list of it and the condition."""
    return [data, *condition] if condition else data


def check_network(name, network, inputs, *outputs):
    """Refuse a network that does not take `inputs` or does not give `outputs`.

    Args:
        name: str, for the message.
        network: Keras model.
        inputs: list of shapes without batch; an int stands for class ids.
        *outputs: shapes without batch.

    Raises:
        ValueError: if a shape differs.
    """
    tensors = [
        keras.KerasTensor((None,), "int32") if isinstance(shape, int)
        else keras.KerasTensor((None, *shape))
        for shape in inputs
    ]  # fmt: skip
    taken = ", ".join("class ids (n,)" if isinstance(s, int) else _batch(s) for s in inputs)
    try:
        made = network(joined(tensors[0], tensors[1:]))
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"The {name} does not take a batch of shape {taken}: {error} Received: {name}={network}"
        ) from error
    shapes = [tuple(tensor.shape[1:]) for tensor in keras.tree.flatten(made)]
    if shapes != list(outputs):
        raise ValueError(
            f"The {name} must give a batch of shape {', '.join(map(_batch, outputs))}. "
            f"Received: {name} with output shapes {[_batch(shape) for shape in shapes]}"
        )


def _batch(shape):
    return f"(n, {', '.join(map(str, shape))})"
