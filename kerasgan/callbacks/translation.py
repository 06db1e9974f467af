"""Pictures of how an image translator renders the same images, as it learns."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kerasgan.callbacks.frames import EpochFrames
from kerasgan.callbacks.samples import FOLDER
from kerasgan.utils import checks
from kerasgan.utils.images import image_grid
from kerasgan.utils.types import PathLike


class TranslationGrid(EpochFrames):
    """Draws what the model makes of the same images, epoch after epoch, in a row for each image.

    A model of both directions gives rows of real A, fake B and A reconstructed from it, and, below
    them, of real B, fake A and B reconstructed. A model of one direction gives rows of real A,
    fake B and the true B that belongs to it.

    The files are those of `SampleGrid`, and so are their numbers.

    Where sizes differ the smaller images are scaled up to a whole multiple, pixel by pixel, and
    centred on white; where channels differ, grey is drawn as RGB.

    Args:
        directory: str or path-like, the run's folder. Made if need be.
        images_a: float array of shape (n, height, width, channels), 1 or 3 channels, in [-1, 1].
        images_b: such an array of domain B, or None to leave out what needs it. For a model of one
            direction it holds the true translations of `images_a`, in their order.
        every: int, epochs from one picture to the next. The last epoch is always drawn.

    Raises:
        ValueError: if `images_a` or `images_b` are not such arrays, or `every` is not a whole
            number above 0; at the start of `fit`, if the model does not translate images, or
            `images_b` are not as many as the `images_a` that they belong to.

    Example:
        >>> import tempfile, keras, numpy as np, kerasgan as kg
        >>> from PIL import Image
        >>> class Negative(keras.Sequential):
        ...     directions = ("AtoB", "BtoA")
        ...     def translate(self, images, direction="AtoB"):
        ...         return -images
        >>> folder = tempfile.mkdtemp()
        >>> model = Negative([keras.layers.Conv2D(3, 1)])
        >>> model.compile(loss="mse")
        >>> images = np.random.uniform(-1, 1, (4, 8, 8, 3)).astype("float32")
        >>> grid = kg.callbacks.TranslationGrid(folder, images[:2], images[2:])
        >>> _ = model.fit(images, images, epochs=1, verbose=0, callbacks=[grid])
        >>> Image.open(f"{folder}/samples/0001.png").size
        (32, 42)
    """

    def __init__(
        self,
        directory: PathLike,
        images_a: np.ndarray,
        images_b: np.ndarray | None = None,
        every: int = 1,
    ):
        super().__init__(Path(directory) / FOLDER, every)
        self.images_a = checks.images("images_a", images_a)
        self.images_b = None if images_b is None else checks.images("images_b", images_b)

    def on_train_begin(self, logs: dict | None = None) -> None:
        super().on_train_begin(logs)
        directions = getattr(self.model, "directions", None)
        if directions is None or not hasattr(self.model, "translate"):
            raise ValueError(
                "TranslationGrid draws translations, so the model needs `translate` and "
                "`directions`; for images made from noise use SampleGrid. "
                f"Received: model={type(self.model).__name__}"
            )
        self._both = "BtoA" in directions
        n = len(self.images_a)
        if not self._both and self.images_b is not None and len(self.images_b) != n:
            raise ValueError(
                f"`images_b` must be the {n} true translations of `images_a`, as the model's only "
                f"direction is {directions[0]}. Received: images_b.shape={self.images_b.shape}"
            )

    def draw(self, epoch: int) -> np.ndarray:
        return translation_grid(self._rows())

    def _rows(self):
        """The images of each column, for A's rows and, if there are any, for B's."""
        translate = self.model.translate
        fake_b = translate(self.images_a, direction="AtoB")
        columns = [self.images_a, fake_b]
        if not self._both:
            return [columns if self.images_b is None else [*columns, self.images_b]]
        rows = [[*columns, translate(fake_b, direction="BtoA")]]
        if self.images_b is not None:
            fake_a = translate(self.images_b, direction="BtoA")
            rows.append([self.images_b, fake_a, translate(fake_a, direction="AtoB")])
        return rows


def translation_grid(blocks: Sequence[Sequence[np.ndarray]]) -> np.ndarray:
    """Lays images that belong together side by side, in cells that hold the largest of them.

    Args:
        blocks: list of blocks of rows, one below the other; a block is a list of its columns, each
            a float array of shape (rows, height, width, channels) in [-1, 1]. All blocks have
            as many columns.

    Returns:
        uint8 array of shape (height, width, channels), as `image_grid` gives it.

    Example:
        >>> import numpy as np
        >>> small, large = np.zeros((2, 4, 4, 1)), np.zeros((2, 9, 8, 3))
        >>> translation_grid([[small, large]]).shape
        (24, 22, 3)
    """
    columns = [images for block in blocks for images in block]
    height, width, channels = np.max([images.shape[1:] for images in columns], axis=0)
    rows = [
        np.stack([_fit_cell(images, height, width, channels) for images in block], axis=1)
        for block in blocks
    ]
    cells = np.concatenate(rows).reshape(-1, height, width, channels)
    return image_grid(cells, len(blocks[0]))


def _fit_cell(images, height, width, channels):
    factor = min(height // images.shape[1], width // images.shape[2])
    images = images.repeat(factor, axis=1).repeat(factor, axis=2)
    n, *size = images.shape[:3]
    cells = np.ones((n, height, width, channels), "float32")  # white
    top, left = (height - size[0]) // 2, (width - size[1]) // 2
    cells[:, top : top + size[0], left : left + size[1]] = images
    return cells
