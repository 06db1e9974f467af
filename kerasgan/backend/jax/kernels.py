"""Convolutions for JAX on a CPU.

A convolution, its transpose and the gradient of its kernel are three functions, each linear in two
arguments, whose derivatives are one another. Each is written here as a convolution of channels-last
images with a kernel (height, width, in, out), so that every derivative of every order is of the
form that XLA runs fast. JAX by itself comes to other forms. XLA brings most of them into this one,
but not within a branch of a condition, such as a penalty at each k-th step, where they take ten to
a hundred times as long; nor those of inputs dilated by a stride with kernels as large as a map,
which second derivatives of strided convolutions are. So slow it is too where a kernel is larger
than its map, padding not counted, so such a map is padded beforehand.
"""

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from kerasgan.backend.geometry import cuts, extents

average_pool = batch_normalize = None  # XLA fuses what Keras writes


def _on_cpu():
    return jax.default_backend() == "cpu"


def convolve(layer, inputs, kernel, bias):
    """See `kerasgan.backend`."""
    if not _on_cpu():
        return None
    padding = layer.padding.upper()
    pads = lax.padtype_to_pads(inputs.shape[1:3], extents(layer), layer.strides, padding)
    geometry = _Geometry(layer.strides, tuple(pads), layer.dilation_rate)
    return _biased(_convolve(inputs, kernel, geometry), bias)


def convolve_transposed(layer, inputs, kernel, bias):
    """See `kerasgan.backend`."""
    if not _on_cpu():
        return None
    shape = layer.compute_output_shape(inputs.shape)
    sides = zip(inputs.shape[1:3], layer.strides, extents(layer), shape[1:3], strict=True)
    whole = [(small - 1) * stride + extent - large for small, stride, extent, large in sides]
    pads = [(cut, rest - cut) for cut, rest in zip(cuts(layer), whole, strict=True)]
    geometry = _Geometry(layer.strides, tuple(pads), layer.dilation_rate)
    return _biased(_transposed(inputs, kernel, geometry, shape), bias)


def _biased(outputs, bias):
    return outputs if bias is None else outputs + bias


def _missing(maps, kernel):
    """How many rows and columns `maps` have less than a kernel, a list of 0 for those of one, which
    XLA runs fast."""
    sides = zip(kernel.shape[:2], maps.shape[1:3], strict=True)
    return [max(0, k - n) if n > 1 else 0 for k, n in sides]


def _padded(maps, pads):
    """`maps` with zeros around, which XLA does not take for the convolution's own padding."""
    return lax.optimization_barrier(jnp.pad(maps, [(0, 0), *pads, (0, 0)]))


class _Geometry(NamedTuple):
    """How a convolution's kernel lies on its images."""

    strides: tuple[int, int]
    pads: tuple[tuple[int, int], tuple[int, int]]
    dilation: tuple[int, int]

    def reach(self, kernel):
        """From a kernel's first pixel to its last, for each side."""
        return [(k - 1) * d for k, d in zip(kernel[:2], self.dilation, strict=True)]

    def seen(self, images, kernel, maps):
        """The padding, of `pads`, that maps of this shape have seen, for each side."""
        sides = zip(
            self.pads, self.strides, self.reach(kernel), images[1:3], maps[1:3], strict=True
        )
        return [(low, (m - 1) * s + 1 + r - i - low) for (low, _), s, r, i, m in sides]


def _run(images, kernel, strides, pads, dilations=(None, None), **groups):
    """The form that XLA runs fast; `dilations` are those of the images and of the kernel."""
    if dilations[0] is None and any(_missing(images, kernel)):
        images, pads = _padded(images, pads), [(0, 0), (0, 0)]
    return lax.conv_general_dilated(
        images, kernel, strides, pads, *dilations, ("NHWC", "HWIO", "NHWC"), **groups
    )


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def _convolve(images, kernel, geometry):
    """The convolution itself."""
    strides, pads, dilation = geometry
    groups = images.shape[3] // kernel.shape[2]
    return _run(images, kernel, strides, pads, (None, dilation), feature_group_count=groups)


@functools.partial(jax.custom_vjp, nondiff_argnums=(2, 3))
def _transposed(maps, kernel, geometry, shape):
    """What `maps` give back to images of that shape through the convolution with `kernel`: they are
    spread by the strides, and convolved with the kernel turned by 180°."""
    missing = _missing(maps, kernel)
    if any(missing):
        maps = _padded(maps, [(0, n) for n in missing])
    reach, seen = geometry.reach(kernel.shape), geometry.seen(shape, kernel.shape, maps.shape)
    pads = [(r - low, r - high) for r, (low, high) in zip(reach, seen, strict=True)]
    height, width, inside, out = kernel.shape
    groups = shape[3] // inside
    kernel = jnp.flip(kernel, (0, 1)).reshape(height, width, inside, groups, out // groups)
    kernel = kernel.transpose(0, 1, 4, 3, 2).reshape(height, width, out // groups, shape[3])
    dilations = geometry.strides, geometry.dilation
    return _run(maps, kernel, (1, 1), pads, dilations, feature_group_count=groups)


@functools.partial(jax.custom_vjp, nondiff_argnums=(2, 3))
def _kernel_gradient(images, maps, geometry, shape):
    """What `maps` give back to a kernel of that shape through the convolution of `images`: a
    convolution whose channels are the images and whose images are the channels."""
    pads = geometry.seen(images.shape, shape, maps.shape)
    groups = images.shape[3] // shape[2]
    images, maps = images.transpose(3, 1, 2, 0), maps.transpose(1, 2, 0, 3)
    dilations = None, geometry.strides
    found = _run(images, maps, geometry.dilation, pads, dilations, batch_group_count=groups)
    return found.transpose(1, 2, 0, 3)


_convolve.defvjp(
    lambda images, kernel, geometry: (_convolve(images, kernel, geometry), (images, kernel)),
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
