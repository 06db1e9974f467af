"""Spectral normalization that leaves the trained kernel alone."""

from typing import Any

import keras
from keras import layers, ops

from kerasgan.backend.scope import Scope
from kerasgan.utils import checks
from kerasgan.utils.types import Shape, Tensor

_TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
_WITH_KERNEL = (layers.Dense, layers.Conv1D, layers.Conv2D, layers.Conv3D, *_TRANSPOSED)


@keras.saving.register_keras_serializable("kerasgan")
class SpectralNormalization(keras.layers.Wrapper):
    """Runs a layer with its kernel W divided by W's largest singular value σ(W).

    W is seen as a matrix whose columns are the output channels. Power iteration on a stored vector
    u estimates σ = vᵀWu. The gradient goes through W/σ(W), with u and v held constant. In training
    u moves by `power_iterations` at each call; in inference, and when `trainable` is False, u stays
    and σ is taken with it, so that inference runs the same kernel as the last training call would
    have run with the weights of now. W itself is only ever changed by its optimizer, unlike in
    `keras.layers.SpectralNormalization`. An all-zero kernel stays zero.

    The layer computes by its own dtype policy; σ is always computed in float32, from the variable
    itself and not from its lower-precision copy.

    Reference: Miyato et al. 2018, Spectral Normalization for GANs, arXiv:1802.05957.

    Args:
        layer: a Dense, Conv or ConvTranspose (1D, 2D, 3D), or Embedding layer.
        power_iterations: int, at least 1; iterations at each training call.
        seed: int or None, for the first u, a random direction.
        **kwargs: `name`, `trainable` for `keras.layers.Layer`.

    Attributes:
        u: variable of shape (output channels,), float32, not trainable.

    Raises:
        ValueError: if the layer is of another kind, or `power_iterations` is no whole number from 1
            on.

    Example:

    >>> import numpy as np
    >>> from keras import layers, ops
    >>> layer = SpectralNormalization(layers.Dense(2, use_bias=False), seed=0)
    >>> layer.build((None, 2))
    >>> layer.layer.set_weights([np.array([[4.0, 0.0], [0.0, 1.0]])])
    >>> for _ in range(20):
    ...     y = layer(np.ones((1, 2), "float32"), training=True)
    >>> [round(value, 4) for value in ops.convert_to_numpy(y)[0].tolist()]
    [1.0, 0.25]
    """

    def __init__(
        self,
        layer: keras.layers.Layer,
        power_iterations: int = 1,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(layer, (*_WITH_KERNEL, layers.Embedding)):
            raise ValueError(
                "SpectralNormalization wraps a Dense, Conv, ConvTranspose or Embedding layer. "
                f"Received: layer={layer}"
            )
        # The wrapper reads the kernel uncast; the layer inside casts its inputs by its own policy.
        super().__init__(layer, **{**kwargs, "dtype": "float32", "autocast": False})
        self.power_iterations = checks.whole("power_iterations", power_iterations)
        self.seed = checks.seed("seed", seed)

    def build(self, input_shape: Shape | None = None) -> None:
        """Build the layer inside, and u."""
        super().build(input_shape)
        self.u = self.add_weight(
            shape=self._matrix(self._kernel).shape[-1:],
            initializer=_RandomDirection(self.seed),
            trainable=False,
            name="u",
        )

    @property
    def _kernel(self):
        embedding = isinstance(self.layer, layers.Embedding)
        return self.layer.embeddings if embedding else self.layer.kernel

    def _matrix(self, kernel):
        """`kernel` as a float32 matrix, one column for each output channel."""
        matrix = ops.cast(kernel, "float32")
        if isinstance(self.layer, _TRANSPOSED):  # kernel axes: ..., output, input
            matrix = ops.swapaxes(matrix, -1, -2)
        return ops.reshape(matrix, (-1, matrix.shape[-1]))

    def call(self, inputs: Tensor, training: bool | None = False) -> Tensor:
        """Outputs of the layer with the normalised kernel."""
        kernel = ops.convert_to_tensor(self._kernel)
        matrix = self._matrix(kernel)
        constant = ops.stop_gradient(matrix)
        u = ops.stop_gradient(ops.convert_to_tensor(self.u)) * 1  # a copy: PyTorch assigns in place
        if training and self.trainable:
            for _ in range(self.power_iterations):
                v = ops.matmul(constant, u)
                u = _normalized(ops.matmul(ops.transpose(constant), _normalized(v, v)), u)
            self.u.assign(u)
        v = ops.matmul(constant, u)
        sigma = ops.sum(_normalized(v, v) * ops.matmul(matrix, u))
        sigma = ops.where(sigma > 0, sigma, 1.0)
        with Scope([(self._kernel, kernel / ops.cast(sigma, kernel.dtype))]) as scope:
            scope.collect_losses = True
            outputs = self.layer(inputs)
        for loss in scope.losses:  # of an activity regularizer
            self.add_loss(loss)
        return outputs

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        """The layer's."""
        return self.layer.compute_output_shape(input_shape)

    def compute_output_spec(
        self, inputs: Tensor, training: bool | None = False
    ) -> keras.KerasTensor:
        """The layer's, dtype included."""
        return self.layer.compute_output_spec(inputs)

    def get_config(self) -> dict:
        """The layer, `power_iterations` and `seed`."""
        config = super().get_config()
        return {**config, "power_iterations": self.power_iterations, "seed": self.seed}


class _RandomDirection(keras.initializers.RandomNormal):
    """A vector of length 1 in a random direction."""

    def __init__(self, seed: int | None = None) -> None:
        super().__init__(stddev=1.0, seed=seed)

    def __call__(self, shape: Shape, dtype: str | None = None) -> Tensor:
        x = super().__call__(shape, dtype)
        return _normalized(x, x)


def _normalized(x, otherwise):
    """`x` at length 1, or `otherwise` where it has no length."""
    norm = ops.sqrt(ops.sum(ops.square(x)))
    return ops.where(norm > 0, x / ops.where(norm > 0, norm, 1.0), otherwise)
