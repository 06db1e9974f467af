"""The write-once training step: plain imperative Keras on TensorFlow, JAX and PyTorch."""

from kerasgan.engine.adversarial import AdversarialModel
from kerasgan.engine.gradients import gradient, gradient_norm

__all__ = ["AdversarialModel", "gradient", "gradient_norm"]
