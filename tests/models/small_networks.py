"""Networks of a layer of each kind, which are quick to trace and to compile."""

import keras
from keras import layers

import kerasgan as kg
from kerasgan.layers import Conv2D, Conv2DTranspose
from kerasgan.networks.resnet import ConditionalBatchNormalization


def normalised_generator():
    """A generator with batch statistics."""
    return keras.Sequential(
        [
            keras.Input((4,)),
            layers.Dense(8, use_bias=False),  # whose gradient batch norm would leave to rounding
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Dense(64, activation="tanh"),
            layers.Reshape((8, 8, 1)),
        ],
        name="generator",
    )


def normalised_discriminator(dropout, pack=1):
    """A discriminator with batch statistics and a seeded dropout."""
    return keras.Sequential(
        [
            keras.Input((8, 8, pack)),
            layers.Flatten(),
            layers.Dense(8, use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Dropout(dropout, seed=1),
            layers.Dense(1),
        ],
        name="discriminator",
    )


def attentive_generator():
    """SNGAN's: conditional batch norm, an upsampling, self-attention, a convolution."""
    latents, labels = keras.Input((4,)), keras.Input((), dtype="int32")
    x = layers.Reshape((4, 4, 4))(layers.Dense(64, use_bias=False)(latents))
    x = layers.ReLU()(ConditionalBatchNormalization(3)(x, labels))
    x = kg.layers.SelfAttention2D(spectral=False)(layers.UpSampling2D()(x))
    drawn = Conv2D(1, 3, padding="same", activation="tanh")(x)
    return keras.Model([latents, labels], drawn, name="generator")


def projection_discriminator():
    """SNGAN's: all of it spectrally normalized, with self-attention and the labels' projection."""
    data, labels = keras.Input((8, 8, 1)), keras.Input((), dtype="int32")
    normalized = kg.layers.SpectralNormalization
    x = layers.LeakyReLU(0.2)(normalized(Conv2D(4, 3, 2, "same"))(data))
    features = layers.GlobalAveragePooling2D()(kg.layers.SelfAttention2D()(x))
    projection = layers.Dot(1)([normalized(layers.Embedding(3, 4))(labels), features])
    logit = layers.Add()([normalized(layers.Dense(1))(features), projection])
    return keras.Model([data, labels], logit, name="discriminator")


def residual_translator():
    """CycleGAN's and CUT's, of any even size: a convolution with a stride, a residual sum, and a
    transposed convolution. Batch norm, since the biases before instance norm would be left to
    rounding."""
    images = keras.Input((None, None, 1))
    x = Conv2D(2, 3, 2, "same", use_bias=False)(images)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    y = layers.BatchNormalization()(Conv2D(2, 3, padding="same", use_bias=False)(x))
    x = layers.Add()([x, y])
    drawn = Conv2DTranspose(1, 3, 2, "same", activation="tanh")(x)
    return keras.Model(images, drawn, name="generator")


def convolutional_discriminator():
    """SRGAN's: convolutions with strides, and batch norm."""
    steps = [
        keras.Input((16, 16, 1)),
        Conv2D(2, 3, 2, "same"),
        layers.LeakyReLU(0.2),
        Conv2D(2, 3, 2, "same", use_bias=False),
        layers.BatchNormalization(),
        layers.LeakyReLU(0.2),
        layers.Flatten(),
        layers.Dense(1),
    ]
    return keras.Sequential(steps, name="discriminator")
