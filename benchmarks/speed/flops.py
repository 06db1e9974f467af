"""Floating-point operations of a step, counted from the networks' layers.

Counted are matrix products and convolutions, two operations for each multiplication with its sum;
normalizations, activations, optimizers and power iterations are not. A pass forward costs as much
as a pass backward to a layer's inputs, and as one to its weights.
"""

import math

import keras
from keras import layers


def forward(network, shape=None):
    """Operations of a pass forward of one sample.

    Args:
        network: a Functional model.
        shape: tuple (height, width, channels), for a network that takes any height and width.

    Returns:
        An int.

    Example:

    >>> network = keras.Sequential([keras.Input((3,)), layers.Dense(5)])
    >>> forward(network)
    30
    """
    if shape:
        network = keras.models.clone_model(network, keras.Input(shape))
    return sum(2 * _products(layer) for layer in network.layers)


def _products(layer):
    """Multiplications: a kernel's numbers, at each place where it is laid on the map."""
    inner = getattr(layer, "layer", layer)  # of SpectralNormalization
    if isinstance(inner, layers.Conv2DTranspose):
        places = layer.input.shape[1:-1]
    elif isinstance(inner, layers.Dense | layers.Conv2D):
        places = layer.output.shape[1:-1]
    else:
        return 0
    return math.prod(places) * math.prod(inner.kernel.shape)


def step(model, batch):
    """Operations of one step of a compiled model of kerasgan.

    Args:
        model: `kerasgan.models.NoiseToData` or `kerasgan.CycleGAN`.
        batch: int, samples a step.

    Returns:
        An int.
    """
    if hasattr(model, "translators"):
        return _translation_step(model, batch)
    return _noise_to_data_step(model, batch)


def _noise_to_data_step(model, batch):
    """k steps of the discriminator D, each on its part of the batch, then one of the generator G.

    - G runs forward k times; the last pass serves its own step too, which goes back through it to
      inputs and weights: 2.
    - D, in each of its steps, runs forward and back (2) on real and on generated samples: 6.
    - A gradient penalty runs forward and back to the inputs: 2; its own gradient goes back through
      the backward pass, to that pass's two operands, and from there through the forward one: 4.
    - G's step runs through D forward and back to the inputs: 2.
    """
    k, penalties = model.critic_steps, sum(p.takes_gradient for p in model.penalties)
    g_passes = k + 2
    d_passes = k * (6 + 6 * penalties) + 2
    passes = g_passes * forward(model.generator) + d_passes * forward(model.discriminator)
    return batch // k * passes


def _translation_step(model, batch):
    """One step of both generators, then one of both discriminators.

    - Each generator translates an image, a translated one back, and, if there are identity losses,
      one that is already as it should be: 3 passes forward, each with 2 back.
    - Each discriminator is run through in the generators' step, forward and back to the inputs: 2;
      in its own it runs forward and back (2) on a real and on a generated image: 6.
    """
    a, b = model.shape_a, model.shape_b
    generators = forward(model.G_A, a) + forward(model.G_B, b)
    discriminators = forward(model.D_A, b) + forward(model.D_B, a)
    g_passes = 9 if model.identity_weight else 6
    return batch * (g_passes * generators + 8 * discriminators)
