"""The patchwise contrastive loss."""

from keras import ops

from kerasgan.losses.adversarial import float32
from kerasgan.utils.checks import number
from kerasgan.utils.types import Tensor


def patch_nce(queries: Tensor, keys: Tensor, temperature: float = 0.07) -> Tensor:
    """PatchNCE: how well the key of each query's own place is told from those of other places.

    Queries and keys are scaled to length 1. Their products over the temperature are the logits of
    a classification among all places of the image, and the loss is its cross-entropy: log(places)
    where all keys are alike. No gradient goes to the keys, as in the authors' code.

    Reference: Park, Efros, Zhang & Zhu 2020, Contrastive Learning for Unpaired Image-to-Image
    Translation, arXiv:2007.15651, section 3.

    Args:
        queries: float tensor `(n, places, features)`.
        keys: float tensor of the same shape, what the queries should match place by place.
        temperature: float above 0.

    Returns:
        A float32 scalar, the mean over places and images.

    Raises:
        ValueError: if the temperature is not positive.

    Example:

    >>> from keras import ops
    >>> same = ops.ones((2, 8, 4))
    >>> print(f"{float(patch_nce(same, same)):.4f}")  # log 8
    2.0794
    """
    number("temperature", temperature, above=0)
    queries, keys = _unit(queries), ops.stop_gradient(_unit(keys))
    own = ops.sum(queries * keys, axis=-1)
    logits = ops.matmul(queries, ops.swapaxes(keys, 1, 2)) / temperature
    return ops.mean(ops.logsumexp(logits, axis=-1) - own / temperature)


def _unit(vectors):
    """Vectors of length 1; those of next to none are left shorter, for their gradient's sake."""
    vectors = float32(vectors)
    return vectors * ops.rsqrt(ops.sum(ops.square(vectors), axis=-1, keepdims=True) + 1e-6)
