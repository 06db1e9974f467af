"""How a trained translator is asked for images: any size, padded or in tiles; numpy out."""

import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from kerasgan.export import Endpoint, export_page
from kerasgan.export import export as export_endpoints
from kerasgan.losses import AdversarialLoss
from kerasgan.models.pretrained import Pretrained
from kerasgan.utils import checks
from kerasgan.utils.directions import B_TO_A, canonical
from kerasgan.utils.progress import progress
from kerasgan.utils.types import PathLike, Size, Tensor

_STRIDES = tuple(2**i for i in range(11))


class ImageToImage(Pretrained):
    """The part of a model that turns images into other images.

    Attributes:
        scale: int, how many times as large as its input the output is.
    """

    task = "translate"
    scale = 1
    data_spec: dict[str, Any]
    adversarial_loss: AdversarialLoss
    on_logits: Callable[..., Tensor]

    def sides(self, batch: Any) -> tuple[np.ndarray, np.ndarray]:
        """Images A and B of a batch of the model's data.

        Args:
            batch: what the model trains on, a numpy array or a pair of such.

        Returns:
            Two numpy arrays: what goes in, and what it should become or, without pairs, the images
            of the other side.
        """
        images_a, images_b = batch
        return images_a, images_b

    def translators(self) -> dict[str, keras.Model]:
        """Dict of direction, such as "AtoB", to the network that goes this way."""
        raise NotImplementedError(f"{type(self).__name__} must list its translators.")

    def preset_networks(self) -> list[keras.Model]:
        """The networks of all directions."""
        return list(self.translators().values())

    @property
    def directions(self) -> tuple[str, ...]:
        """The names of the directions, a tuple of str."""
        return tuple(self.translators())

    def judging_loss(
        self, discriminator: keras.Model, real: Tensor, fake: Tensor, training: bool
    ) -> Tensor:
        """Half a discriminator's loss, as in the code of CycleGAN and pix2pix."""
        real, fake = (discriminator(x, training=training) for x in (real, fake))
        return self.on_logits(real, fake, training) / self.adversarial_loss.mean_weight / 2

    def fooling_loss(
        self, discriminator: keras.Model, real: Tensor, fake: Tensor, training: bool
    ) -> Tensor:
        """A generator's loss at a discriminator, a mean of whole squares for least squares."""
        loss = self.adversarial_loss
        fake = discriminator(fake, training=training)
        real = discriminator(real, training=training) if loss.relativistic else None
        return loss.generator(fake, real) / loss.mean_weight

    def translate(
        self,
        images: np.ndarray,
        direction: str = "AtoB",
        *,
        pad: bool = False,
        tile: int | None = None,
        batch_size: int = 16,
    ) -> np.ndarray:
        """Translate images at inference.

        Args:
            images: float array `(n, height, width, channels)` in [-1, 1], of any height and width
                that the network's strides divide.
            direction: str, one of `directions`.
            pad: bool. True takes any height and width: the images are mirrored at their lower and
                right edges up to a size that works, and the result is cut to theirs.
            tile: int or None, pixels. Larger images are translated in squares of that size, which
                overlap by a quarter and fade into each other, so that memory is enough. What a
                network sees of an image, in its normalization for one, then is one tile.
            batch_size: int, how many images or tiles are translated at once.

        Returns:
            float32 numpy array `(n, scale * height, scale * width, channels)`.

        Raises:
            ValueError: if the direction is unknown, or the images' shape or values are not such.

        Example:

        >>> import numpy as np
        >>> import kerasgan as kg
        >>> small = {"filters": 2, "blocks": 1, "discriminator": "pixel"}
        >>> gan = kg.CycleGAN((16, 16, 3), (16, 16, 1), **small)
        >>> gan.translate(np.zeros((2, 20, 24, 3))).shape
        (2, 20, 24, 1)
        >>> gan.translate(np.zeros((2, 13, 21, 1)), "BtoA", pad=True).shape
        (2, 13, 21, 3)
        """
        direction = canonical(direction)
        if direction not in self.directions:
            raise ValueError(
                f"Unknown direction; there are {self.directions}. Received: {direction=}"
            )
        network = self.translators()[direction]
        images = checks.images("images", images, network.input_shape[-1])
        size = checks.whole("batch_size", batch_size)
        if tile is None:
            return self._whole(network, images, pad, size)
        tile = checks.whole("tile", tile)
        return np.stack([self._tiled(network, image, tile, pad, size) for image in images])

    def export(
        self,
        filepath: PathLike,
        format: str = "tf_saved_model",
        verbose: bool | None = None,
        *,
        as_uint8: bool = False,
        packages: PathLike | None = None,
    ) -> dict[str, dict]:
        """Write the networks of all directions for use without Keras.

        What is written is inference in float32, the same whichever backend trained, from `images`
        in [-1, 1] to `translated` ones. A SavedModel has the signatures `AtoB` and, where the model
        goes that way, `BtoA`, and `serving_default`, which is `AtoB`; in the other formats each
        direction is a file, `x.AtoB.onnx` and `x.BtoA.onnx` where there are two. Heights and widths
        are free where they are in the network, to be multiples of its strides, as for `translate`.
        The format "web" is a page that translates in any browser, without a network.

        Args:
            filepath: str or path-like, a new folder for "tf_saved_model" and "web", or a new file
                that ends in `.onnx`, `.tflite`, `.weights.h5` or, for a page in one file, `.html`.
            format: str, "tf_saved_model", "onnx", "litert", "weights" or "web".
            verbose: bool. True prints the paths and signatures.
            as_uint8: bool. True gives images as bytes, [0, 255] for [-1, 1].
            packages: for "web", the folder in which the npm package of ONNX Runtime Web may lie,
                as `npm pack` makes it, or None: npm fetches it.

        Returns:
            Dict of the paths written to a dict of their signatures: name to (inputs, outputs), each
            a dict of name to (shape, dtype).

        Raises:
            ValueError: if the format is unknown, the path exists or has another ending, a network
                cannot be written so, or ONNX Runtime Web is not to be had.
            ImportError: if "onnx" or "web" lacks its packages.

        Example:

        >>> import os, tempfile
        >>> import kerasgan as kg
        >>> small = {"filters": 2, "blocks": 1, "discriminator": "pixel"}
        >>> gan = kg.CycleGAN((16, 16, 3), (16, 16, 1), **small)
        >>> files = gan.export(f"{tempfile.mkdtemp()}/gan.weights.h5", "weights")
        >>> [os.path.basename(path) for path in files]
        ['gan.AtoB.weights.h5', 'gan.BtoA.weights.h5']
        """
        dtype = "uint8" if as_uint8 else "float32"
        endpoints = {
            way: Endpoint(
                network,
                {"images": (network.input_shape, "float32")},
                {"translated": (network.output_shape, dtype)},
            )
            for way, network in self.translators().items()
        }
        if format == "web":
            return export_page(endpoints, self._page(), filepath, verbose, packages)
        return export_endpoints(endpoints, filepath, format, verbose)

    def trained_size(self, direction: str) -> Size:
        """The (height, width) of what the model was trained to take, in a direction."""
        height, width, _ = list(self.data_spec.values())[-1 if direction == B_TO_A else 0]
        return height // self.scale, width // self.scale

    def _page(self):
        """What a page of the model must know."""
        ways = {}
        for way, network in self.translators().items():
            fixed = None not in network.input_shape[1:3]
            height, width = network.input_shape[1:3] if fixed else self.trained_size(way)
            ways[way] = {
                "shape": (height, width, network.input_shape[-1]),
                "out": network.output_shape[-1],
                "free": not fixed,
                "stride": 1 if fixed else _stride(network, height, width, self.scale),
            }
        shapes = [(*way["shape"], way["out"]) for way in ways.values()]
        (height, width, *_), strides = shapes[0], [way["stride"] for way in ways.values()]
        return {
            "kind": "translate",
            "name": type(self).__name__,
            "about": f"{width} × {height} → {self.scale * width} × {self.scale * height}",
            "channels": [channels for shape in shapes for channels in shape[2:]],
            "scale": self.scale,
            "tile": max(128, *strides, *(side for shape in shapes for side in shape[:2])),
            "ways": ways,
        }

    def _whole(self, network, images, pad, batch_size):
        height, width = images.shape[1:3]
        stride = _stride(network, height, width, self.scale)
        rest = -height % stride, -width % stride
        if any(rest) and not pad:
            below, above = [(side // stride * stride, side + more) for side, more in
                            zip((height, width), rest, strict=True)]  # fmt: skip
            raise ValueError(
                f"The network's strides divide sizes that are multiples of {stride}: cut or resize "
                f"to a height of {below[0]} or {below[1]} and a width of {above[0]} or {above[1]}, "
                f"or pass pad=True. Received: images.shape={images.shape}"
            )
        padding = [(0, 0), (0, rest[0]), (0, rest[1]), (0, 0)]
        images = np.pad(images, padding, mode="symmetric")
        parts = [images[i : i + batch_size] for i in range(0, len(images), batch_size)]
        with self.one_at_a_time:
            parts = progress(parts, "translate", unit="batch")
            made = np.concatenate([network.predict_on_batch(part) for part in parts])
        return made[:, : self.scale * height, : self.scale * width].astype("float32")

    def _tiled(self, network, image, tile, pad, batch_size):
        height, width = image.shape[:2]
        tops, lefts = _starts(height, tile), _starts(width, tile)
        corners = [(top, left) for top in tops for left in lefts]
        tiles = np.stack([image[y : y + tile, x : x + tile] for y, x in corners])
        made = self._whole(network, tiles, pad, batch_size)
        weight = _fade(made.shape[1])[:, None] * _fade(made.shape[2])[None, :]
        total = np.zeros((self.scale * height, self.scale * width, made.shape[-1]))
        weights = np.zeros((*total.shape[:2], 1))
        for (y, x), part in zip(corners, made, strict=True):
            y, x = self.scale * y, self.scale * x
            place = slice(y, y + part.shape[0]), slice(x, x + part.shape[1])
            total[place] += part * weight[..., None]
            weights[place] += weight[..., None]
        return (total / weights).astype("float32")


@functools.lru_cache(maxsize=64)
def _stride(network, height, width, scale):
    """The power of two whose multiples the network takes, from this height and width on."""
    for stride in _STRIDES:
        taken = [side + -side % stride for side in (height, width)]
        more = [side + stride for side in taken]
        if _fits(network, taken, scale) and _fits(network, more, scale):
            return stride
    if not _fits(network, (height, width), scale):
        raise ValueError(
            f"The network does not take this size, its input is {network.input_shape}. "
            f"Received: height={height}, width={width}"
        )
    return 1


def _fits(network, size, scale):
    try:
        made = network(keras.KerasTensor((1, *size, network.input_shape[-1])))
    except ValueError:
        return False
    return tuple(made.shape[1:3]) == tuple(scale * side for side in size)


def _starts(length, tile):
    """Where tiles begin, the last one at the end."""
    if length <= tile:
        return [0]
    step = tile - tile // 4
    return [*range(0, length - tile, step), length - tile]


def _fade(length):
    """Weights of a tile's rows: rising over its first quarter, falling over its last."""
    ramp = np.minimum(np.arange(1, length + 1), np.arange(length, 0, -1))
    return np.minimum(ramp / (length // 4 + 1), 1)
