"""A network up to one of its layers."""

import keras

from kerasgan.utils.private import made_by


def up_to_layer(network: keras.Model, layer: str | None = None) -> keras.Model:
    """A network up to what one of its layers gives, whose weights are the network's own.

    Args:
        network: Functional or Sequential model of one input.
        layer: str or None, the layer's name; None stops before the last layer with weights, which
            in a discriminator makes the logit of the features before it.

    Returns:
        A Functional model.

    Raises:
        ValueError: if the network is of another kind, or has no such layer.

    Example:

    >>> from kerasgan.networks import mlp_discriminator
    >>> up_to_layer(mlp_discriminator((28, 28, 1))).output_shape
    (None, 256)
    """
    if not getattr(network, "outputs", None) or len(network.inputs) != 1:
        raise ValueError(
            "Only in a Functional or Sequential model of one input can layers be looked up. "
            f"Received: network={network}"
        )
    if layer is None:
        return keras.Model(network.inputs[0], _before_the_end(network), name="features")
    names = [each.name for each in network.layers]
    if layer not in names:
        raise ValueError(f"The network has the layers {', '.join(names)}. Received: {layer=}")
    return keras.Model(network.inputs[0], network.get_layer(layer).output, name="features")


def _before_the_end(network):
    """What the last layer with weights takes."""
    tensor = network.outputs[0]
    while True:
        operation, inputs = made_by(tensor)
        if not inputs:
            raise ValueError(f"The network has no layer with weights. Received: network={network}")
        (tensor, *_) = inputs
        if getattr(operation, "weights", ()):
            return tensor
