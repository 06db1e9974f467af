"""Files, pictures, versions, checks: leaves that know nothing of GANs."""

from kerasgan.utils.images import image_grid, save_gif, save_image

__all__ = ["image_grid", "save_gif", "save_image"]
