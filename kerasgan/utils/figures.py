"""matplotlib apart from pyplot, so that a user's own figures and backend stay as they are."""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 100


def new_figure(width: float, height: float) -> "Figure":
    """An empty figure of `width` x `height` inches at 100 pixels an inch."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=DPI, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def figure_pixels(figure: "Figure") -> np.ndarray:
    """The figure as a uint8 array of shape (height, width, 3)."""
    canvas: Any = figure.canvas  # the one that `new_figure` gave it
    canvas.draw()
    return np.array(canvas.buffer_rgba())[..., :3]


class Window:
    """A window that shows one picture after the other, where there is a display.

    Where there is none, or it fails, one line says so, and `show` does nothing any more; nor once
    the user has closed the window.

    Args:
        title: str.
    """

    def __init__(self, title: str):
        self.title = title
        self._image: Any = None
        self._gone = False

    def show(self, pixels: np.ndarray) -> None:
        """Shows a uint8 array of shape (height, width, 3)."""
        if self._gone:
            return
        try:
            if self._image is None:
                self._open(pixels)
            self._image.set_data(pixels)
            self._image.figure.canvas.draw()
            self._image.figure.canvas.flush_events()
        except Exception as error:  # every toolkit has exceptions of its own
            self._gone = True
            print(f"{self.title}: no window ({error}); the pictures go on being written.")

    def _open(self, pixels):
        import matplotlib
        from matplotlib.backends.registry import backend_registry
        from matplotlib.figure import Figure

        name = matplotlib.get_backend()
        canvas_class = backend_registry.load_backend_module(name).FigureCanvas
        if canvas_class.required_interactive_framework is None:
            raise RuntimeError(f"no display, or no toolkit for one: matplotlib's backend is {name}")
        height, width = pixels.shape[:2]
        figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.axis("off")
        self._image = axes.imshow(pixels)
        self._manager = canvas_class.new_manager(figure, 0)
        self._manager.set_window_title(self.title)
        figure.canvas.mpl_connect("close_event", self._closed)
        self._manager.show()

    def _closed(self, event):
        self._gone = True
