"""StyleGAN2's layers: convolution by a style, learned maps, and the means of styles and batches."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import initializers, layers, ops

from kerasgan import backend
from kerasgan.layers.convolution import Conv2D, Conv2DTranspose
from kerasgan.layers.resampling import blur
from kerasgan.utils.checks import number, whole, width, widths
from kerasgan.utils.types import Shape, Tensor


@keras.saving.register_keras_serializable("kerasgan")
class ModulatedConv2D(layers.Layer):
    """Convolution by a kernel of each sample's own: its style scales the input channels, and what
    comes out of each filter is divided by the norm that its kernel then has.

    Scaling the maps before the convolution and after it is the same as scaling the kernel, and
    takes one convolution for the whole batch (Karras et al. 2020, appendix B). The kernel is stored
    as N(0, 1), with an equalised learning rate.

    Reference: Karras et al. 2020, Analyzing and Improving the Image Quality of StyleGAN,
    arXiv:1912.04958, section 2.2.

    Args:
        filters: int.
        kernel_size: int, an odd one.
        demodulate: bool, whether the outputs are divided by the norms.
        use_bias: bool, whether a bias is added in the end.
        up: bool. True doubles height and width, by a transposed convolution and the smooth filter.
        **kwargs: as for `keras.layers.Layer`.

    Example:

    >>> maps, style = ops.ones((2, 4, 4, 3)), ops.ones((2, 3))
    >>> ModulatedConv2D(5, 3, up=True)([maps, style]).shape[1:] == (8, 8, 5)
    True
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int,
        demodulate: bool = True,
        up: bool = False,
        use_bias: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.filters, self.kernel_size = width("filters", filters), whole("size", kernel_size)
        self.demodulate, self.up, self.use_bias = bool(demodulate), bool(up), bool(use_bias)
        start = {"kernel_initializer": initializers.RandomNormal(stddev=1.0), "use_bias": False}
        start |= {"dtype": self.dtype_policy, "name": "conv"}
        if up:
            self.conv = Conv2DTranspose(filters, kernel_size, 2, "valid", **start)
        else:
            self.conv = Conv2D(filters, kernel_size, padding="same", **start)

    def build(self, input_shape: Shape) -> None:
        maps, _ = input_shape
        self.gain = (self.kernel_size**2 * maps[-1]) ** -0.5
        self.conv.build(maps)
        self.bias = self.add_weight((self.filters,), "zeros", name="bias") if self.use_bias else 0

    def call(self, inputs: list[Tensor]) -> Tensor:
        """Maps `(n, height, width, channels)` and styles `(n, channels)` to maps of `filters`
        channels."""
        maps, style = inputs
        style = self.gain * style
        maps = self.conv(maps * style[:, None, None])
        maps = blur(maps, 1, 4.0) if self.up else maps
        if self.demodulate:
            squares = ops.sum(ops.square(ops.cast(self.conv.kernel, "float32")), axis=(0, 1))
            squares = ops.transpose(squares) if self.up else squares
            norms = ops.matmul(ops.square(ops.cast(style, "float32")), squares)
            maps = maps * ops.cast(ops.rsqrt(norms + 1e-8), maps.dtype)[:, None, None]
        return maps + self.bias

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        n, height, across, _ = input_shape[0]
        factor = 2 if self.up else 1
        return n, factor * height, factor * across, self.filters

    def get_config(self) -> dict:
        names = ("filters", "kernel_size", "demodulate", "up", "use_bias")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


@keras.saving.register_keras_serializable("kerasgan")
class LearnedMaps(layers.Layer):
    """Learned maps, N(0, 1) at first, the same for each sample whatever the input is.

    Args:
        shape: tuple (height, width, channels).
        **kwargs: as for `keras.layers.Layer`.

    Example:

    >>> LearnedMaps((4, 4, 3))(ops.ones((2, 7))).shape == (2, 4, 4, 3)
    True
    """

    def __init__(self, shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shape = widths("shape", shape, 3)

    def build(self, input_shape: Shape) -> None:
        self.maps = self.add_weight(self.shape, initializers.RandomNormal(stddev=1.0), name="maps")

    def call(self, inputs: Tensor) -> Tensor:
        """`(n, ...)` to `(n, *shape)`."""
        return ops.broadcast_to(self.maps, (ops.shape(inputs)[0], *self.shape))

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return input_shape[0], *self.shape

    def get_config(self) -> dict:
        return {**super().get_config(), "shape": self.shape}


@keras.saving.register_keras_serializable("kerasgan")
class MeanStyle(layers.Layer):
    """Follows the mean of the styles in training, and at inference draws styles towards it, which
    makes better samples that vary less: `mean + strength * (style - mean)`, the truncation trick.

    Reference: Karras, Laine & Aila 2018, A Style-Based Generator Architecture for Generative
    Adversarial Networks, arXiv:1812.04948, appendix B.

    Args:
        decay: float in [0, 1), of the moving average.
        **kwargs: as for `keras.layers.Layer`.

    Attributes:
        mean: variable, the mean style.
        strength: variable, how much of the distance to the mean is left: 1, all of it, at first.

    Example:

    >>> layer = MeanStyle(decay=0.5)
    >>> _ = layer(ops.array([[1.0, 0.0], [3.0, 0.0]]), training=True)
    >>> layer.strength.assign([0.5]) is not None
    True
    >>> ops.convert_to_numpy(layer(ops.array([[5.0, 4.0]]))).tolist()
    [[3.0, 2.0]]
    """

    def __init__(self, decay: float = 0.995, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.decay = number("decay", decay, least=0, below=1)

    def build(self, input_shape: Shape) -> None:
        settings = {"dtype": "float32", "trainable": False, "autocast": False}
        self.mean = self.add_weight((input_shape[-1],), "zeros", name="mean", **settings)
        self.strength = self.add_weight((1,), "ones", name="strength", **settings)

    def call(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        """Styles `(n, d)` to styles of the same shape."""
        if training:
            mean = ops.mean(ops.cast(ops.stop_gradient(inputs), "float32"), axis=0)
            mean = backend.mean_over_replicas(mean)
            self.mean.assign(self.decay * self.mean + (1 - self.decay) * mean)
            return inputs
        lack = (1 - self.strength) * (self.mean - ops.cast(inputs, "float32"))
        return inputs + ops.cast(lack, inputs.dtype)

    def get_config(self) -> dict:
        return {**super().get_config(), "decay": self.decay}


@keras.saving.register_keras_serializable("kerasgan")
class MinibatchDeviation(layers.Layer):
    """Appends a map of how much the samples of a group differ: the mean over all places and
    channels of the standard deviation over the group, so that a discriminator sees a collapse.

    A group is `size` samples that follow one another, so that the parts of a batch that several
    devices hold are grouped as the whole is; the last group is filled up from the batch's start.

    Reference: Karras et al. 2017, Progressive Growing of GANs for Improved Quality, Stability, and
    Variation, arXiv:1710.10196, section 3.

    Args:
        size: int, how many samples are compared.
        **kwargs: as for `keras.layers.Layer`.

    Example:

    >>> maps = ops.reshape(ops.array([0.0, 2.0, 5.0, 5.0]), (4, 1, 1, 1))
    >>> ops.convert_to_numpy(MinibatchDeviation(2)(maps))[:, 0, 0, 1].round(3).tolist()
    [1.0, 1.0, 0.0, 0.0]
    """

    def __init__(self, size: int = 4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = whole("size", size)

    def call(self, inputs: Tensor) -> Tensor:
        """Maps `(n, height, width, channels)` to maps of one channel more."""
        n, (height, across, channels) = ops.shape(inputs)[0], inputs.shape[1:]
        groups = (n + self.size - 1) // self.size
        x = ops.take(inputs, ops.arange(groups * self.size) % n, axis=0)
        x = ops.cast(ops.reshape(x, (-1, self.size, height * across * channels)), "float32")
        x = x - ops.mean(x, axis=1, keepdims=True)
        deviations = ops.mean(ops.sqrt(ops.mean(ops.square(x), axis=1) + 1e-8), axis=1)
        deviations = ops.repeat(deviations, self.size, axis=0)[:n]
        more = ops.broadcast_to(deviations[:, None, None, None], (n, height, across, 1))
        return ops.concatenate([inputs, ops.cast(more, inputs.dtype)], axis=-1)

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return *input_shape[:-1], input_shape[-1] + 1

    def get_config(self) -> dict:
        return {**super().get_config(), "size": self.size}
