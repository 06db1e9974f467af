"""How likely values are under a distribution that a network gives."""

import math
from collections.abc import Sequence

from keras import ops

from kerasgan.losses.adversarial import float32
from kerasgan.utils.types import Tensor


def cross_entropy(labels: Tensor, class_logits: Tensor) -> Tensor:
    """The mean cross-entropy of classes.

    Args:
        labels: int tensor `(n,)`, class ids.
        class_logits: float tensor `(n, classes)`.

    Returns:
        A float32 scalar.

    Example:

    >>> from keras import ops
    >>> print(f"{float(cross_entropy(ops.array([0, 1]), ops.zeros((2, 4)))):.4f}")  # log 4
    1.3863
    """
    crossed = ops.sparse_categorical_crossentropy(labels, float32(class_logits), from_logits=True)
    return ops.mean(crossed)


def gaussian_nll(values: Tensor, means: Tensor, log_variances: Tensor) -> Tensor:
    """The negative log-likelihood of vectors under independent normal distributions.

    Args:
        values: float tensor `(n, d)`.
        means: float tensor `(n, d)`.
        log_variances: float tensor that broadcasts to it.

    Returns:
        A float32 scalar, the sum over the entries of a vector, averaged over the vectors.

    Example:

    >>> from keras import ops
    >>> zeros = ops.zeros((4, 2))
    >>> print(f"{float(gaussian_nll(zeros, zeros, zeros)):.4f}")  # log 2π
    1.8379
    """
    values, means, logs = map(float32, (values, means, log_variances))
    squares = ops.square(values - means) * ops.exp(-logs)
    return ops.mean(ops.sum(squares + logs + math.log(2 * math.pi), axis=-1)) / 2


def code_nll(
    codes: Tensor, q: Tensor, categorical: Sequence[int], continuous: int
) -> tuple[Tensor, Tensor]:
    """The negative log-likelihood of InfoGAN's codes under what a head says of images.

    Args:
        codes: float tensor `(n, d)`: one-hot codes, then continuous ones, then what does not count.
        q: float tensor `(n, m)`: class logits, means, and log variances, which are 0 if missing.
        categorical: tuple of ints, the number of classes of each categorical code.
        continuous: int, the number of continuous codes.

    Returns:
        Two float32 scalars, for all categorical and for all continuous codes.

    Example:

    >>> from keras import ops
    >>> parts = code_nll(ops.array([[0.0, 1.0, 0.5]]), ops.array([[0.0, 0.0, 0.5]]), (2,), 1)
    >>> [f"{float(part):.4f}" for part in parts]  # log 2, and half of log 2π
    ['0.6931', '0.9189']
    """
    codes, q = float32(codes), float32(q)
    classes, start = ops.zeros(()), 0
    for size in categorical:
        part = slice(start, start + size)
        crossed = ops.categorical_crossentropy(codes[:, part], q[:, part], from_logits=True)
        classes, start = classes + ops.mean(crossed), start + size
    if not continuous:
        return classes, ops.zeros(())
    end = start + continuous
    logs = q[:, end:] if q.shape[1] > end else ops.zeros(())
    return classes, gaussian_nll(codes[:, start:end], q[:, start:end], logs)
