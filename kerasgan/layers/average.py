"""Exponential moving average of a network's weights."""

from typing import Any

import keras
from keras import ops

from kerasgan.utils import checks
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class Average(keras.layers.Layer):
    """A copy of a network whose weights follow the network's own, by
    `average = decay * average + (1 - decay) * weight`.

    The decay rises to its value over the first steps: after t updates it is at most
    (1 + t) / (10 + t), so that a short run's average is not that of its first, random weights.
    State that is not trained, such as batch-norm statistics, is copied as it is. Samples from the
    averaged generator are better than from the last one (Yazıcı et al. 2018, arXiv:1806.04498).

    Args:
        network: built Keras model to follow; it must have `get_config`, as Functional and
            Sequential models do.
        decay: float in [0, 1), reached after about `9 / (1 - decay)` updates.

    Raises:
        ValueError: if `decay` is out of range.

    Example:

    >>> import numpy as np
    >>> dense = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    >>> dense.set_weights([np.array([[0.0]])])
    >>> average = Average(dense, decay=0.9)
    >>> dense.set_weights([np.array([[1.0]])])
    >>> average.update(dense)
    >>> print(f"{average.network.get_weights()[0].item():.3f}")
    0.900
    """

    def __init__(self, network: keras.Model, decay: float) -> None:
        checks.instance("network", network, keras.Model)
        super().__init__(name=f"{network.name}_average", trainable=False)
        self.decay = checks.number("decay", decay, least=0, below=1)
        self.network = network.from_config(network.get_config())
        self.network.trainable = False
        if not self.network.built:
            self.network.build_from_config(network.get_build_config())
            self.network.built = True
        for average, weight in zip(self.network.weights, network.weights, strict=True):
            average.assign(weight * 1)
        self.updates = self.add_weight((), "zeros", "int32", trainable=False, name="updates")
        self.built = True

    def update(self, network: keras.Model) -> None:
        """Take one step towards the weights of `network`."""
        updates = ops.cast(self.updates, "float32")
        decay = ops.minimum(self.decay, (1 + updates) / (10 + updates))
        self.updates.assign_add(1)
        for average, weight in zip(self.network.weights, network.weights, strict=True):
            if weight.trainable:
                average.assign(decay * average + (1 - decay) * weight)
            else:
                average.assign(weight * 1)  # a copy: JAX may not donate one buffer twice

    def call(self, *args: Tensor, **kwargs: Any) -> Tensor:
        """Run the averaged network."""
        return self.network(*args, **kwargs)
