"""Differentiable augmentation whose strength follows the discriminator's overfitting."""

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan import backend
from kerasgan.layers.augment import Augment, gather_pixels
from kerasgan.utils.checks import number, whole
from kerasgan.utils.types import Tensor

_KINDS = ("blit", "geometric", "color")


@keras.saving.register_keras_serializable("kerasgan")
class AdaptiveAugment(Augment):
    """Adaptive discriminator augmentation (ADA), for training on few images.

    Each transformation below is applied to each image by itself with probability `p`, which starts
    at 0, where images pass unchanged, and rises while the discriminator is too sure of the real
    images: their logits have the mean sign r = E[sign D(real)], and `observe` moves `p` by
    (number of logits) / `speed` up if r > `target`, down if r < `target`, within [0, 1].

    - "blit": mirror left and right; turn by 90°, 180° or 270° (180° where height and width differ);
      move by whole pixels, uniform within ±1/8 of the size.
    - "geometric": scale by 2^N(0, 0.2²); turn by any angle; stretch by 2^N(0, 0.2²) along x and its
      inverse along y; turn again; move by N(0, 0.125²) of the size.
    - "color": add N(0, 0.2²); multiply by 2^N(0, 0.5²); mirror the luma (the mean over channels) at
      zero; turn the hue by any angle (with 3 channels); multiply the saturation by 2^N(0, 1).

    All moves of an image are one affine map, sampled bilinearly once, with the image mirrored at
    its borders; the paper samples through a wavelet filter at twice the resolution. The paper
    moves `p` once for four minibatches, by all of their images and the mean of their r; here every
    minibatch moves it by its own part. Image-space filtering and corruptions, which the paper's
    final pipeline does without, are left out.

    Reference: Karras et al. 2020, Training Generative Adversarial Networks with Limited Data,
    arXiv:2006.06676.

    Args:
        target: float in (0, 1), the mean sign of the real logits that is held.
        speed: int, the number of real images over which `p` can go from 0 to 1.
        policy: str or sequence of "blit", "geometric", "color".
        seed: int or None.
        **kwargs: `name` for `keras.layers.Layer`.

    Attributes:
        p: scalar variable, not trained; the probability of each transformation.

    Raises:
        ValueError: if `target` or `speed` is out of range, or `policy` holds an unknown kind.

    Example:

    >>> import numpy as np
    >>> augment = AdaptiveAugment(speed=1000, seed=0)
    >>> for _ in range(3):
    ...     augment.observe(np.array([[2.0], [1.0], [3.0], [0.5]], "float32"))
    >>> print(f"{float(augment.p.numpy()):.3f}")
    0.012
    >>> tuple(augment(np.zeros((4, 8, 8, 3), "float32")).shape)
    (4, 8, 8, 3)
    """

    needs_centred_logits = True

    def __init__(
        self,
        target: float = 0.6,
        speed: int = 500_000,
        policy: str | Sequence[str] = _KINDS,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(policy, _KINDS, seed, **kwargs)
        self.target = number("target", target, above=0, below=1)
        self.speed = whole("speed", speed)
        self.p = self.add_weight(shape=(), initializer="zeros", trainable=False, name="p")

    def observe(self, real_logits: Tensor) -> None:
        """Move `p` by one minibatch; to be called once in each step of the discriminator.

        Args:
            real_logits: float tensor (n,) or (n, 1), the logits of the augmented real images.
        """
        sign = ops.mean(ops.sign(ops.cast(real_logits, "float32")))
        sign = backend.mean_over_replicas(sign)
        seen = backend.replicas() * ops.cast(ops.shape(real_logits)[0], "float32")
        self.p.assign(ops.clip(self.p + ops.sign(sign - self.target) * seen / self.speed, 0.0, 1.0))

    def transform(self, images: Tensor) -> Tensor:
        """Apply the kinds of the policy."""
        n = ops.shape(images)[0]
        size = tuple(images.shape)[1:3]
        matrices = [
            *(self._blit(n, *size) if "blit" in self.policy else ()),
            *(self._geometric(n, *size) if "geometric" in self.policy else ()),
        ]
        if matrices:
            images = warp(images, compose(*matrices))
        return self._color(n, images) if "color" in self.policy else images

    # Where an image is moved, each map leads from the result back to the source, so that the first
    # stands leftmost; drawn as such, since it is distributed as its inverse is.

    def _blit(self, n, height, width):
        flip, turn, move = self._gates(n, 3)
        mirrored, quarters, x, y = self._uniform(n, 4)
        quarters = ops.floor(4 * quarters) if height == width else 2 * ops.floor(2 * quarters)
        quarters = ops.cast(ops.where(turn, quarters, 0.0), "int32")
        cosine, sine = (ops.take(ops.array(row), quarters) for row in _QUARTERS)
        zero = ops.zeros_like(x)
        return (
            scaling(ops.where(flip & (mirrored < 0.5), -1.0, 1.0), zero + 1),
            rotation(cosine, sine),
            translation(
                ops.where(move, ops.round((2 * x - 1) * width / 8), zero),
                ops.where(move, ops.round((2 * y - 1) * height / 8), zero),
            ),
        )

    def _geometric(self, n, height, width):
        scale, stretch, move = self._gates(n, 3)
        turns = self._gates(n, 2, 1 - ops.sqrt(1 - self.p))  # so that p of the images turn at all
        uniform = self._uniform(n, 2)
        angles = [ops.where(turns[i], (2 * uniform[i] - 1) * math.pi, 0.0) for i in range(2)]
        size, ratio, x, y = self._normal(n, 4)
        size = ops.where(scale, 2 ** (0.2 * size), 1.0)
        ratio = ops.where(stretch, 2 ** (0.2 * ratio), 1.0)
        before, after = (rotation(ops.cos(angle), ops.sin(angle)) for angle in angles)
        return (
            scaling(size, size),
            before,
            scaling(ratio, 1 / ratio),
            after,
            translation(
                ops.where(move, 0.125 * width * x, 0.0), ops.where(move, 0.125 * height * y, 0.0)
            ),
        )

    def _color(self, n, images):
        gates = self._gates(n, 5)
        normal, uniform = self._normal(n, 3), self._uniform(n, 2)
        brightness = _drawn(gates[0], 0.2 * normal[0], 0.0)
        contrast = _drawn(gates[1], 2 ** (0.5 * normal[1]), 1.0)
        luma = _drawn(gates[2] & (uniform[0] < 0.5), -1.0, 1.0)
        saturation = _drawn(gates[3], 2 ** normal[2], 1.0)
        hue = _drawn(gates[4], (2 * uniform[1] - 1) * math.pi, 0.0)
        return recolor((images + brightness) * contrast, luma, hue, saturation)

    def _gates(self, n, count, p=None):
        p = self.p if p is None else p
        return [u < p for u in self._uniform(n, count)]

    def _uniform(self, n, count):
        """`count` tensors (n,) from U(0, 1)."""
        return ops.unstack(keras.random.uniform((n, count), seed=self.seed_generator), axis=1)

    def _normal(self, n, count):
        """`count` tensors (n,) from N(0, 1)."""
        return ops.unstack(keras.random.normal((n, count), seed=self.seed_generator), axis=1)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        return {**super().get_config(), "target": self.target, "speed": self.speed}


_QUARTERS = ((1.0, 0.0, -1.0, 0.0), (0.0, 1.0, 0.0, -1.0))  # cosine and sine of 0°, 90°, 180°, 270°


def _drawn(gate, value, otherwise):
    return ops.reshape(ops.where(gate, value, otherwise), (-1, 1, 1, 1))


def recolor(images: Tensor, luma: Tensor, hue: Tensor, saturation: Tensor) -> Tensor:
    """Scale the grey part of every pixel, turn and scale the rest; a neutral setting is exact.

    Args:
        images: tensor (n, height, width, channels).
        luma: tensor (n, 1, 1, 1), the factor of the mean over the channels.
        hue: tensor (n, 1, 1, 1), the angle in radians about the grey axis; of 3 channels only.
        saturation: tensor (n, 1, 1, 1), the factor of what differs from the mean.

    Returns:
        A tensor of the images' shape.
    """
    channels = images.shape[-1]
    mean = ops.mean(images, axis=-1, keepdims=True)
    if channels != 3:
        return images + (luma - 1) * mean + (saturation - 1) * (images - mean)
    # Rodrigues' rotation: the cross product of the grey axis (1, 1, 1) / √3 and the pixel.
    cross = (ops.roll(images, 1, axis=-1) - ops.roll(images, -1, axis=-1)) / math.sqrt(3)
    along = (saturation * ops.cos(hue) - 1) * (images - mean)
    return images + (luma - 1) * mean + along + saturation * ops.sin(hue) * cross


def scaling(x: Tensor, y: Tensor) -> Tensor:
    """Matrices (n, 3, 3) that scale x and y by these, tensors (n,)."""
    zero = ops.zeros_like(x)
    return _matrix([[x, zero, zero], [zero, y, zero], [zero, zero, zero + 1]])


def rotation(cosine: Tensor, sine: Tensor) -> Tensor:
    """Matrices (n, 3, 3) that turn by the angle with this cosine and sine, tensors (n,)."""
    zero = ops.zeros_like(sine)
    return _matrix([[cosine, -sine, zero], [sine, cosine, zero], [zero, zero, zero + 1]])


def translation(x: Tensor, y: Tensor) -> Tensor:
    """Matrices (n, 3, 3) that move by so many pixels, tensors (n,)."""
    zero = ops.zeros_like(x)
    return _matrix([[zero + 1, zero, x], [zero, zero + 1, y], [zero, zero, zero + 1]])


def _matrix(rows):
    return ops.stack([ops.stack(row, axis=-1) for row in rows], axis=-2)


def compose(first: Tensor, *others: Tensor) -> Tensor:
    """The product of matrices (n, 3, 3), in full float32 on every device."""
    for other in others:
        first = ops.sum(first[:, :, :, None] * other[:, None, :, :], axis=2)
    return first


def warp(images: Tensor, matrices: Tensor) -> Tensor:
    """Sample images bilinearly at an affine map of the pixel grid; they are mirrored outside.

    At whole pixels it is exact. It is linear in the images, so that it can be differentiated any
    number of times with respect to them.

    Args:
        images: tensor (n, height, width, channels).
        matrices: tensor (n, 3, 3). `matrix @ (x, y, 1)` is the place in the image from which the
            result's pixel (x, y) comes, in pixels from the image's centre, y downwards.

    Returns:
        A tensor of the images' shape.

    Example:

    >>> import numpy as np
    >>> from keras import ops
    >>> images = np.array([1.0, 2.0, 3.0], "float32").reshape(1, 1, 3, 1)
    >>> moved = warp(images, translation(np.ones(1, "float32"), np.zeros(1, "float32")))
    >>> ops.convert_to_numpy(moved).ravel().tolist()
    [2.0, 3.0, 2.0]
    """
    _, height, width, _ = images.shape
    x = ops.arange(width, dtype="float32")[None, None, :] - (width - 1) / 2
    y = ops.arange(height, dtype="float32")[None, :, None] - (height - 1) / 2

    def sources(row, size):  # the two pixels beside each place, and the weight of the second
        a, b, c = (matrices[:, row, i][:, None, None] for i in range(3))
        last = size - 1
        place = a * x + b * y + c + last / 2
        place = last - ops.abs(ops.mod(place, max(2 * last, 1)) - last)
        place = ops.clip(place, 0, last)
        below = ops.floor(place)
        index = ops.cast(below, "int32")
        return index, ops.minimum(index + 1, last), (place - below)[..., None]

    left, right, across = sources(0, width)
    top, bottom, down = sources(1, height)
    upper, lower = (
        gather_pixels(images, row, left) * (1 - across) + gather_pixels(images, row, right) * across
        for row in (top, bottom)
    )
    return upper * (1 - down) + lower * down
