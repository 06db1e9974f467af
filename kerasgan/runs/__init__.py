"""Training runs in folders: their settings, the training, the way back into them."""

from kerasgan.runs.run import read_config, resume, start

__all__ = ["read_config", "resume", "start"]
