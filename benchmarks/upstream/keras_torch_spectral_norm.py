"""Keras on PyTorch: a network with `SpectralNormalization` cannot be called twice and trained.

To: keras-team/keras. Known: #19527.

In training each call divides the kernel by its norm and assigns the result to the kernel itself.
A discriminator is called on real and on generated samples before its backward pass, and PyTorch
finds the kernel of the first call changed: RuntimeError. On every backend the weight that the
optimizer trains is overwritten so, and no gradient goes through the norm, where the paper
(arXiv:1802.05957) keeps the weight W and differentiates W / sigma(W).
Expected: gradients, and a kernel that a call leaves alone.
Here: RuntimeError; the kernel changed by up to 0.21.
"""

import os
import sys

os.environ["KERAS_BACKEND"] = "torch"
import keras
import torch
from keras import layers


def gradients(wrap):
    """Of a discriminator's loss, with each layer in `wrap`; says what a call does to a kernel."""
    keras.utils.set_random_seed(0)
    parts = [wrap(layers.Dense(16)), layers.ReLU(), wrap(layers.Dense(1))]
    discriminator = keras.Sequential([keras.Input((8,)), *parts])
    real, fake = torch.randn(2, 32, 8)
    kernel = discriminator.trainable_weights[0].value
    before = kernel.detach().clone()
    loss = discriminator(real, training=True).mean() - discriminator(fake, training=True).mean()
    print(f"  kernel changed by two calls: up to {(kernel - before).abs().max():.2g}")
    loss.backward()
    return [v.value.grad for v in discriminator.trainable_weights]


if __name__ == "__main__":
    print(f"keras {keras.__version__}, torch {torch.__version__}")
    print("without normalization:")
    print(f"  {len(gradients(lambda layer: layer))} gradients")
    print("with:")
    try:
        print(f"  {len(gradients(layers.SpectralNormalization))} gradients")
    except RuntimeError as error:
        print(f"  RuntimeError: {str(error).split(':')[0]}")
        sys.exit(0 if "inplace" in str(error) else "another error")
    sys.exit("not reproduced")
