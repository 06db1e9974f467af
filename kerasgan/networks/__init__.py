"""Generators and discriminators, as builders of Functional models."""

from kerasgan.networks.mlp import mlp_discriminator, mlp_generator

__all__ = ["mlp_discriminator", "mlp_generator"]
