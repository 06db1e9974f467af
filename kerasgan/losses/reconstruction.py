"""How far images are from those they should be."""

from keras import ops

from kerasgan.losses.adversarial import float32
from kerasgan.utils.types import Tensor


def l1(a: Tensor, b: Tensor) -> Tensor:
    """The mean absolute error.

    Args:
        a: float tensor.
        b: float tensor of the same shape.

    Returns:
        A float32 scalar.

    Example:

    >>> from keras import ops
    >>> print(float(l1(ops.zeros((2, 3)), ops.ones((2, 3)))))
    1.0
    """
    return ops.mean(ops.abs(float32(a) - float32(b)))


def mean_squared_error(a: Tensor, b: Tensor) -> Tensor:
    """The mean squared error.

    Args:
        a: float tensor.
        b: float tensor of the same shape.

    Returns:
        A float32 scalar.

    Example:

    >>> from keras import ops
    >>> print(float(mean_squared_error(ops.zeros((2, 3)), 2 * ops.ones((2, 3)))))
    4.0
    """
    return ops.mean(ops.square(float32(a) - float32(b)))
