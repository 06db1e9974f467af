"""The write-once training step: plain imperative Keras on TensorFlow, JAX and PyTorch."""

from kerasgan.engine.adam import Adam
from kerasgan.engine.adversarial import AdversarialModel
from kerasgan.engine.average import Average
from kerasgan.engine.combined import Combined
from kerasgan.engine.gradients import gradient, gradient_norm
from kerasgan.engine.schedules import Cosine, LinearDecay, ScheduledAdam

__all__ = [
    "Adam",
    "AdversarialModel",
    "Average",
    "Combined",
    "Cosine",
    "LinearDecay",
    "ScheduledAdam",
    "gradient",
    "gradient_norm",
]
