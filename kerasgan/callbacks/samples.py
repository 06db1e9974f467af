"""Pictures of what an image GAN generates, as it learns."""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
import numpy as np
from numpy.typing import ArrayLike

from kerasgan.callbacks.frames import EpochFrames, drawing, frame_paths
from kerasgan.utils.checks import floats, generates, number, whole
from kerasgan.utils.images import image_grid, save_gif, titled
from kerasgan.utils.types import PathLike

FOLDER = "samples"


class SampleGrid(EpochFrames):
    """Draws the images that the same latents give, epoch after epoch.

    Writes `directory/samples/0000.png` before training, `0001.png` after the first epoch and so
    on, and `directory/latest.png`, always a copy of the newest. After a resume (`initial_epoch`,
    or Keras's `BackupAndRestore`) the numbers go on from where they were.

    A model of classes gets one row for each class, and the same latents in every row. Any other
    `keras.Model` will do that has a method `generate(n, seed=...)`, or for which such a function is
    passed.

    Args:
        directory: str or path-like, the run's folder. Made if need be.
        every: int, epochs from one picture to the next; twice as many after 1,000 pictures, four
            times after 2,000 and so on. The last epoch is always drawn.
        rows: int, rows of the grid; None for one a class, or 8 for a model without classes.
        cols: int, columns of the grid.
        seed: int, what the latents are drawn from. Ignored if `latents` are given.
        latents: float array of shape (rows * cols, latent_dim) to draw instead, or None.
        labels: class ids (rows * cols,) or condition vectors (rows * cols, d) to draw, or None for
            class after class, row by row. A model of condition vectors needs them.
        class_names: list of str, the names of the classes in the order of their ids, to stand
            beside the rows of one class each; None for no titles.
        generate: function of `n` and `seed`, which gives n float images in [-1, 1], to be asked
            in place of the model; None for the model's own.

    Raises:
        ValueError: if a number is not a whole one above 0, or `latents` or `labels` do not fill the
            grid; at the start of `fit`, if the model does not generate images, or not for these
            labels.

    Example:
        >>> import tempfile, numpy as np, kerasgan as kg
        >>> from PIL import Image
        >>> folder = tempfile.mkdtemp()
        >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
        >>> gan.compile()
        >>> images = np.random.uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
        >>> grid = kg.callbacks.SampleGrid(folder, rows=2, cols=4)
        >>> _ = gan.fit(images, epochs=1, batch_size=16, verbose=0, callbacks=[grid])
        >>> Image.open(f"{folder}/samples/0001.png").size
        (42, 22)
    """

    def __init__(
        self,
        directory: PathLike,
        every: int = 1,
        rows: int | None = None,
        cols: int = 8,
        seed: int = 0,
        latents: np.ndarray | None = None,
        labels: ArrayLike | None = None,
        class_names: Sequence[str] | None = None,
        generate: Callable | None = None,
    ):
        super().__init__(Path(directory) / FOLDER, every)
        whole("cols", cols)
        if rows is not None:
            whole("rows", rows)
        whole("seed", seed, least=0)
        self.rows, self.cols, self.seed = rows, cols, seed
        self.latents = None if latents is None else floats("latents", latents).astype("float32")
        self.labels = None if labels is None else np.array(labels)
        self.class_names = [str(name) for name in class_names or ()]
        self.generate = generate

    def on_train_begin(self, logs: dict | None = None) -> None:
        super().on_train_begin(logs)
        generates(self.model, self.generate)
        shape = getattr(self.model, "data_shape", None)
        if self.generate is None and shape is not None and len(shape) != 3:
            raise ValueError(
                "SampleGrid draws images, so the model's `data_shape` must be (height, width, "
                "channels); for points in the plane use PointAnimation. "
                f"Received: model={type(self.model).__name__}, data_shape={shape}"
            )
        self._arguments = self._fixed()
        self._titles = self._names_of_rows()

    def _fixed(self):
        """What `generate` is given for every picture."""
        own = self.generate is None and hasattr(self.model, "latent_dim")
        classes = getattr(self.model, "num_classes", None) if own else None
        rows = self.rows or classes or 8
        labels, latents, n = self.labels, self.latents, rows * self.cols
        for name, array in (("latents", latents), ("labels", labels)):
            if array is not None and len(np.atleast_1d(array)) != n:
                raise ValueError(
                    f"`{name}` must be {n} to fill {rows} x {self.cols} cells. "
                    f"Received: {name}.shape={array.shape}"
                )
        if classes and labels is None:
            labels = np.repeat(np.arange(rows) % classes, self.cols)
            if latents is None:
                rng = np.random.default_rng(self.seed)
                latents = np.tile(rng.normal(size=(self.cols, self.model.latent_dim)), (rows, 1))
        given = {"n": n, "seed": self.seed, "latents": latents, "labels": labels}
        return {name: value for name, value in given.items() if value is not None}

    def _names_of_rows(self):
        """What stands beside each row: the name of its class, if it is of one."""
        if not self.class_names or not getattr(self.model, "num_classes", None):
            return []
        rows = np.reshape(self._arguments["labels"], (-1, self.cols))
        one = [row[0] < len(self.class_names) and (row == row[0]).all() for row in rows]
        return [
            self.class_names[row[0]] if named else "" for row, named in zip(rows, one, strict=True)
        ]

    def draw(self, epoch: int) -> np.ndarray:
        made = generates(self.model, self.generate)(**self._arguments)
        grid = image_grid(keras.ops.convert_to_numpy(made), self.cols)
        return titled(grid, self._titles) if self._titles else grid


class Timelapse(keras.callbacks.Callback):
    """Makes `directory/timelapse.gif` of the pictures that `SampleGrid(directory)` drew.

    That is at the end of training, and goes back to the first picture when the run was resumed.
    List it after the `SampleGrid`. Keras skips the end of training on Ctrl-C: all the pictures
    are there then, and `save_gif(sorted(glob.glob("run/samples/*.png")), "run/timelapse.gif")`
    makes the GIF by hand.

    At most 60 frames, evenly chosen, of at most 640 pixels a side; the last is held two seconds.

    Args:
        directory: str or path-like, the folder that `SampleGrid` was given.
        fps: number, frames a second, above 0 and at most 50.

    Raises:
        ValueError: if `fps` is out of range.

    Example:
        >>> import tempfile, numpy as np, kerasgan as kg
        >>> from PIL import Image
        >>> gan = kg.GAN((8, 8, 1), 4, generator_units=(16,), discriminator_units=(16,))
        >>> gan.compile()
        >>> images = np.random.uniform(-1, 1, (32, 8, 8, 1)).astype("float32")
        >>> folder = tempfile.mkdtemp()
        >>> callbacks = [kg.callbacks.SampleGrid(folder), kg.callbacks.Timelapse(folder)]
        >>> _ = gan.fit(images, epochs=2, batch_size=16, verbose=0, callbacks=callbacks)
        >>> Image.open(f"{folder}/timelapse.gif").n_frames
        3
    """

    first_only = True  # of several processes, as `fit` sees to

    def __init__(self, directory: PathLike, fps: float = 8):
        super().__init__()
        self.directory, self.fps = Path(directory), number("fps", fps, above=0, most=50)

    def on_train_begin(self, logs: dict | None = None) -> None:
        self._epoch = 0

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        self._epoch = epoch + 1

    def on_train_end(self, logs: dict | None = None) -> None:
        frames = frame_paths(self.directory / FOLDER, self._epoch)
        path = self.directory / "timelapse.gif"
        if frames:
            with drawing(path):
                save_gif(frames, path, self.fps)
        else:
            warnings.warn(
                "Timelapse found no pictures to animate: put SampleGrid, with the same directory, "
                f"before it in `callbacks`. Received: directory={str(self.directory)!r}",
                stacklevel=2,
            )
