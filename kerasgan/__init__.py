"""kerasgan: generative adversarial networks for Keras 3 on TensorFlow, JAX and PyTorch."""

from kerasgan import callbacks, datasets, engine, losses, metrics, models, networks
from kerasgan.models import GAN

__version__ = "0.1.0"
__all__ = ["GAN", "callbacks", "datasets", "engine", "losses", "metrics", "models", "networks"]
