"""The table of variants: a new one is a row here, and goes through all of `test_variants.py` and
of `tests/across`."""

import keras
import numpy as np
from keras import layers

import kerasgan as kg
from kerasgan.backend.scope import Scope
from kerasgan.engine.step import Pass
from kerasgan.layers.equalized import EqualizedDense
from kerasgan.layers.modulation import LearnedMaps, MinibatchDeviation, ModulatedConv2D
from kerasgan.models.image_to_image import ImageToImage
from tests.models.small_networks import (
    attentive_generator,
    convolutional_discriminator,
    normalised_discriminator,
    normalised_generator,
    projection_discriminator,
    residual_translator,
)


def normalised_gan(cls=kg.GAN, dropout=0.3, **kwargs):
    """A GAN whose networks have batch statistics, and seeds inside."""
    return cls(
        (8, 8, 1),
        4,
        generator=normalised_generator(),
        discriminator=normalised_discriminator(dropout, kwargs.get("pack", 1)),
        **kwargs,
    )


def two_headed_gan():
    """An ACGAN of dense layers."""
    data = keras.Input((8, 8, 1))
    x = layers.LeakyReLU()(layers.Dense(8)(layers.Flatten()(data)))
    heads = [layers.Dense(1)(x), layers.Dense(3)(x)]
    return kg.ACGAN(
        (8, 8, 1),
        4,
        num_classes=3,
        generator=kg.networks.mlp_generator((8, 8, 1), 4, (8,), condition=3),
        discriminator=keras.Model(data, heads),
    )


def anomaly_finder():
    """An FAnoGAN of dense layers, with batch statistics in all networks."""
    encoder = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Flatten(),
            layers.Dense(8, use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(0.2),
            layers.Dense(4),
        ],
        name="encoder",
    )
    return kg.FAnoGAN(normalised_gan(dropout=0), encoder=encoder)


def coded_gan():
    """An InfoGAN of dense layers."""
    data, latents = keras.Input((8, 8, 1)), keras.Input((6,))
    x = layers.LeakyReLU()(layers.Dense(8)(layers.Flatten()(data)))
    drawn = kg.networks.mlp_generator((8, 8, 1), 6, (8,))(kg.layers.CategoricalCodes((3,))(latents))
    return kg.InfoGAN(
        (8, 8, 1),
        6,
        categorical=(3,),
        continuous=1,
        learned_variance=True,
        generator=keras.Model(latents, drawn, name="generator"),
        discriminator=keras.Model(data, [layers.Dense(1)(x), x]),
    )


def fast_gan():
    """A FastGAN of small networks, with noise, and a map of each kind."""
    latents, data = keras.Input((4,)), keras.Input((16, 16, 1))
    x = layers.Reshape((8, 8, 1))(layers.Dense(64)(latents))
    x = kg.layers.NoiseInjection(1)(layers.UpSampling2D()(x))
    drawn = layers.Conv2D(1, 3, padding="same", activation="tanh")(x)
    spectral = kg.layers.SpectralNormalization(layers.Conv2D(2, 3, 2, "same"))
    before = layers.UpSampling2D()(layers.LeakyReLU(0.2)(spectral(data)))
    maps = [layers.Conv2D(2, 2, 2, activation="tanh")(x) for x in (before, data)]
    logits = layers.Dense(1)(layers.Flatten()(layers.Concatenate()(maps)))
    return kg.FastGAN(
        **SMALL,
        filters=1,
        generator=keras.Model(latents, drawn, name="generator"),
        discriminator=keras.Model(data, [logits, *maps, before]),
    )


def projected_gan():
    """A ProjectedGAN of dense networks and untrained features, with batch statistics in them."""
    images = keras.Input((8, 8, 3))
    maps = [layers.BatchNormalization()(layers.Conv2D(3, 3, 2, "same")(images))]
    maps.append(layers.Conv2D(3, 3, 2, "same", activation="relu")(maps[0]))
    seen = [keras.Input((8, 8, 2)), keras.Input((4, 4, 2))]
    logits = [layers.Dense(1)(layers.Flatten()(x)) for x in seen]
    return kg.ProjectedGAN(
        (8, 8, 1),
        4,
        generator=normalised_generator(),
        discriminator=keras.Model(seen, layers.Concatenate()(logits)),
        features=keras.Model(images, maps),
        mixing_filters=2,
        ema_decay=None,
        augment=None,
    )


def style_gan(**kwargs):
    """A StyleGAN2 of one size of maps, and a discriminator that compares samples."""
    styles, (z, labels) = keras.Input((2, 4)), [keras.Input((4,)), keras.Input((), dtype="int32")]
    scales = [EqualizedDense(2, bias_initializer="ones")(styles[:, i]) for i in (0, 1)]
    x = ModulatedConv2D(2, 3, up=True, use_bias=True)([LearnedMaps((4, 4, 2))(styles), scales[0]])
    x = layers.LeakyReLU(0.2)(kg.layers.NoiseInjection(1, place=0)(x))
    x = ModulatedConv2D(1, 1, demodulate=False, use_bias=True)([x, scales[1]])
    synthesis = keras.Model(styles, layers.Activation("tanh")(x), name="synthesis")
    mapping = kg.networks.stylegan2_mapping(4, 2, depth=1, num_classes=3)
    data = keras.Input((8, 8, 1))
    x = [layers.Flatten()(MinibatchDeviation(4)(data)), layers.Embedding(3, 2)(labels)]
    x = layers.LeakyReLU(0.2)(EqualizedDense(8)(layers.Concatenate()(x)))
    return kg.StyleGAN2(
        (8, 8, 1),
        4,
        num_classes=3,
        generator=keras.Model([z, labels], synthesis(mapping([z, labels]))),
        discriminator=keras.Model([data, labels], layers.Dense(1)(x)),
        ema_decay=0.9,
        **kwargs,
    )


MLP = {
    "data_shape": (8, 8, 1),
    "latent_dim": 4,
    "generator_units": (8,),
    "discriminator_units": (8,),
}

SMALL = {"data_shape": (16, 16, 1), "latent_dim": 4}
CONV = {**SMALL, "filters": 4}
TWO_STEPS = {"critic_steps": 2}  # to keep the tests short

# Networks that several variants share are here once, dense layers stand in for them elsewhere;
# each variant's own are trained by its docstring's example.
VARIANTS = {
    "gan": lambda: kg.GAN(**MLP),
    "gan_points": lambda: kg.GAN(
        (2,), 2, generator_units=(8,), discriminator_units=(8,), critic_steps=2, pack=2
    ),
    "gan_batch_norm": lambda: normalised_gan(ema_decay=0.9),
    "conditional_gan": lambda: kg.ConditionalGAN(**MLP, num_classes=3, dropout=0),
    "conditional_gan_vectors": lambda: kg.ConditionalGAN(
        **MLP, condition_dim=5, ema_decay=0.9, augment=kg.layers.AdaptiveAugment(speed=64, seed=0)
    ),
    "acgan": lambda: two_headed_gan(),
    "infogan": lambda: coded_gan(),
    "dcgan": lambda: kg.DCGAN(**CONV),
    "lsgan": lambda: normalised_gan(kg.LSGAN, pack=2, augment="diff_augment"),
    "wgan": lambda: normalised_gan(kg.WGAN, dropout=0, **TWO_STEPS),
    "wgan_gp": lambda: kg.WGANGP(
        (8, 8, 1),
        4,
        generator=normalised_generator(),
        discriminator=kg.networks.mlp_discriminator((8, 8, 1), (8,)),
        **TWO_STEPS,
    ),
    "sngan": lambda: kg.SNGAN(
        (8, 8, 1),
        4,
        num_classes=3,
        generator=attentive_generator(),
        discriminator=projection_discriminator(),
        critic_steps=1,
    ),
    "r3gan": lambda: kg.R3GAN(**SMALL, filters=8, blocks=1),
    "fastgan": lambda: fast_gan(),
    "projected_gan": lambda: projected_gan(),
    "stylegan2": lambda: style_gan(path_weight=0),
    "cyclegan": lambda: kg.CycleGAN(
        (8, 8, 1),
        (8, 8, 1),
        generator=(residual_translator(), residual_translator()),
        discriminator_filters=2,
        discriminator_layers=1,
        normalization="batch",
        pool_size=24,
        ema_decay=0.9,
    ),
    "cut": lambda: kg.CUT(
        (8, 8, 1),
        (8, 8, 1),
        generator=residual_translator(),
        discriminator_filters=2,
        discriminator_layers=1,
        normalization="batch",
        patches=12,
        projection_units=16,  # of few, all may be silent at a place
        ema_decay=0.9,
    ),
    "pix2pix": lambda: kg.Pix2Pix(
        (8, 8, 1), (8, 8, 2), filters=2, discriminator="pixel", normalization="batch"
    ),
    "srgan": lambda: kg.SRGAN(
        (16, 16, 1),
        2,
        filters=2,
        blocks=1,
        discriminator=convolutional_discriminator(),
        adversarial_weight=0.1,
        ema_decay=0.9,
    ),
    "f_anogan": lambda: anomaly_finder(),
}

TRANSLATORS = ("cyclegan", "cut", "pix2pix", "srgan", "f_anogan")
NOISE_TO_DATA = [name for name in VARIANTS if name not in TRANSLATORS]

# For these, what is drawn inside the step differs between backends: dropout, augmentation.
RANDOM_INSIDE = {
    "gan_batch_norm",
    "conditional_gan_vectors",
    "lsgan",
    "fastgan",
    "stylegan2",
}


def batches(model, n=16, steps=1):
    """Random data in the form the model takes, `steps` batches of `n`: x, or x and y."""
    rng = np.random.default_rng(1)

    def draw(spec):
        if isinstance(spec, int):
            return rng.integers(spec, size=n * steps)
        return rng.uniform(-1, 1, (n * steps, *spec)).astype("float32")

    return [draw(spec) for spec in model.data_spec.values()]


def samples(model, n):
    """What the model generates for `n` fixed latents, and fixed labels if it takes them; or makes
    of `n` fixed images, in all directions."""
    if isinstance(model, ImageToImage):
        rng, inputs = (
            np.random.default_rng(3),
            [t.input_shape for t in model.translators().values()],
        )
        images = [rng.uniform(-1, 1, (n, 8, 8, shape[-1])) for shape in inputs]
        made = map(model.translate, images, model.directions)
        return np.concatenate(list(made))
    labels = None
    if isinstance(model.condition, int):
        labels = np.arange(n) % model.condition
    elif model.condition is not None:
        labels = np.eye(n, *model.condition)
    return model.generate(n, seed=3, labels=labels)


def weights(network):
    """Copies of all weights, statistics included, as a list of numpy arrays."""
    return [np.array(w) for w in network.get_weights()]


def moved(before, after):
    """Which of the weights differ."""
    return [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]


def skip_other_players(model, player):
    """Let only one player's `minimize` act."""
    minimize = model.minimize

    def only(loss_fn, who, *args):
        if who == player:
            return minimize(loss_fn, who, *args)
        with Scope():  # whose updates are never made
            return loss_fn(*(arg.outputs if isinstance(arg, Pass) else arg for arg in args))

    model.minimize = only
