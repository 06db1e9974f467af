"""Convolutions as one matrix product.

Libraries of convolutions for CPUs are slow where maps of a few pixels have many channels, as at the
small ends of most GANs' networks: most of all in the gradient of the kernel, which holds more
numbers than the maps do. There the windows that the kernel sees, a row each, are multiplied with
the kernel as a matrix, whose derivatives of all orders are matrix products again.
"""

import itertools
import math
from collections.abc import Sequence

from keras import layers, ops

from kerasgan import backend
from kerasgan.backend.geometry import cuts, padding
from kerasgan.utils.types import Tensor

LARGE, FEW = 500_000, 8


def convolve(layer: layers.Conv2D, inputs: Tensor, kernel: Tensor) -> Tensor | None:
    """A convolution's outputs before bias and activation.

    Args:
        layer: Keras layer, channels last.
        inputs: tensor (n, height, width, channels).
        kernel: tensor (height, width, channels, filters).

    Returns:
        Tensor, or None where the shape is not known or `pays` says no.
    """
    if not _known(inputs.shape) or not _large(kernel.shape):
        return None
    shape = layer.compute_output_shape(inputs.shape)
    if not pays(layer, shape, kernel.shape):
        return None
    before = [whole // 2 for whole in padding(layer, inputs.shape[1:3])]
    windows = _windows(inputs, shape[1:3], layer, before)
    return ops.matmul(windows, ops.reshape(kernel, (-1, kernel.shape[3])))


def convolve_transposed(
    layer: layers.Conv2DTranspose, inputs: Tensor, kernel: Tensor
) -> Tensor | None:
    """A transposed convolution's outputs before bias and activation.

    Args:
        layer: Keras layer, channels last.
        inputs: tensor (n, height, width, channels).
        kernel: tensor (height, width, filters, channels).

    Returns:
        Tensor, or None where the shape is not known or `pays` says no.
    """
    if not _known(inputs.shape) or not pays(layer, inputs.shape, kernel.shape):
        return None
    matrix = ops.transpose(ops.reshape(kernel, (-1, kernel.shape[3])))
    shape = layer.compute_output_shape(inputs.shape)
    return _spread(ops.matmul(inputs, matrix), shape[1:3], layer, cuts(layer))


def pays(layer: layers.Layer, maps: Sequence[int], kernel: Sequence[int]) -> bool:
    """Whether a matrix product is faster, and can be had.

    It is where the kernel is large and the pixels of all maps are few for their channels, the more
    so the smaller each map is: measured for 17 shapes in float32 and bfloat16 on three backends.

    Args:
        layer: Keras layer.
        maps: tuple (n, height, width, channels) at the small end of the convolution.
        kernel: tuple, its shape.

    Returns:
        bool.
    """
    plain = set(layer.dilation_rate) == {1} and getattr(layer, "groups", 1) == 1
    return (
        plain
        and _large(kernel)
        and math.prod(maps[:3]) * max(maps[1:3]) <= FEW * maps[3]
        and not backend.accelerated()
    )


def _known(shape):
    """Whether all sides are numbers: while a model is exported some are None, or symbols."""
    return all(isinstance(side, int) for side in shape)


def _large(kernel):
    return math.prod(kernel) >= LARGE


def _lengths(small, layer):
    """The sides, in strides, of what the windows reach that maps of these sides are made of."""
    sides = zip(small, layer.kernel_size, layer.strides, strict=True)
    return [n - 1 + math.ceil(k / s) for n, k, s in sides]


def _framed(images, before, sides):
    """`images` with rows and columns of zeros, or without some if negative: `before` them, and at
    their ends as many as make these `sides`."""
    present = images.shape[1:3]
    after = [side - b - n for side, b, n in zip(sides, before, present, strict=True)]
    if min(*before, *after) < 0:
        kept = [n + min(b, 0) + min(a, 0) for n, b, a in zip(present, before, after, strict=True)]
        starts = [0, *(max(-b, 0) for b in before), 0]
        images = ops.slice(images, starts, [images.shape[0], *kept, images.shape[3]])
    if max(*before, *after) > 0:
        pads = [(max(b, 0), max(a, 0)) for b, a in zip(before, after, strict=True)]
        images = ops.pad(images, [(0, 0), *pads, (0, 0)])
    return images


def _windows(images, small, layer, before):
    """What the kernel sees at each place: (n, *small, pixels of the kernel * channels)."""
    n, _, _, channels = images.shape
    (height, width), (rows, columns) = _lengths(small, layer), layer.strides
    images = _framed(images, before, (height * rows, width * columns))
    phases = ops.reshape(images, (n, height, rows, width, columns, channels))
    pieces = [
        ops.slice(
            phases,
            [0, i // rows, i % rows, j // columns, j % columns, 0],
            [n, small[0], 1, small[1], 1, channels],
        )
        for i, j in itertools.product(*map(range, layer.kernel_size))
    ]
    return ops.concatenate([ops.reshape(x, (n, *small, channels)) for x in pieces], axis=-1)


def _spread(windows, sides, layer, before):
    """The transposed of `_windows`: the sum of windows (n, *small, ...) as images."""
    n, *small, _ = windows.shape
    (height, width), (rows, columns) = _lengths(small, layer), layer.strides
    pieces = ops.split(windows, math.prod(layer.kernel_size), axis=-1)
    phases = {}
    for piece, (i, j) in zip(
        pieces, itertools.product(*map(range, layer.kernel_size)), strict=True
    ):
        framed = _framed(piece, (i // rows, j // columns), (height, width))
        phase = i % rows, j % columns
        phases[phase] = phases[phase] + framed if phase in phases else framed
    empty = ops.zeros_like(framed)  # where the kernel is smaller than the strides
    grid = [ops.stack([phases.get((i, j), empty) for j in range(columns)], 3) for i in range(rows)]
    images = ops.reshape(
        ops.stack(grid, axis=2), (n, height * rows, width * columns, framed.shape[3])
    )
    return _framed(images, [-b for b in before], sides)
