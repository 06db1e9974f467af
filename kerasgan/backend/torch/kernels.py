"""PyTorch: its own layout by a view of Keras's, where Keras copies the maps twice a convolution."""

import torch
from torch.nn import functional as F

from kerasgan.backend.geometry import cuts, extents, padding


def convolve(layer, inputs, kernel, bias):
    """See `kerasgan.backend`."""
    maps = inputs.permute(0, 3, 1, 2)
    rows, columns = padding(layer, maps.shape[2:])
    if rows % 2 or columns % 2:
        maps = F.pad(maps, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))
        rows = columns = 0
    outputs = F.conv2d(
        maps,
        _in_order(kernel),
        bias,
        stride=layer.strides,
        padding=(rows // 2, columns // 2),
        dilation=layer.dilation_rate,
        groups=maps.shape[1] // kernel.shape[2],
    )
    return outputs.permute(0, 2, 3, 1)


def convolve_transposed(layer, inputs, kernel, bias):
    """See `kerasgan.backend`."""
    shape = layer.compute_output_shape(inputs.shape)
    before = cuts(layer)
    sides = zip(inputs.shape[1:3], layer.strides, extents(layer), shape[1:3], before, strict=True)
    more = [
        max(large + 2 * cut - (small - 1) * stride - extent, 0)
        for small, stride, extent, large, cut in sides
    ]
    outputs = F.conv_transpose2d(
        inputs.permute(0, 3, 1, 2),
        _in_order(kernel),
        bias,
        stride=layer.strides,
        padding=before,  # at both ends
        output_padding=more,
        dilation=layer.dilation_rate,
    )
    return outputs[:, :, : shape[1], : shape[2]].permute(0, 2, 3, 1)


def average_pool(inputs, size):
    """See `kerasgan.backend`."""
    return F.avg_pool2d(inputs.permute(0, 3, 1, 2), size).permute(0, 2, 3, 1)


def _in_order(kernel):
    """A kernel as PyTorch has it, channels last like the maps: one transposition of a matrix, of
    which the backward pass uses the result again, where a view would be copied in both."""
    height, width, inside, out = kernel.shape
    matrix = kernel.reshape(-1, out).t().contiguous()
    return matrix.view(out, height, width, inside).permute(0, 3, 1, 2)


def batch_normalize(inputs, gamma, beta, epsilon):
    """See `kerasgan.backend`."""
    maps = inputs if inputs.ndim == 2 else inputs.permute(0, 3, 1, 2)
    outputs, mean, scale = torch.native_batch_norm(
        maps, gamma, beta, None, None, True, 0.0, epsilon
    )
    variance = scale.detach() ** -2 - epsilon
    return outputs if inputs.ndim == 2 else outputs.permute(0, 2, 3, 1), mean.detach(), variance
