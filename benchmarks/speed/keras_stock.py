"""The textbook's step with Keras's own layers.

The discriminator is compiled, then frozen inside a combined model, and two `train_on_batch` calls
take turns: the discriminator's on real and generated data, the combined model's on latents. Keras 3
reads `trainable` in each call, so it is set before each, or one of the players would not train. As
in the textbook, `predict_on_batch` makes the fakes, and batch norm of a frozen discriminator runs
on its moving statistics.
"""

import keras
import numpy as np


def stock(network):
    """The network with each layer replaced by Keras's own layer of the same name."""

    def own(layer):
        return getattr(keras.layers, type(layer).__name__).from_config(layer.get_config())

    return keras.models.clone_model(network, clone_function=own)


def make(case):
    """The players of a case and its step.

    Args:
        case: `benchmarks.speed.cases.Case` of a GAN, ConditionalGAN or DCGAN.

    Returns:
        Dict of "generator" and "discriminator" to Keras models, and a function of a batch's arrays
        that makes a step and gives the two losses.
    """
    model = case.model()
    generator, discriminator = stock(model.generator), stock(model.discriminator)
    rng = np.random.default_rng(0)

    def compile(player):
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        player.compile(loss=loss, optimizer=keras.optimizers.Adam(2e-4, beta_1=0.5))

    def joined(data, labels):
        return [data, *labels] if labels else data

    compile(discriminator)
    discriminator.trainable = False
    labels = generator.inputs[1:]
    logits = discriminator(joined(generator.output, labels))
    combined = keras.Model(generator.input, logits)
    compile(combined)

    def step(real, *labels):
        n = len(real)
        latents = rng.standard_normal((n, model.latent_dim), "float32")
        fake = generator.predict_on_batch(joined(latents, labels))
        both = joined(np.concatenate([real, fake]), [np.concatenate([y, y]) for y in labels])
        targets = np.concatenate([np.ones((n, 1)), np.zeros((n, 1))])
        discriminator.trainable = True
        d_loss = discriminator.train_on_batch(both, targets)
        discriminator.trainable = False
        g_loss = combined.train_on_batch(joined(latents, labels), np.ones((n, 1)))
        return d_loss, g_loss

    return {"generator": generator, "discriminator": discriminator}, step
