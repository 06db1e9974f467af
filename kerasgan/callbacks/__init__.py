"""Callbacks for `fit`: pictures, curves, a page of them, scores, health, checkpoints, trackers."""

from kerasgan.callbacks.checkpoints import Checkpoints
from kerasgan.callbacks.evaluation import Evaluation
from kerasgan.callbacks.gallery import Gallery
from kerasgan.callbacks.health import Health
from kerasgan.callbacks.history import LossHistory
from kerasgan.callbacks.points import PointAnimation
from kerasgan.callbacks.profile import Profile
from kerasgan.callbacks.samples import SampleGrid, Timelapse
from kerasgan.callbacks.tracking import Tracking
from kerasgan.callbacks.translation import TranslationGrid

__all__ = [
    "Checkpoints",
    "Evaluation",
    "Gallery",
    "Health",
    "LossHistory",
    "PointAnimation",
    "Profile",
    "SampleGrid",
    "Timelapse",
    "Tracking",
    "TranslationGrid",
]
