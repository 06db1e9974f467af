"""What a network's last activation lets it give."""

from collections.abc import Sequence

import keras
import numpy as np
from keras import ops

from kerasgan.utils.private import layers_of, made_by
from kerasgan.utils.types import Shape

_PROBABILITIES = {"sigmoid", "hard_sigmoid", "hardsigmoid", "softmax"}
_NEVER_NEGATIVE = {"relu", "relu6", "softplus", "exponential", "square"}
_BOUNDED = {"tanh", "hard_tanh", "hardtanh", "softsign"}
_REFUSED = {"logits": _PROBABILITIES | _BOUNDED, "images": _PROBABILITIES | _NEVER_NEGATIVE}
_ADVICE = {
    "logits": "must give logits, any number, and the losses count on it: write `activation=None` "
    "in its last layer",
    "images": "must reach images in [-1, 1], and its outputs are never negative: write "
    '`activation="tanh"` in its last layer',
}
# What only moves values, or converts them.
_MOVING = {"reshape", "flatten", "squeeze", "cast", "identity", "cropping2d", "permute"}


def check_ending(
    name: str, network: keras.Model, gives: str, inputs: Sequence[int | Shape]
) -> None:
    """Refuse a network whose last activation keeps it from giving what it should.

    The activation is looked up in a network of Keras's functional API. Another kind of network is
    run on noise: a generator none of whose values is negative is refused, and a discriminator
    that has such an activation and gives probabilities only.

    Args:
        name: str, for the message.
        network: Keras model, built.
        gives: "logits" or "images".
        inputs: list of shapes without batch; an int stands for class ids.

    Raises:
        ValueError: if it ends so.
    """
    ending = _ending(network)
    wrong = ending in _REFUSED[gives]
    if ending is None:
        ending, wrong = "one that is never negative", _only_positive(network, gives, inputs)
    if wrong:
        raise ValueError(f"The {name} {_ADVICE[gives]}. Received: {name} with {ending} at its end")


def _ending(network):
    """The name of the last activation, or of the last operation; None if Keras does not know."""
    if not getattr(network, "outputs", None):
        return None
    tensor = network.outputs[0]
    while True:
        operation, inputs = made_by(tensor)
        if isinstance(operation, keras.Model):
            return _ending(operation)
        activation = _activation(operation)
        if (
            len(inputs) != 1
            or activation not in {*_MOVING, "linear"}
            or (activation == "linear" and not isinstance(operation, keras.layers.Activation))
        ):
            return activation
        (tensor,) = inputs


def _activation(operation):
    function = getattr(getattr(operation, "layer", operation), "activation", None)
    return getattr(function, "__name__", None) or type(operation).__name__.lower()


def _only_positive(network, gives, inputs):
    rng, values = np.random.default_rng(0), []
    for scale in (1, 100):
        batch = [
            rng.integers(shape, size=2).astype("int32") if isinstance(shape, int)
            else (scale * rng.standard_normal((2, *shape))).astype("float32")
            for shape in inputs
        ]  # fmt: skip
        made = keras.tree.flatten(network(batch if len(batch) > 1 else batch[0], training=False))
        values.append(ops.convert_to_numpy(made[0]).ravel().astype("float32"))
    found = np.concatenate(values)
    if gives == "images":
        return bool(found.min() >= 0 and found.max() > 0)
    ends_so = any(_activation(layer) in _PROBABILITIES for layer in layers_of(network))
    return bool(ends_so and 0 <= found.min() and 0 < found.max() <= 1)
