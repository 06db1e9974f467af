"""The kernel distance: how far apart two samples are, without bias by their number."""

import numpy as np

from kerasgan.metrics.streaming import TwoSampleMetric, check_samples


def kernel_distance(real, fake, block=1000, seed=0):
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
        A dict of two floats: `kid`, the mean over the blocks, and `kid_std`, their standard
        deviation, 0 if there is but one. The standard error of `kid` is `kid_std` over the root of
        the number of blocks. Memory grows with block².

    Raises:
        ValueError: if the shapes disagree, a value is not finite, `block` is below 2 or there are
            fewer than two samples.

    Example:

    >>> from kerasgan.metrics.kernel import kernel_distance
    >>> kernel_distance([[0.0], [0.0]], [[1.0], [1.0]])
    {'kid': 7.0, 'kid_std': 0.0}
    """
    real, fake = check_samples(real, fake)
    _check_block(block)
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
    return {"kid": float(np.mean(distances)), "kid_std": float(np.std(distances))}


def _discrepancy(x, y):
    """The unbiased estimate for equally many samples."""
    count = len(x)
    within = sum(kernel.sum() - np.trace(kernel) for kernel in (_kernel(x, x), _kernel(y, y)))
    return within / (count * (count - 1)) - 2 * _kernel(x, y).mean()


def _kernel(x, y):
    return (x @ y.T / x.shape[1] + 1) ** 3


def _check_block(block):
    if block < 2:
        raise ValueError(f"block must be at least 2. Received: block={block}")


class KernelDistance(TwoSampleMetric):
    """The kernel distance of images' features, see `kernel_distance`.

    Args:
        extractor: see `kerasgan.metrics.streaming.TwoSampleMetric`.
        block: int, samples of each side in a block, at least 2.
        seed: int that makes the shuffling repeat.
        name: str, the metric's name in logs.

    Example:

    >>> import numpy as np
    >>> from kerasgan.metrics.kernel import KernelDistance
    >>> metric = KernelDistance()
    >>> metric.update_real(np.zeros((4, 1, 1, 1)))
    >>> metric.update_state(np.ones((4, 1, 1, 1)))
    >>> metric.result()
    {'kid': 7.0, 'kid_std': 0.0}
    """

    default_name = "kid"

    def __init__(self, extractor=None, block=1000, seed=0, name=None):
        _check_block(block)
        self.block, self.seed = block, seed
        super().__init__(extractor, name)

    def of(self, real, fake):
        """The distance of two `Collection`s."""
        return kernel_distance(real.features(), fake.features(), self.block, self.seed)
