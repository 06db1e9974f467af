"""Where a convolution's kernels lie on a map, the same on every backend."""

import keras


def extents(layer: keras.layers.Layer) -> list[int]:
    """The pixels that a layer's kernel spans in each direction, a list."""
    return [(k - 1) * d + 1 for k, d in zip(layer.kernel_size, layer.dilation_rate, strict=True)]


def cuts(layer: keras.layers.Layer) -> list[int]:
    """The rows and columns that Keras cuts off a transposed convolution's result at its start, a
    list."""
    if layer.padding == "valid":
        return [0, 0]
    return [
        max(extent - stride, 0) // 2
        for extent, stride in zip(extents(layer), layer.strides, strict=True)
    ]
