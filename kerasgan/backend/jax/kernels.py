"""Convolutions for JAX on a CPU, strided ones and those on maps smaller than their kernels.

A convolution, its transpose and the gradient of its kernel are three functions, each linear in two
arguments, whose derivatives are one another. Written so, every derivative of every order is one of
the three forms that XLA runs fast, where JAX by itself comes to convolutions of inputs dilated by
the stride with kernels as large as a map, which XLA runs at 1 to 4 GFLOP/s. So slow it is too
where a kernel is larger than its map, padding not counted, so such a map is padded beforehand.
"""

import functools

import jax
import jax.numpy as jnp
from jax import lax

from kerasgan.backend.geometry import cuts, extents

batch_normalize = None  # XLA fuses what Keras writes


def _on_cpu():
    return jax.default_backend() == "cpu"


def convolve(layer, inputs, kernel):
    """See `kerasgan.backend`."""
    if not _on_cpu() or (max(layer.strides) == 1 and not any(_missing(inputs, kernel))):
        return None
    padding = layer.padding.upper()
    pads = lax.padtype_to_pads(inputs.shape[1:3], extents(layer), layer.strides, padding)
    return _convolve(inputs, kernel, _Geometry(layer.strides, tuple(pads), layer.dilation_rate))


def convolve_transposed(layer, inputs, kernel):
    """See `kerasgan.backend`."""
    if not _on_cpu():
        return None
    shape = layer.compute_output_shape(inputs.shape)
    sides = zip(inputs.shape[1:3], layer.strides, extents(layer), shape[1:3], strict=True)
    whole = [(small - 1) * stride + extent - large for small, stride, extent, large in sides]
    pads = [(cut, rest - cut) for cut, rest in zip(cuts(layer), whole, strict=True)]
    return _transposed(
        inputs, kernel, _Geometry(layer.strides, tuple(pads), layer.dilation_rate), shape
    )


def _missing(maps, kernel):
    """How many rows and columns `maps` have less than a kernel, a list of 0 for those of one, which
    XLA runs fast."""
    sides = zip(kernel.shape[:2], maps.shape[1:3], strict=True)
    return [max(0, k - n) if n > 1 else 0 for k, n in sides]


def _padded(maps, pads):
    """`maps` with zeros around, which XLA does not take for the convolution's own padding."""
    return lax.optimization_barrier(jnp.pad(maps, [(0, 0), *pads, (0, 0)]))


class _Geometry(tuple):
    """Strides, paddings and dilations of a convolution, hashable."""

    def __new__(cls, *parts):
        return super().__new__(cls, parts)

    def __call__(self, images, kernel):
        strides, pads, dilation = self
        if any(_missing(images, kernel)):
            images, pads = _padded(images, pads), [(0, 0), (0, 0)]
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
    missing = _missing(maps, kernel)
    if any(missing):
        maps = _padded(maps, [(0, n) for n in missing])
    down, across = (s * n for s, n in zip(geometry[0], missing, strict=True))
    n, height, width, channels = shape
    images = jax.ShapeDtypeStruct((n, height + down, width + across, channels), maps.dtype)
    images = jax.linear_transpose(lambda images: geometry(images, kernel), images)(maps)[0]
    return images[:, :height, :width]


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
