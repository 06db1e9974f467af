"""How far images are from those they should be."""

from keras import ops

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
    return ops.mean(ops.abs(ops.cast(a, "float32") - ops.cast(b, "float32")))


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
    return ops.mean(ops.square(ops.cast(a, "float32") - ops.cast(b, "float32")))
