"""SRResNet: super-resolution trained on the pixels alone."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine import AdversarialModel
from kerasgan.layers import Average, Shrink
from kerasgan.losses import mean_squared_error
from kerasgan.models.image_to_image import ImageToImage
from kerasgan.networks import srgan_generator
from kerasgan.networks.checks import check_network
from kerasgan.utils import checks
from kerasgan.utils.types import Tensor


@keras.saving.register_keras_serializable("kerasgan")
class SRResNet(ImageToImage, AdversarialModel):
    """SRGAN's generator by itself, trained on the mean squared error: the stage before `SRGAN`.

    Batches are large images; the small ones are made of them inside, by a bicubic filter.
    `translate` makes any image `scale` times as large. Adam has rate 1e-4.

    Reference: Ledig et al. 2017, Photo-Realistic Single Image Super-Resolution Using a Generative
    Adversarial Network, arXiv:1609.04802.

    Args:
        data_shape: tuple (height, width, channels) of the large images that are trained on.
        scale: int, by which images grow: 2, 4 or another power of two.
        generator: Keras model of small images to large ones; None for the paper's.
        filters: int, the generator's width; 64 in the paper.
        blocks: int, the generator's residual blocks; 16 in the paper.
        ema_decay: float in [0, 1) or None. Decay of the generator's moving average, which
            `translate` then uses.
        seed: int or None. Seed of the model's random numbers.
        **kwargs: `name`, `dtype` for `keras.Model`.

    Raises:
        ValueError: if the scale does not divide the size, or the network does not fit it.

    Example:

    >>> import numpy as np
    >>> import kerasgan as kg
    >>> model = kg.SRResNet((16, 16, 3), scale=2, filters=4, blocks=1)
    >>> model.compile()
    >>> images = np.random.uniform(-1, 1, (4, 16, 16, 3)).astype("float32")
    >>> list(model.fit(images, verbose=0).history)
    ['mse']
    >>> model.translate(images).shape
    (4, 32, 32, 3)
    """

    paired = True
    log_names = {"mse": "generator"}

    def __init__(
        self,
        data_shape: Sequence[int],
        scale: int = 4,
        *,
        generator: keras.Model | None = None,
        filters: int = 64,
        blocks: int = 16,
        ema_decay: float | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ):
        super().__init__(seed=seed, **kwargs)
        self.data_shape = checks.widths("data_shape", data_shape)
        if len(self.data_shape) != 3:
            raise ValueError(
                f"`data_shape` must be (height, width, channels). Received: {data_shape=}"
            )
        self.scale = checks.width("scale", scale)
        height, width, channels = self.data_shape
        if height % scale or width % scale:
            nearest = [max(1, round(side / scale)) * scale for side in (height, width)]
            raise ValueError(
                f"Height and width must be multiples of the scale; the nearest size that works is "
                f"{nearest[0]}x{nearest[1]}. Received: {data_shape=}, {scale=}"
            )
        self.shrink = Shrink(scale)
        with self.own_policy():
            if generator is None:
                generator = srgan_generator(channels, scale, filters, blocks)
            self.generator = generator
        small = (height // scale, width // scale, channels)
        check_network("generator", self.generator, [small], self.data_shape, gives="images")
        if ema_decay is not None:
            self.average = Average(self.generator, ema_decay)
            self.averages["generator"] = [self.average]
        self.data_spec = {"images": self.data_shape}

    def players(self) -> dict[str, list[keras.Model]]:
        """The generator."""
        return {"generator": [self.generator]}

    def default_optimizer(self, player: str) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(1e-4)

    def translators(self) -> dict[str, keras.Model]:
        """The generator, from small to large, by its moving average where there is one."""
        return {"AtoB": self.generator if self.ema_decay is None else self.average.network}

    def small(self, images: np.ndarray) -> np.ndarray:
        """Large images made small, as `translate` takes them.

        Args:
            images: float array `(n, height, width, channels)` in [-1, 1].

        Returns:
            A numpy array, `scale` times smaller, clipped to [-1, 1], which the filter may leave.
        """
        return np.clip(ops.convert_to_numpy(self.shrink(images)), -1, 1)

    def sides(self, batch: Any) -> tuple[np.ndarray, np.ndarray]:
        """The large images made small, and the large ones."""
        return self.small(batch), batch

    def content_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        """The mean squared error."""
        return mean_squared_error(real, fake)

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """One step of the generator."""
        (real,) = self.batch(data)
        small = self.shrink(real)
        mse = self.minimize(
            lambda: self.content_loss(real, self.generator(small, training=True)), "generator"
        )
        return self.logs(mse=mse)

    def test_step(self, data: Any) -> dict[str, Tensor]:
        """The error at inference."""
        (real,) = self.batch(data)
        return self.logs(mse=self.content_loss(real, self.generator(self.shrink(real))))
