"""Gradients inside a loss, as penalties need them."""

from collections.abc import Callable

from keras import ops

from kerasgan import backend
from kerasgan.utils.types import Tensor


def gradient(fn: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Gradient of the sum of `fn(x)` with respect to `x`; it can be differentiated again.

    With a network whose outputs depend on their own sample alone, row i is the gradient of
    output i.

    Args:
        fn: function of one tensor to one tensor, of any shape.
        x: float tensor.

    Returns:
        A tensor of `x`'s shape.

    Example:

    >>> from keras import ops
    >>> print(ops.convert_to_numpy(gradient(lambda x: x**3, ops.array([1.0, 2.0]))).tolist())
    [3.0, 12.0]
    """
    (y,), pull = backend.vjp(lambda x: [fn(x)], [], [x], differentiable=True)
    return pull([ops.ones_like(y)])[0]


def gradient_norm(fn: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Each sample's Euclidean norm of `gradient(fn, x)`, with derivative zero where it is zero.

    The derivative of a plain square root at zero is infinite, and turns a critic's weights into
    NaN as soon as one sample's gradient vanishes.

    Args:
        fn: function of a batch `(n, ...)` to scores, `(n,)` or `(n, 1)`.
        x: float tensor `(n, ...)`.

    Returns:
        A tensor of shape `(n,)`.

    Example:

    >>> from keras import ops
    >>> norms = gradient_norm(lambda x: ops.sum(x * x, axis=1), ops.array([[3.0, 4.0], [0.0, 0.0]]))
    >>> print(ops.convert_to_numpy(norms).tolist())
    [10.0, 0.0]
    """
    g = gradient(fn, x)
    squares = ops.sum(ops.square(ops.reshape(g, (ops.shape(g)[0], -1))), axis=1)
    is_zero = squares == 0
    return ops.where(is_zero, 0.0, ops.sqrt(ops.where(is_zero, 1.0, squares)))
