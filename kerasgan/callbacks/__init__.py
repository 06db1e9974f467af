"""Callbacks for `fit`: sample pictures, time lapses, loss curves, animations of points."""

from kerasgan.callbacks.history import LossHistory
from kerasgan.callbacks.images import image_grid, save_gif, save_image
from kerasgan.callbacks.points import PointAnimation
from kerasgan.callbacks.samples import SampleGrid, Timelapse

__all__ = [
    "LossHistory",
    "PointAnimation",
    "SampleGrid",
    "Timelapse",
    "image_grid",
    "save_gif",
    "save_image",
]
