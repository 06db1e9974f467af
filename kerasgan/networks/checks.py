"""Checks of what a model is made of."""

from collections.abc import Sequence
from typing import Any

import keras

from kerasgan.networks.endings import check_ending
from kerasgan.utils.checks import number, widths
from kerasgan.utils.types import Shape


def image_shapes(
    shape_a: Sequence[int], shape_b: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Two shapes (height, width, channels) as tuples, or a ValueError if they do not go together.

    Example:

    >>> image_shapes([64, 64, 3], (64, 64, 1))
    ((64, 64, 3), (64, 64, 1))
    """
    shapes: list[tuple[int, ...]] = []
    for name, shape in (("shape_a", shape_a), ("shape_b", shape_b)):
        shapes.append(widths(name, shape))
        if len(shapes[-1]) != 3:
            raise ValueError(
                f"`{name}` must be (height, width, channels). Received: {name}={shape}"
            )
    if shapes[0][:2] != shapes[1][:2]:
        raise ValueError(
            f"A and B must be trained on at one height and width. Received: {shape_a=}, {shape_b=}"
        )
    return shapes[0], shapes[1]


def identity_weight(weight: float | None, shape_a: Shape, shape_b: Shape) -> float:
    """The weight of CycleGAN's identity losses, which want A and B of the same channels.

    Args:
        weight: float or None; None is 0.5 where there can be identity losses, and 0 elsewhere.
        shape_a: tuple (height, width, channels).
        shape_b: tuple.

    Raises:
        ValueError: if there is a weight and the channels differ.
    """
    same = shape_a == shape_b
    if weight is None:
        return 0.5 if same else 0.0
    weight = number("lambda_identity", weight, least=0)
    if weight and not same:
        raise ValueError(
            "A generator can be asked to leave its target's images alone only if A and B have the "
            f"same channels; pass lambda_identity=0. Received: {shape_a=}, {shape_b=}, "
            f"lambda_identity={weight}"
        )
    return weight


def both_ways(name: str, networks: str | Sequence[keras.Model]) -> tuple[Any, Any]:
    """What a network is for A and for B: one name for both, or two networks."""
    if isinstance(networks, str):
        return networks, networks
    if not isinstance(networks, tuple | list) or len(networks) != 2:
        raise ValueError(
            f"`{name}` must be a name or two Keras models. Received: {name}={networks!r}"
        )
    return tuple(networks)


def check_network(
    name: str,
    network: keras.Model,
    inputs: Sequence[int | Shape],
    *outputs: Shape,
    gives: str,
) -> None:
    """Refuse a network that does not take `inputs` or cannot give `outputs`.

    Args:
        name: str, for the message.
        network: Keras model.
        inputs: list of shapes without batch; an int stands for class ids.
        *outputs: shapes without batch; None stands for any size.
        gives: "logits", "images" or "points", what the first of them is.

    Raises:
        ValueError: if a shape differs, or the last activation is one that cannot give this.
    """
    tensors = [
        keras.KerasTensor((None,), "int32") if isinstance(shape, int)
        else keras.KerasTensor((None, *shape))
        for shape in inputs
    ]  # fmt: skip
    taken = ", ".join("class ids (n,)" if isinstance(s, int) else _batch(s) for s in inputs)
    try:
        made = network(tensors if len(tensors) > 1 else tensors[0])
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"The {name} does not take a batch of shape {taken}: {error} Received: {name}={network}"
        ) from error
    shapes = [tuple(tensor.shape[1:]) for tensor in keras.tree.flatten(made)]
    if len(shapes) != len(outputs) or not all(map(_fits, shapes, outputs)):
        raise ValueError(
            f"The {name} must give a batch of shape {', '.join(map(_batch, outputs))}. "
            f"Received: {name} with output shapes {[_batch(shape) for shape in shapes]}"
        )
    if gives != "points":
        check_ending(name, network, gives, inputs)


def _fits(shape, want):
    return len(shape) == len(want) and all(
        wanted in (None, size) for size, wanted in zip(shape, want, strict=True)
    )


def _batch(shape):
    return f"(n, {', '.join(map(str, shape))})"
