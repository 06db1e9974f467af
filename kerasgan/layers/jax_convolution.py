"""Strided convolutions for JAX on a CPU.

A convolution, its transpose and the gradient of its kernel are three functions, each linear in two
arguments, whose derivatives are one another. Written so, every derivative of every order is one of
the three forms that XLA runs fast, where JAX by itself comes to convolutions of inputs dilated by
the stride with kernels as large as a map, which XLA runs at 1 to 4 GFLOP/s.
"""

import functools

import jax
from jax import lax


def convolve(images, kernel, strides, padding, dilation):
    """The convolution of `images` (n, height, width, channels).

    Args:
        images: array.
        kernel: array (rows, columns, channels, filters).
        strides: tuple of two ints.
        padding: "same" or "valid".
        dilation: tuple of two ints.

    Returns:
        An array (n, height', width', filters).
    """
    sizes = [(k - 1) * d + 1 for k, d in zip(kernel.shape, dilation, strict=False)]
    pads = lax.padtype_to_pads(images.shape[1:3], sizes, strides, padding.upper())
    return _convolve(images, kernel, _Geometry(strides, tuple(pads), dilation))


def convolve_transposed(maps, kernel, strides, padding, dilation, shape):
    """The transposed convolution of `maps` (n, height, width, channels).

    Args:
        maps: array.
        kernel: array (rows, columns, filters, channels).
        strides: tuple of two ints.
        padding: "same" or "valid".
        dilation: tuple of two ints.
        shape: tuple, of the result.

    Returns:
        An array (n, height', width', filters) of shape `shape`.
    """
    pads = []
    for k, d, stride, small, large in zip(
        kernel.shape, dilation, strides, maps.shape[1:3], shape[1:3], strict=False
    ):
        size = (k - 1) * d + 1
        before = max(size - stride, 0) // 2 if padding == "same" else 0
        pads.append((before, (small - 1) * stride + size - large - before))
    return _transposed(maps, kernel, _Geometry(strides, tuple(pads), dilation), tuple(shape))


class _Geometry(tuple):
    """Strides, paddings and dilations of a convolution, hashable."""

    def __new__(cls, *parts):
        return super().__new__(cls, parts)

    def __call__(self, images, kernel):
        strides, pads, dilation = self
        return lax.conv_general_dilated(
            images,
            kernel,
            strides,
            pads,
            rhs_dilation=dilation,
            dimension_numbers=("NHWC", "HWIO", "NHWC"),
            feature_group_count=images.shape[3] // kernel.shape[2],
        )


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def _convolve(images, kernel, geometry):
    return geometry(images, kernel)


@functools.partial(jax.custom_vjp, nondiff_argnums=(2, 3))
def _transposed(maps, kernel, geometry, shape):
    """What `maps` give back to images of that shape through the convolution with `kernel`."""
    images = jax.ShapeDtypeStruct(shape, maps.dtype)
    return jax.linear_transpose(lambda images: geometry(images, kernel), images)(maps)[0]


@functools.partial(jax.custom_vjp, nondiff_argnums=(2, 3))
def _kernel_gradient(images, maps, geometry, shape):
    """What `maps` give back to a kernel of that shape through the convolution of `images`."""
    kernel = jax.ShapeDtypeStruct(shape, maps.dtype)
    return jax.linear_transpose(lambda kernel: geometry(images, kernel), kernel)(maps)[0]


_convolve.defvjp(
    lambda images, kernel, geometry: (geometry(images, kernel), (images, kernel)),
    lambda geometry, saved, maps: (
        _transposed(maps, saved[1], geometry, saved[0].shape),
        _kernel_gradient(saved[0], maps, geometry, saved[1].shape),
    ),
)
_transposed.defvjp(
    lambda maps, kernel, *static: (_transposed(maps, kernel, *static), (maps, kernel)),
    lambda geometry, shape, saved, images: (
        _convolve(images, saved[1], geometry),
        _kernel_gradient(images, saved[0], geometry, saved[1].shape),
    ),
)
_kernel_gradient.defvjp(
    lambda images, maps, *static: (_kernel_gradient(images, maps, *static), (images, maps)),
    lambda geometry, shape, saved, kernel: (
        _transposed(saved[1], kernel, geometry, saved[0].shape),
        _convolve(saved[0], kernel, geometry),
    ),
)
