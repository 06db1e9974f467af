"""The kernel distance: how far apart two samples are, without bias by their number."""

import numpy as np
from numpy.typing import ArrayLike

from kerasgan.metrics.features import check_samples
from kerasgan.utils.checks import whole


def kernel_distance(
    real: ArrayLike, fake: ArrayLike, block: int = 1000, seed: int = 0
) -> dict[str, float]:
    """Computes the squared maximum mean discrepancy, of Inception's features the "KID".

    The kernel is (x·y / d + 1)³ and the estimate unbiased, so it does not depend on the number of
    samples, and those of equal distributions lie around 0, some below. See Bińkowski,
    Sutherland, Arbel and Gretton 2018 (arXiv:1801.01401).

    Both samples are shuffled and dealt into blocks, of which no two share a sample; so images that
    come sorted, class after class, do no harm. Those that fill no block are left out.

    Args:
        real: (n, d) features of real images.
        fake: (m, d) those of generated ones.
        block: int, samples of each side in a block, at least 2. If one side has fewer, there is
            one block of as many.
        seed: int that makes the shuffling repeat.

    Returns:
        A dict of two floats: `kd`, the mean over the blocks, and `kd_std`, their standard
        deviation, 0 if there is but one. The standard error of `kd` is `kd_std` over the root of
        the number of blocks. Memory grows with block².

    Raises:
        ValueError: if the shapes disagree, a value is not finite, `block` is below 2 or there are
            fewer than two samples.

    Example:

    >>> kernel_distance([[0.0], [0.0]], [[1.0], [1.0]])
    {'kd': 7.0, 'kd_std': 0.0}
    """
    real, fake = check_samples(real, fake)
    whole("block", block, least=2), whole("seed", seed, least=0)
    fewest = min(len(real), len(fake))
    if fewest < 2:
        raise ValueError(
            "A kernel distance takes two samples of each side. "
            f"Received: real={len(real)}, fake={len(fake)}"
        )
    block = min(block, fewest)
    rng = np.random.default_rng(seed)
    orders = rng.permutation(len(real)), rng.permutation(len(fake))
    distances = []
    for start in range(0, fewest - block + 1, block):
        rows, others = (order[start : start + block] for order in orders)
        distances.append(_discrepancy(real[rows].astype(float), fake[others].astype(float)))
    return {"kd": float(np.mean(distances)), "kd_std": float(np.std(distances))}


def _discrepancy(x, y):
    """The unbiased estimate for equally many samples."""
    count = len(x)
    within = sum(kernel.sum() - np.trace(kernel) for kernel in (_kernel(x, x), _kernel(y, y)))
    return within / (count * (count - 1)) - 2 * _kernel(x, y).mean()


def _kernel(x, y):
    return (x @ y.T / x.shape[1] + 1) ** 3
