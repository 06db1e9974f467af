"""What can be done in the space that a generator draws from."""

from kerasgan.latents.directions import directions, traverse
from kerasgan.latents.interpolation import between_corners, slerp
from kerasgan.latents.inversion import invert
from kerasgan.latents.mixing import style_mixing
from kerasgan.latents.neighbours import nearest
from kerasgan.latents.walks import walk
from kerasgan.utils.truncation import truncated_normal

__all__ = [
    "between_corners",
    "directions",
    "invert",
    "nearest",
    "slerp",
    "style_mixing",
    "traverse",
    "truncated_normal",
    "walk",
]
