"""Training runs in folders: their settings, the training, the way back into them."""

from kerasgan.runs.choosing import choose
from kerasgan.runs.configuration import Configuration
from kerasgan.runs.run import resume, start

read_config = Configuration.read

__all__ = ["Configuration", "choose", "read_config", "resume", "start"]
