"""Paths between latents."""

from kerasgan.latents.interpolation import slerp

__all__ = ["slerp"]
