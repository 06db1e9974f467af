"""Trained networks as files that run without kerasgan and without Keras."""

from kerasgan.export.files import SUFFIXES, Endpoint, export
from kerasgan.export.page import export_page

__all__ = ["SUFFIXES", "Endpoint", "export", "export_page"]
