"""Trained networks as files that run without kerasgan and without Keras."""

from kerasgan.export.files import SUFFIXES, Endpoint, export

__all__ = ["SUFFIXES", "Endpoint", "export"]
