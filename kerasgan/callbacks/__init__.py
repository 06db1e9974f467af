"""Callbacks for `fit`: sample pictures, time lapses, loss curves, animations, a page of it all."""

from kerasgan.callbacks.gallery import Gallery
from kerasgan.callbacks.history import LossHistory
from kerasgan.callbacks.images import image_grid, save_gif, save_image
from kerasgan.callbacks.points import PointAnimation
from kerasgan.callbacks.samples import SampleGrid, Timelapse
from kerasgan.callbacks.translation import TranslationGrid

__all__ = [
    "Gallery",
    "LossHistory",
    "PointAnimation",
    "SampleGrid",
    "Timelapse",
    "TranslationGrid",
    "image_grid",
    "save_gif",
    "save_image",
]
