"""What a step computes now and then only, under every backend's compiler."""

from collections.abc import Callable, Sequence

from keras import ops

from kerasgan.backend.scope import Scope
from kerasgan.utils.types import Tensor


def lazily(due: Tensor, fn: Callable[[], Sequence[Tensor]], otherwise: Sequence[Tensor]) -> list:
    """What `fn()` gives if it is due, and `otherwise`, without computing it, if not.

    The result can be differentiated. What `fn` assigns to variables, such as random seeds, stays as
    it was where it is not due; what its layers add to the loss is dropped.

    Args:
        due: boolean scalar.
        fn: function to a list of tensors.
        otherwise: list of as many tensors of the same shapes and dtypes.

    Returns:
        A list of tensors.

    Example:

    >>> (y,) = lazily(ops.array(3) % 2 == 1, lambda: [ops.array(5.0)], [ops.array(0.0)])
    >>> print(float(y))
    5.0
    """
    changed: list = []

    def taken():
        with Scope(networks=()) as scope:
            outputs = list(fn())
        changed.extend(scope.changed)
        return outputs, [ops.convert_to_tensor(scope.get_current_value(v)) for v in changed]

    def passed():  # compilers trace it after the other
        return list(otherwise), [ops.convert_to_tensor(v) for v in changed]

    outputs, values = ops.cond(due, taken, passed)
    for variable, value in zip(changed, values, strict=True):
        variable.assign(value)
    return outputs
