"""How far images move with their styles."""

from collections.abc import Callable

from keras import ops

from kerasgan.engine.gradients import gradient
from kerasgan.losses.adversarial import float32
from kerasgan.utils.types import Tensor


def path_lengths(synthesis: Callable[[Tensor], Tensor], styles: Tensor, noise: Tensor) -> Tensor:
    """The lengths |∂(image · noise) / ∂style| / √(height * width), the root of their mean square
    over the layers, which StyleGAN2 keeps at their mean.

    Reference: Karras et al. 2020, Analyzing and Improving the Image Quality of StyleGAN,
    arXiv:1912.04958, section 3.2.

    Args:
        synthesis: function of styles to images (n, height, width, channels).
        styles: float tensor (n, layers, d).
        noise: float tensor of the images' shape, N(0, 1).

    Returns:
        A float32 tensor (n,).

    Example:

    >>> styles = ops.ones((2, 3, 4))
    >>> made = path_lengths(lambda w: 5 * w[..., None], styles, ops.ones((2, 3, 4, 1)))
    >>> print(made.shape == (2,), f"{float(made[0]):.3f}")  # 5 √4 / √(3 * 4)
    True 2.887
    """
    _, height, width, _ = noise.shape
    slope = gradient(lambda w: float32(synthesis(w)) * noise, styles) / (height * width) ** 0.5
    return ops.sqrt(ops.mean(ops.sum(ops.square(slope), axis=2), axis=1) + 1e-12)
