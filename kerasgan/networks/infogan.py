"""InfoGAN's discriminator, whose features tell the codes, and the network that reads them."""

from collections.abc import Sequence

import keras
from keras import layers

from kerasgan.networks.dcgan import NORMALIZATIONS, from_normal, halved, normalised
from kerasgan.networks.sizes import stages
from kerasgan.utils import checks


def infogan_discriminator(
    data_shape: Sequence[int], filters: int = 64, *, normalization: str | None = "batch"
) -> keras.Model:
    """InfoGAN's discriminator: DCGAN's convolutions, a dense layer of features, one dense logit.

    With 64 filters, on 28x28 images, it is that of the paper's MNIST, with 1,024 features.

    Reference: Chen, Duan, Houthooft, Schulman, Sutskever & Abbeel 2016, InfoGAN: Interpretable
    Representation Learning by Information Maximizing Generative Adversarial Nets, arXiv:1606.03657.

    Args:
        data_shape: tuple (height, width, channels); the sides must be multiples of 4.
        filters: int, channels of the first convolution; there are 16 times as many features.
        normalization: "batch", "layer" (over all of a sample) or None.

    Returns:
        A Functional model, `(n, *data_shape)` to logits `(n, 1)` and features `(n, 16 * filters)`.

    Raises:
        ValueError: if the strides do not divide the size, or the normalization is unknown.

    Example:

    >>> [tuple(output.shape[1:]) for output in infogan_discriminator((28, 28, 1)).outputs]
    [(1,), (1024,)]
    """
    checks.one_of("normalization", normalization, NORMALIZATIONS)
    filters, (*_, halvings) = checks.width("filters", filters), stages(data_shape)
    inputs = keras.Input(data_shape, name="data")
    x = halved(inputs, halvings, filters, normalization)
    features = _hidden(x, 16 * filters, normalization)
    logit = layers.Dense(1, kernel_initializer=from_normal(), dtype="float32", name="logit")
    return keras.Model(inputs, [logit(features), features], name="discriminator")


def infogan_recognizer(
    features: int, codes: int, *, normalization: str | None = "batch"
) -> keras.Model:
    """InfoGAN's recognition network Q(c | x): the discriminator's features to what it says of the
    codes, by one hidden layer of an eighth of their number, 128 in the paper.

    Args:
        features: int, how many features the discriminator has.
        codes: int, how many numbers it says of the codes.
        normalization: as for `infogan_discriminator`.

    Returns:
        A Functional model, `(n, features)` to `(n, codes)`.

    Raises:
        ValueError: if a number is not positive, or the normalization is unknown.

    Example:

    >>> infogan_recognizer(1024, 12).output_shape
    (None, 12)
    """
    checks.one_of("normalization", normalization, NORMALIZATIONS)
    inputs = keras.Input((checks.width("features", features),), name="features")
    x = _hidden(inputs, max(features // 8, 1), normalization)
    read = layers.Dense(
        checks.width("codes", codes), kernel_initializer=from_normal(), dtype="float32", name="q"
    )
    return keras.Model(inputs, read(x), name="recognizer")


def _hidden(x, units, normalization):
    bias = normalization is None
    x = layers.Dense(units, use_bias=bias, kernel_initializer=from_normal())(x)
    return layers.LeakyReLU(0.2)(normalised(x, normalization))
