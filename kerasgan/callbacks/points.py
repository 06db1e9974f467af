"""Pictures of a GAN that learns points in the plane."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike

from kerasgan import backend
from kerasgan.callbacks.frames import EpochFrames, drawing, frame_paths
from kerasgan.utils.checks import number, whole
from kerasgan.utils.figures import Window, figure_pixels, new_figure
from kerasgan.utils.images import save_gif
from kerasgan.utils.types import PathLike

GRID = 64  # the discriminator is asked at GRID x GRID places
MARGIN = 1.3  # the axes are that much wider than the real points


class PointAnimation(EpochFrames):
    """Draws real points, generated points and what the discriminator makes of the plane.

    Writes files as `SampleGrid` does, into `directory/points`, and at the end of training
    `directory/points.gif` (as `Timelapse` does). The axes are those of the real points for the
    whole run, and the latents are the same in every picture.

    Args:
        directory: str or path-like, the run's folder. Made if need be.
        real: float array of shape (m, 2), real points; at most `n` of them are drawn.
        every: int, epochs from one picture to the next. The last epoch is always drawn. A picture
            takes about a tenth of a second.
        n: int, how many points are generated.
        seed: int, what the latents and the choice of real points are drawn from.
        surface: bool, whether to colour the plane by sigmoid(discriminator), its probability that
            a point is real. Needs a discriminator that maps (batch, 2) to logits (batch, 1).
        live: bool, whether to show the pictures in a window too, through matplotlib's interactive
            backend. Where there is no display a line says so and training goes on without.
        fps: number, frames a second of the GIF, above 0 and at most 50.
        labels: for a conditional model, array of class ids or condition vectors to draw by, one
            after another and again from the first; None draws class ids.

    Raises:
        ValueError: if an argument is out of range; at the start of `fit`, if the model's data are
            no points in the plane, if it wants condition vectors, or its discriminator cannot be
            asked for the surface.

    Example:
        >>> import tempfile, numpy as np, kerasgan as kg
        >>> from PIL import Image
        >>> real = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
        >>> gan = kg.GAN((2,), 2, generator_units=(16,), discriminator_units=(16,))
        >>> gan.compile()
        >>> folder = tempfile.mkdtemp()
        >>> animation = kg.callbacks.PointAnimation(folder, real, n=100)
        >>> _ = gan.fit(real, epochs=2, batch_size=16, verbose=0, callbacks=[animation])
        >>> Image.open(f"{folder}/points.gif").n_frames
        3
    """

    def __init__(
        self,
        directory: PathLike,
        real: np.ndarray,
        every: int = 1,
        n: int = 1000,
        seed: int = 0,
        surface: bool = True,
        live: bool = False,
        fps: float = 8,
        labels: ArrayLike | None = None,
    ):
        super().__init__(Path(directory) / "points", every)
        whole("n", n)
        whole("seed", seed, least=0)
        number("fps", fps, above=0, most=50)
        real = np.asarray(real)
        if real.ndim != 2 or real.shape[1] != 2 or not len(real) or not np.isfinite(real).all():
            raise ValueError(
                "`real` must be an array of shape (m, 2), finite points in the plane. "
                f"Received: real.shape={real.shape}, {(~np.isfinite(real)).sum()} not finite"
            )
        self.real = np.random.default_rng(seed).permutation(real)[:n]
        self.n, self.seed, self.surface, self.fps = n, seed, surface, fps
        self._drawn: dict[str, Any] = {"n": n, "seed": seed}
        if labels is not None:
            labels = np.asarray(labels)
            self._drawn["labels"] = np.resize(labels, (n, *labels.shape[1:]))
        low, high = real.min(axis=0), real.max(axis=0)
        half = MARGIN * (high - low).max() / 2 or 1.0
        (left, bottom), (right, top) = (low + high) / 2 - half, (low + high) / 2 + half
        self._extent = left, right, bottom, top
        places = np.meshgrid(np.linspace(left, right, GRID), np.linspace(bottom, top, GRID))
        self._places = np.stack(places, axis=-1).reshape(-1, 2).astype("float32")
        self._figure: Any = None
        self._window = Window("PointAnimation") if live else None

    def on_train_begin(self, logs: dict | None = None) -> None:
        super().on_train_begin(logs)
        shape = getattr(self.model, "data_shape", None)
        if shape is None or tuple(shape) != (2,):
            raise ValueError(
                "PointAnimation draws points, so the model needs `generate` and a `data_shape` of "
                "(2,); for images use SampleGrid. "
                f"Received: model={type(self.model).__name__}, data_shape={shape}"
            )
        wants = getattr(self.model, "condition", None)
        if isinstance(wants, tuple) and "labels" not in self._drawn:
            raise ValueError(
                f"Pass the condition vectors to draw by as `labels`, shape (m, {wants[0]}). "
                "Received: labels=None"
            )
        if self.surface:
            try:
                self._probabilities()
            except Exception as error:  # every backend has exceptions of its own
                raise ValueError(
                    "The discriminator must map points (batch, 2) to logits (batch, 1) to be drawn "
                    "as a surface; for one that does not, pass surface=False. "
                    f"Received: discriminator={self.model.discriminator}"
                ) from error

    def on_train_end(self, logs: dict | None = None) -> None:
        super().on_train_end(logs)
        frames = frame_paths(self.folder, self._epoch or 0)
        path = self.folder.parent / "points.gif"
        if frames and backend.first():
            with drawing(path):
                save_gif(frames, path, self.fps)

    def draw(self, epoch: int) -> np.ndarray:
        if self._figure is None:
            self._lay_out()
        if self.surface:
            self._plane.set_data(self._probabilities())
        self._fake.set_offsets(self.model.generate(**self._drawn))
        self._title.set_text(f"epoch {epoch}")
        pixels = figure_pixels(self._figure)
        if self._window:
            self._window.show(pixels)
        return pixels

    def _lay_out(self):
        """Draws all that stays the same from picture to picture: that is most of the work."""
        self._figure = new_figure(6.4 if self.surface else 5.6, 5.6)
        axes = self._figure.add_subplot()
        if self.surface:
            style = {"cmap": "PRGn", "alpha": 0.5, "interpolation": "bilinear", "origin": "lower"}
            unknown = np.full((GRID, GRID), 0.5)
            self._plane = axes.imshow(unknown, extent=self._extent, vmin=0, vmax=1, **style)
            label = "discriminator: probability of real"
            self._figure.colorbar(self._plane, label=label, shrink=0.8)
        axes.scatter(*self.real.T, s=8, color="black", linewidths=0, label="real")
        self._fake = axes.scatter([], [], s=8, color="tab:orange", linewidths=0, label="generated")
        axes.set(xlim=self._extent[:2], ylim=self._extent[2:], aspect="equal")
        self._title = axes.set_title("epoch 0", loc="left")
        style = {"frameon": False, "markerscale": 2, "borderaxespad": 0, "handletextpad": 0}
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, **style)
        self._figure.canvas.draw()
        self._figure.set_layout_engine("none")

    def _probabilities(self):
        """The discriminator's sigmoid, shape (GRID, GRID), rows from the bottom up."""
        logits = self.model.discriminator(self._places, training=False)
        logits = keras.ops.convert_to_numpy(keras.ops.cast(logits, "float32"))
        return (0.5 + 0.5 * np.tanh(logits / 2)).reshape(GRID, GRID)
