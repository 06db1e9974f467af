"""What augmentations inside the discriminator's step share."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.utils import checks
from kerasgan.utils.types import Tensor


class Augment(keras.layers.Layer):
    """Base of differentiable augmentations, put between images and discriminator in training.

    Real and generated images both pass through, and the generator's gradient passes back, so that
    the discriminator never sees a plain image and cannot learn few of them by heart, while the
    generator does not learn to make augmented ones. The layer acts at every call, in inference too.
    It computes in float32 and returns the images' dtype, under any dtype policy.

    A subclass has `transform(images)` from float32 images (n, height, width, channels) to the same.

    Args:
        policy: str or sequence of str, the kinds of transformations, in the order of `known`.
        known: tuple of str, the kinds that there are.
        seed: int or None, for the layer's own `keras.random.SeedGenerator`.
        **kwargs: `name` for `keras.layers.Layer`.

    Attributes:
        needs_centred_logits: bool. Whether `observe` reads the sign of the logits, which has
            a meaning only if the loss draws real logits above zero and fake ones below.

    Raises:
        ValueError: if `policy` holds an unknown kind, or none.
    """

    needs_centred_logits = False

    def __init__(
        self,
        policy: str | Sequence[str],
        known: Sequence[str],
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        policy = (policy,) if isinstance(policy, str) else tuple(policy)
        if not policy or not set(policy) <= set(known):
            raise ValueError(
                f"{type(self).__name__} knows the kinds {known}; name at least one. "
                f"Received: {policy=}"
            )
        super().__init__(**{**kwargs, "dtype": "float32", "autocast": False})
        self.policy = policy
        self.seed = checks.seed("seed", seed)
        self.seed_generator = keras.random.SeedGenerator(seed)
        self.built = True

    def call(self, images: Tensor) -> Tensor:
        """Augment each image by its own random draw.

        Args:
            images: float tensor (n, height, width, channels), as a rule in [-1, 1].

        Returns:
            A tensor of the same shape and dtype.
        """
        return ops.cast(self.transform(ops.cast(images, "float32")), images.dtype)

    def compute_output_spec(self, images: Tensor) -> keras.KerasTensor:
        """Shape and dtype of the images."""
        return keras.KerasTensor(images.shape, images.dtype)

    def observe(self, real_logits: Tensor) -> None:
        """Learn from the discriminator's logits for real images; here, nothing.

        Args:
            real_logits: float tensor (n,) or (n, 1).
        """

    def get_config(self) -> dict:
        """`policy`, `seed`, `name`."""
        return {**super().get_config(), "policy": self.policy, "seed": self.seed}

    def uniform(self, low: float, high: float, images: Tensor) -> Tensor:
        """One number from U(low, high) for each image, (n, 1, 1, 1)."""
        shape = (ops.shape(images)[0], 1, 1, 1)
        return keras.random.uniform(shape, low, high, seed=self.seed_generator)


def gather_pixels(images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """The pixels of each image at its own places.

    Args:
        images: tensor (n, height, width, channels).
        rows: int tensor (n, i, j), each in [0, height).
        columns: int tensor (n, i, j), each in [0, width).

    Returns:
        A tensor (n, i, j, channels).

    Example:

    >>> import numpy as np
    >>> from keras import ops
    >>> images = np.arange(8).reshape(2, 2, 2, 1)
    >>> right_top = gather_pixels(images, np.array([[[0]], [[0]]]), np.array([[[1]], [[1]]]))
    >>> ops.convert_to_numpy(right_top).ravel().tolist()
    [1, 5]
    """
    _, height, width, channels = images.shape
    first = ops.reshape(ops.arange(ops.shape(images)[0]) * (height * width), (-1, 1, 1))
    pixels = ops.reshape(images, (-1, channels))
    return ops.take(pixels, first + rows * width + columns, axis=0)
