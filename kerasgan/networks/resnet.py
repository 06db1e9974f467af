"""SNGAN's residual networks, and the projection discriminator."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from kerasgan.layers import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    SelfAttention2D,
    SpectralNormalization,
)
from kerasgan.networks.attention import attention_sides
from kerasgan.networks.sizes import stages
from kerasgan.utils import checks
from kerasgan.utils.types import Shape, Tensor


@keras.saving.register_keras_serializable("kerasgan")
class ConditionalBatchNormalization(layers.Layer):
    """Batch normalization whose scale and offset are the label's own (arXiv:1610.07629).

    All classes share the batch statistics. Momentum 0.9 and epsilon 1e-5 are PyTorch's (the
    authors' Chainer code has the same momentum and 2e-5).

    Args:
        num_classes: int.
        **kwargs: as for `keras.layers.Layer`.

    Example:

    >>> import numpy as np
    >>> norm = ConditionalBatchNormalization(10)
    >>> norm(np.ones((2, 4, 4, 8), "float32"), np.array([3, 7])).shape == (2, 4, 4, 8)
    True
    """

    def __init__(self, num_classes: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_classes = checks.width("num_classes", num_classes)
        self.norm = BatchNormalization(
            momentum=0.9, epsilon=1e-5, center=False, scale=False, dtype=self.dtype_policy
        )

    def build(self, inputs_shape: Shape, labels_shape: Shape) -> None:
        channels = inputs_shape[-1]
        self.norm.build(inputs_shape)
        self.gamma = layers.Embedding(
            self.num_classes, channels, "ones", name="gamma", dtype=self.dtype_policy
        )
        self.beta = layers.Embedding(
            self.num_classes, channels, "zeros", name="beta", dtype=self.dtype_policy
        )
        self.gamma.build()
        self.beta.build()

    def call(self, inputs: Tensor, labels: Tensor, training: bool | None = None) -> Tensor:
        """Normalize, scale and shift.

        Args:
            inputs: tensor `(n, height, width, channels)`.
            labels: int tensor `(n,)`, 0 to num_classes - 1.
            training: bool, use the batch's statistics.

        Returns:
            A tensor of `inputs`' shape.
        """
        x = self.norm(inputs, training=training)
        gamma, beta = self.gamma(labels), self.beta(labels)
        return x * gamma[:, None, None] + beta[:, None, None]

    def compute_output_shape(self, inputs_shape: Shape, labels_shape: Shape) -> Shape:
        return inputs_shape

    def get_config(self) -> dict:
        return {**super().get_config(), "num_classes": self.num_classes}


def _conv(filters, size=3, spectral=False):
    """A convolution with the authors' weights: Glorot uniform, times sqrt 2 if residual."""
    gain = 2.0 if size == 3 else 1.0
    start = keras.initializers.VarianceScaling(gain, "fan_avg", "uniform")
    layer = Conv2D(filters, size, padding="same", kernel_initializer=start)
    return SpectralNormalization(layer) if spectral else layer


def _widths(doublings, filters, default):
    """The stages' widths from the largest images to the smallest."""
    if filters is not None:
        checks.width("filters", filters)
    if doublings <= 3:
        return [filters or default] * (doublings + 1)
    return [(filters or 64) * min(2**stage, 16) for stage in range(doublings + 1)]


def resnet_generator(
    data_shape: Sequence[int],
    latent_dim: int,
    filters: int | None = None,
    num_classes: int | None = None,
    attention: int | Sequence[int] | None = None,
) -> keras.Model:
    """SNGAN's residual generator (Miyato et al. 2018, arXiv:1802.05957, tables 3 to 5).

    Latents, a dense layer to the smallest map, residual blocks that double it, batch
    normalization, ReLU, a 3x3 convolution, tanh. Images of at most three doublings (28x28, 32x32)
    have `filters` channels all along: the paper's network at 32x32. Larger ones have `filters` in
    the last block and twice as many in each one before, up to 16 times: the paper's at 64x64 (1024
    at 4x4, then 512, 256, 128, 64). With `num_classes` the blocks' batch normalization is
    conditional, as in arXiv:1802.05637.

    Args:
        data_shape: tuple, (height, width, channels), as `stages` takes them.
        latent_dim: int; 128 in the paper.
        filters: int, the width; None is the paper's, 256 up to three doublings, else 64.
        num_classes: int, or None for no labels.
        attention: int or tuple of ints or None, heights of the blocks' maps behind which a
            `kerasgan.layers.SelfAttention2D` is put, here without spectral normalization.

    Returns:
        A Functional model, `(n, latent_dim)` to `(n, *data_shape)`; with `num_classes`
        from `[(n, latent_dim), (n,) ints]`.

    Raises:
        ValueError: if the strides do not divide height and width.

    Example:

    >>> resnet_generator((32, 32, 3), 128).count_params()
    4280323
    """
    height, width, doublings = stages(data_shape)
    sides = attention_sides(attention, [height * 2**k for k in range(1, doublings + 1)])
    *ends, start = _widths(doublings, filters, 256)
    inputs = x = keras.Input((checks.width("latent_dim", latent_dim),), name="latents")
    labels = None
    if num_classes is not None:
        num_classes = checks.width("num_classes", num_classes)
        labels = keras.Input((), dtype="int32", name="labels")
        inputs = [inputs, labels]

    def norm(x, labels=None):
        if labels is None:
            return BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        return ConditionalBatchNormalization(num_classes)(x, labels)

    x = layers.Dense(height * width * start)(x)
    x = layers.Reshape((height, width, start))(x)
    for end in reversed(ends):
        # The authors enlarge before the shortcut's 1x1 convolution: the same numbers, four times
        # the work.
        shortcut = layers.UpSampling2D()(_conv(end, 1)(x))
        x = layers.ReLU()(norm(x, labels))
        x = _conv(end)(layers.UpSampling2D()(x))
        x = layers.ReLU()(norm(x, labels))
        x = layers.Add()([_conv(end)(x), shortcut])
        if x.shape[1] in sides:
            x = SelfAttention2D(spectral=False)(x)
    x = layers.ReLU()(norm(x))
    x = Conv2D(data_shape[-1], 3, padding="same", activation="tanh", dtype="float32")(x)
    return keras.Model(inputs, x, name="generator")


def resnet_discriminator(
    data_shape: Sequence[int],
    filters: int | None = None,
    num_classes: int | None = None,
    spectral: bool = True,
    attention: int | Sequence[int] | None = None,
) -> keras.Model:
    """SNGAN's residual discriminator, and with labels the projection discriminator.

    Residual blocks, ReLU, the sum over the map, one logit (Miyato et al. 2018, arXiv:1802.05957).
    Images of at most three doublings (28x28, 32x32): `filters` all along, two blocks that halve the
    map and two that do not, the paper's network at 32x32. Larger ones: one block more than
    doublings, the first of `filters`, each next twice as wide up to 16 times, the first five
    halving: the paper's at 64x64 (64, 128, 256, 512, 1024). With `num_classes` the logit is
    `dense(h) + <embedding(label), h>` (Miyato and Koyama 2018, arXiv:1802.05637). The logit has a
    bias, as in the authors' network for 64x64 (theirs for 32x32 has none).

    Args:
        data_shape: tuple, (height, width, channels), as `stages` takes them.
        filters: int, the width; None is the paper's, 128 up to three doublings, else 64.
        num_classes: int, or None for no labels.
        spectral: bool, normalize every layer spectrally.
        attention: int or tuple of ints or None, heights of the blocks' maps behind the first of
            which a `kerasgan.layers.SelfAttention2D` is put.

    Returns:
        A Functional model, `(n, *data_shape)` to logits `(n, 1)`; with `num_classes` from
        `[(n, *data_shape), (n,) ints]`.

    Raises:
        ValueError: if the strides do not divide height and width.

    Example:

    >>> resnet_discriminator((32, 32, 3), spectral=False).count_params()
    1053825
    """
    doublings = stages(data_shape)[-1]
    widths = _widths(doublings, filters, 128)
    halvings = 5
    if doublings <= 3:
        widths, halvings = widths[:1] * 4, 2
    halves = range(1, min(halvings, len(widths)) + 1)
    sides = attention_sides(attention, [data_shape[0] // 2**k for k in halves])
    inputs = x = keras.Input(data_shape, name="data")
    for block, end in enumerate(widths):
        # The authors halve after the shortcut's 1x1 convolution except in the first block: the
        # same numbers, four times the work.
        halve = AveragePooling2D(2) if block < halvings else layers.Identity()
        shortcut, start = halve(x), x.shape[-1]
        if start != end or block < halvings:
            shortcut = _conv(end, 1, spectral)(shortcut)
        if block:
            x = layers.ReLU()(x)
        x = _conv(start if block else end, 3, spectral)(x)
        x = _conv(end, 3, spectral)(layers.ReLU()(x))
        x = layers.Add()([halve(x), shortcut])
        if block < halvings and x.shape[1] in sides:
            x = SelfAttention2D(spectral)(x)
    features = ops.sum(layers.ReLU()(x), axis=(1, 2))
    wrap = SpectralNormalization if spectral else (lambda layer: layer)
    outputs = wrap(layers.Dense(1, dtype="float32", name="logit"))(features)
    if num_classes is not None:
        num_classes = checks.width("num_classes", num_classes)
        labels = keras.Input((), dtype="int32", name="labels")
        inputs = [inputs, labels]
        embed = layers.Embedding(num_classes, widths[-1], "glorot_uniform", dtype="float32")
        projection = layers.Dot(1, dtype="float32")([wrap(embed)(labels), features])
        outputs = layers.Add(dtype="float32")([outputs, projection])
    return keras.Model(inputs, outputs, name="discriminator")
