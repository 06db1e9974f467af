"""R3GAN's layers: fast grouped convolution, smooth resampling, learned maps."""

import keras
from keras import initializers, layers, ops

from kerasgan.layers.convolution import Conv2D


def _grouped_natively():
    """Whether the backend's own grouped convolution is the fast one, as on an accelerator.

    On a CPU TensorFlow and XLA take 60 to 200 times as long over its second derivatives as over
    the groups' own convolutions; PyTorch does not.
    """
    if keras.backend.backend() == "torch":
        return True
    return not all(device.startswith("cpu") for device in keras.distribution.list_devices())


@keras.saving.register_keras_serializable("kerasgan")
class GroupedConv2D(Conv2D):
    """`keras.layers.Conv2D`, fast with `groups` on a CPU too: the same weights and numbers.

    Args:
        *args: as for `keras.layers.Conv2D`.
        **kwargs: as for `keras.layers.Conv2D`.

    Example:

    >>> import numpy as np
    >>> conv = GroupedConv2D(8, 3, groups=4, padding="same")
    >>> conv(np.ones((2, 5, 5, 8), "float32")).shape == (2, 5, 5, 8)
    True
    >>> conv.kernel.shape == (3, 3, 2, 8)
    True
    """

    def convolution_op(self, inputs, kernel):
        """The convolution without bias and activation, one group beside the other.

        Args:
            inputs: tensor `(n, height, width, channels)`.
            kernel: tensor `(*kernel_size, channels / groups, filters)`.

        Returns:
            A tensor `(n, new_height, new_width, filters)`.
        """
        if self.groups == 1 or _grouped_natively():
            return super().convolution_op(inputs, kernel)
        parts = zip(
            ops.split(inputs, self.groups, axis=-1),
            ops.split(kernel, self.groups, axis=-1),
            strict=True,
        )
        outputs = [super(GroupedConv2D, self).convolution_op(x, k) for x, k in parts]
        return ops.concatenate(outputs, axis=-1)


@keras.saving.register_keras_serializable("kerasgan")
class Upsample(layers.Layer):
    """Twice the height and width by the filter [1, 3, 3, 1] / 4, zeros beyond the border.

    That is R3GAN's [1, 2, 1] smoothing of nearest neighbours: bilinear, border apart.

    Example:

    >>> import numpy as np
    >>> y = Upsample()(np.array([4.0, 8.0], "float32").reshape(1, 1, 2, 1))
    >>> print(ops.convert_to_numpy(y)[0, 0, :, 0].tolist())
    [2.25, 3.75, 5.25, 4.5]
    """

    def call(self, inputs):
        """Double both sides of a tensor `(n, height, width, channels)`."""
        _, height, width, channels = inputs.shape
        x = ops.pad(inputs, ((0, 0), (1, 1), (0, 0), (0, 0)))
        middle = 0.75 * inputs
        rows = ops.stack([middle + 0.25 * x[:, :-2], middle + 0.25 * x[:, 2:]], axis=2)
        rows = ops.reshape(rows, (-1, 2 * height, width, channels))
        x = ops.pad(rows, ((0, 0), (0, 0), (1, 1), (0, 0)))
        middle = 0.75 * rows
        x = ops.stack([middle + 0.25 * x[:, :, :-2], middle + 0.25 * x[:, :, 2:]], axis=3)
        return ops.reshape(x, (-1, 2 * height, 2 * width, channels))

    def compute_output_shape(self, input_shape):
        n, height, width, channels = input_shape
        return n, 2 * height, 2 * width, channels


@keras.saving.register_keras_serializable("kerasgan")
class Downsample(layers.Layer):
    """Half the height and width by the filter [1, 3, 3, 1] / 8, zeros beyond the border.

    Example:

    >>> import numpy as np
    >>> y = Downsample()(np.full((1, 2, 4, 1), 16.0, "float32"))
    >>> print(ops.convert_to_numpy(y)[0, 0, :, 0].tolist())
    [10.5, 10.5]
    """

    def call(self, inputs):
        """Halve both sides, even ones, of a tensor `(n, height, width, channels)`."""
        x = ops.pad(inputs, ((0, 0), (1, 1), (1, 1), (0, 0)))
        odd, even = x[:, 0::2], x[:, 1::2]
        x = 0.125 * (odd[:, :-1] + even[:, 1:]) + 0.375 * (even[:, :-1] + odd[:, 1:])
        odd, even = x[:, :, 0::2], x[:, :, 1::2]
        return 0.125 * (odd[:, :, :-1] + even[:, :, 1:]) + 0.375 * (even[:, :, :-1] + odd[:, :, 1:])

    def compute_output_shape(self, input_shape):
        n, height, width, channels = input_shape
        return n, height // 2, width // 2, channels


@keras.saving.register_keras_serializable("kerasgan")
class GenerativeBasis(layers.Layer):
    """A learned map for each channel, times the channel's value.

    Args:
        size: tuple, the maps' (height, width).
        **kwargs: as for `keras.layers.Layer`.

    Example:

    >>> import numpy as np
    >>> GenerativeBasis((4, 4))(np.ones((2, 8), "float32")).shape == (2, 4, 4, 8)
    True
    """

    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        self.size = tuple(size)

    def build(self, input_shape):
        start = initializers.RandomNormal(stddev=1.0)
        self.basis = self.add_weight((*self.size, input_shape[-1]), start, name="basis")

    def call(self, inputs):
        """`(n, channels)` to `(n, *size, channels)`."""
        return inputs[:, None, None] * self.basis

    def get_config(self):
        return {**super().get_config(), "size": self.size}


@keras.saving.register_keras_serializable("kerasgan")
class DiscriminativeBasis(layers.Layer):
    """Each channel's map, weighted by a learned map and summed: a depthwise convolution.

    Example:

    >>> import numpy as np
    >>> DiscriminativeBasis()(np.ones((2, 4, 4, 8), "float32")).shape == (2, 8)
    True
    """

    def build(self, input_shape):
        _, height, width, channels = input_shape
        start = initializers.RandomNormal(stddev=(height * width) ** -0.5)
        self.basis = self.add_weight((height, width, channels), start, name="basis")

    def call(self, inputs):
        """`(n, height, width, channels)` to `(n, channels)`."""
        return ops.sum(inputs * self.basis, axis=(1, 2))
