"""A service of trained models: HTTP in front, batches behind. It needs `kerasgan[serve]`."""

from kerasgan.serve.application import application
from kerasgan.serve.limits import Limits
from kerasgan.serve.served import named, opened
from kerasgan.serve.server import serve

__all__ = ["Limits", "application", "named", "opened", "serve"]
