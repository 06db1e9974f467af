"""Where a convolution's kernels lie on a map, the same on every backend."""

from collections.abc import Sequence

import keras


def extents(layer: keras.layers.Layer) -> list[int]:
    """The pixels that a layer's kernel spans in each direction, a list."""
    return [(k - 1) * d + 1 for k, d in zip(layer.kernel_size, layer.dilation_rate, strict=True)]


def padding(layer: keras.layers.Layer, sides: Sequence[int]) -> list[int]:
    """The rows and columns of zeros that a convolution adds to maps of these sides, a list; the
    smaller half of them is at the start."""
    if layer.padding == "valid":
        return [0, 0]
    return [
        max((-(-side // stride) - 1) * stride + extent - side, 0)
        for side, stride, extent in zip(sides, layer.strides, extents(layer), strict=True)
    ]


def cuts(layer: keras.layers.Layer) -> list[int]:
    """The rows and columns that Keras cuts off a transposed convolution's result at its start, a
    list."""
    if layer.padding == "valid":
        return [0, 0]
    return [
        max(extent - stride, 0) // 2
        for extent, stride in zip(extents(layer), layer.strides, strict=True)
    ]
