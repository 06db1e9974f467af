"""A small call that works of everything public that is called with arguments."""

import functools
import inspect
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

import kerasgan as kg

PACKAGES = (
    *("callbacks", "datasets", "latents", "layers", "losses", "metrics", "models", "networks"),
    "optimizers",
)

LEFT_OUT = {
    "latents": {"style_mixing", "truncated_normal"},  # of a model of styles; of any size
    "datasets": {  # of folders; see `tools/fuzz.py`
        *("load", "load_paired", "load_unpaired", "prepare", "read_pictures"),
    },
    "metrics": {"METRICS", "DEFAULT", "extractors", "compare"},
    "losses": {  # of tensors, inside of a step
        *(
            "code_nll",
            "cross_entropy",
            "gaussian_nll",
            "l1",
            "mean_squared_error",
            "patch_nce",
            "path_lengths",
        ),
    },
    "models": {"NoiseToData", "import_torch"},  # the base of others; of files
    "optimizers": {"PlayerOptimizers", "fuse", "player_optimizers"},  # of the engine's own
}


def _network(inputs: tuple, units: int) -> keras.Model:
    return keras.Sequential([keras.Input(inputs), keras.layers.Dense(units)])


def _features() -> keras.Model:
    images = keras.Input((16, 16, 1))
    large = keras.layers.Conv2D(2, 3, 2, "same")(images)
    return keras.Model(images, [large, keras.layers.Conv2D(2, 3, 2, "same")(large)])


@functools.cache
def calls() -> dict[str, tuple[Callable, dict[str, Any]]]:
    """What is called, by its name, and arguments that work and take little time.

    Returns:
        Dict of a name such as "layers.Shrink" to a callable and a dict of arguments.
    """
    image, pair = (16, 16, 1), {"shape_a": (16, 16, 1), "shape_b": (16, 16, 1)}
    noise = {"data_shape": image, "latent_dim": 2, "seed": 0, "critic_steps": 1, "pack": 1}
    noise |= {"ema_decay": 0.5, "augment": "ada"}
    dcgan = {**noise, "filters": 4, "normalization": "layer"}
    attending = {**dcgan, "attention": 8}
    translator = {**pair, "filters": 2, "discriminator_filters": 2, "normalization": "instance"}
    translator |= {"discriminator": "patch", "discriminator_layers": 1, "seed": 0}
    mlp = {"units": (4,), "condition": 2, "embedding_dim": 2}
    residual = {"widths": 8, "blocks": 1, "cardinalities": 2, "expansion": 2, "num_classes": 2}
    pictures = np.random.default_rng(0).uniform(-1, 1, (16, 16, 16, 1)).astype("float32")
    points = np.random.default_rng(0).normal(size=(20, 2)).astype("float32")
    two = {"real": points, "fake": points[::-1]}
    folder, features = tempfile.mkdtemp(), _features()
    drawing = kg.GAN(image, 2, generator_units=(2,), discriminator_units=(2,))
    sane: dict[str, dict[str, Any]] = {
        "callbacks.Checkpoints": {"directory": folder, "every": 1, "keep": 2},
        "callbacks.Evaluation": {
            "metrics": "fd", "data": pictures, "every": 1, "samples": 2, "extractor": "digits",
            "directory": folder, "seed": 0,
        },
        "callbacks.Gallery": {"directory": folder},
        "callbacks.Health": {"every": 1, "samples": 2, "directory": folder, "seed": 0},
        "callbacks.LossHistory": {"directory": folder},
        "callbacks.PointAnimation": {
            "directory": folder, "real": points, "every": 1, "n": 3, "seed": 0, "fps": 8,
            "labels": [0, 1],
        },
        "callbacks.Profile": {"directory": folder, "steps": 1, "start": 1},
        "callbacks.SampleGrid": {
            "directory": folder, "every": 1, "rows": 1, "cols": 2, "seed": 0,
            "latents": points, "labels": [0, 1],
        },
        "callbacks.Timelapse": {"directory": folder, "fps": 8},
        "callbacks.Tracking": {"tracker": "tensorboard", "directory": folder},
        "callbacks.TranslationGrid": {
            "directory": folder, "images_a": pictures, "images_b": pictures, "every": 1,
        },
        "datasets.gaussian_grid": {"side": 2, "spacing": 1.0, "std": 0.1, "n": 5, "seed": 0},
        "datasets.gaussian_mixture": {
            "weights": [0.5, 0.5], "means": [[0.0], [1.0]], "covariances": [1.0, 1.0], "n": 5,
            "seed": 0,
        },
        "datasets.gaussian_ring": {"modes": 2, "radius": 1.0, "std": 0.1, "n": 5, "seed": 0},
        "datasets.grid_means": {"side": 2, "spacing": 1.0},
        "datasets.ring_means": {"modes": 2, "radius": 1.0},
        "datasets.swiss_roll": {"n": 5, "noise": 0.1, "seed": 0},
        "datasets.two_moons": {"n": 5, "noise": 0.1, "seed": 0},
        "latents.between_corners": {"corners": points[:4], "rows": 2, "cols": 2},
        "latents.directions": {"model": drawing, "n": 1},
        "latents.invert": {
            "model": drawing, "images": pictures[:1], "steps": 1, "starts": 1,
            "learning_rate": 0.1, "random_seed": 0,
        },
        "latents.nearest": {"samples": pictures[:2], "data": pictures, "k": 1},
        "latents.slerp": {"a": points, "b": points, "t": np.full((20, 1), 0.5)},
        "latents.traverse": {
            "model": drawing, "latents": points[0], "along": points[:2], "distances": [0.0, 1.0],
        },
        "latents.walk": {
            "model": drawing, "n": 1, "stops": 2, "frames": 1, "seed": 0, "truncation": 0.5,
        },
        "layers.AdaptiveAugment": {"target": 0.5, "speed": 10, "policy": ("color",), "seed": 0},
        "layers.Augment": {"policy": "x", "known": ("x", "y"), "seed": 0},
        "layers.Average": {"network": _network((2,), 2), "decay": 0.5},
        "layers.CategoricalCodes": {"sizes": (2,)},
        "layers.DiffAugment": {"policy": "color", "seed": 0},
        "layers.ImagePool": {"shape": (2, 2, 1), "size": 2, "seed": 0},
        "layers.NoiseInjection": {"seed": 0, "place": 0},
        "layers.PixelShuffle": {"factor": 2},
        "layers.ReflectionPadding2D": {"padding": 1},
        "layers.SelfAttention2D": {"spectral": False, "kernel_initializer": "zeros"},
        "layers.Shrink": {"factor": 2},
        "layers.SpectralNormalization": {
            "layer": keras.layers.Dense(2), "power_iterations": 1, "seed": 0,
        },
        "layers.get_augment": {"augment": "ada", "seed": 0},
        "losses.DRAGAN": {"weight": 1.0, "target": 1.0, "spread": 0.5},
        "losses.GradientPenalty": {"weight": 1.0, "target": 1.0, "one_sided": False},
        "losses.Lazy": {"penalty": kg.losses.R1(), "every": 2},
        "losses.LeastSquares": {"a": 0.0, "b": 1.0, "c": 1.0, "noise": 0.1},
        "losses.Minimax": {"smoothing": 0.1, "noise": 0.1},
        "losses.NonSaturating": {"smoothing": 0.1, "noise": 0.1},
        "losses.R1": {"weight": 1.0},
        "losses.R2": {"weight": 1.0},
        "losses.WeightClipping": {"limit": 0.1},
        "losses.check_combination": {
            "loss": kg.losses.Hinge(), "penalties": [kg.losses.R1()],
            "networks": [_network((2,), 1)],
        },
        "losses.constrain": {
            "penalties": [kg.losses.R1()], "variables": _network((2,), 1).trainable_variables,
        },
        "losses.get": {"loss": "hinge"},
        "losses.get_penalties": {"penalty": "r1=0.5"},
        "metrics.Evaluator": {
            "real": pictures, "metrics": ("fd",), "extractor": "digits", "cache": False,
            "protocol": {"seed": 0}, "verbose": 0,
        },
        "metrics.Extractor": {
            "model": _network((16, 16, 1), 2), "name": "x", "size": (16, 16), "resize": "bilinear",
            "levels": (-1.0, 1.0), "batch_size": 2,
        },
        "metrics.check_names": {"metrics": ("fd",)},
        "metrics.density_coverage": {**two, "k": 2},
        "metrics.energy_distance": {"x": points, "y": points},
        "metrics.energy_test": {"x": points, "y": points, "permutations": 5, "seed": 0},
        "metrics.evaluate": {**two, "metrics": "fd"} | {"real": pictures, "fake": pictures}
        | {"extractor": "digits"},
        "metrics.feature_distance": {"real": [pictures], "fake": [pictures]},
        "metrics.frechet_distance": two,
        "metrics.inception_score": {"probabilities": np.full((20, 2), 0.5), "splits": 2},
        "metrics.kernel_distance": {**two, "block": 10, "seed": 0},
        "metrics.l1": {"real": pictures, "fake": pictures},
        "metrics.mode_statistics": {
            "points": points, "means": points[:3], "std": 0.1, "weights": [0.5, 0.25, 0.25],
        },
        "metrics.perceptual_path_length": {
            "model": kg.GAN((16, 16, 1), 2, generator_units=(2,), discriminator_units=(2,)),
            "extractor": "digits", "samples": 2, "epsilon": 0.1, "batch_size": 2, "seed": 0,
        },
        "metrics.precision_recall": {**two, "k": 2},
        "metrics.psnr": {"real": pictures, "fake": pictures},
        "metrics.sliced_wasserstein": {**two, "projections": 3, "seed": 0},
        "metrics.ssim": {"real": pictures, "fake": pictures},
        "models.ACGAN": {**dcgan, "num_classes": 2, "class_weight": 1.0, "embedding_dim": 2},
        "models.CUT": {
            **translator, "generator": "resnet", "blocks": 1, "fast": False, "lambda_nce": 1.0,
            "lambda_identity": 0.5, "temperature": 0.1, "patches": 4, "projection_units": 2,
            "ema_decay": 0.5,
        },
        "models.ConditionalGAN": {
            **noise, "num_classes": 2, "networks": "mlp", "embedding_dim": 2, "dropout": 0.5,
            "mismatched": True,
            "generator_units": (2, 2), "discriminator_units": (2, 2), "filters": 4,
        },
        "models.CycleGAN": {
            **translator, "generator": "resnet", "blocks": 1, "lambda_a": 1.0, "lambda_b": 1.0,
            "lambda_identity": 0.5, "pool_size": 2, "ema_decay": 0.5,
        },
        "models.DCGAN": attending,
        "models.FAnoGAN": {
            "gan": kg.DCGAN(image, 2, filters=2), "filters": 2, "normalization": "layer",
            "kappa": 0.5, "feature_layer": None, "seed": 0, "encoder": None,
        },
        "models.FastGAN": {**noise, "filters": 1, "reconstruction_weight": 1.0},
        "models.GAN": {
            **noise, "generator_units": (2,), "discriminator_units": (2,), "generator": None,
            "discriminator": None,
        },
        "models.InfoGAN": {
            **dcgan, "latent_dim": 6, "categorical": (2,), "continuous": 2, "filters": 4,
            "categorical_weight": 1.0, "continuous_weight": 0.1, "learned_variance": True,
            "recognizer": None,
        },
        "models.LSGAN": attending,
        "models.Pix2Pix": {
            **translator, "generator": "unet", "blocks": 2, "noise": False, "lambda_l1": 1.0,
        },
        "models.ProjectedGAN": {
            **noise, "filters": 1, "features": features, "feature_size": 16, "mixing_filters": 2,
        },
        "models.R3GAN": {
            **noise, "num_classes": 2, "filters": 8, "blocks": 1, "cardinalities": 2, "gamma": 1.0,
            "schedule_steps": 5,
        },
        "models.SNGAN": {
            **noise, "num_classes": 2, "generator_filters": 2, "discriminator_filters": 2,
            "attention": 8,
        },
        "models.SRGAN": {
            "data_shape": image, "scale": 2, "filters": 2, "blocks": 1, "seed": 0,
            "discriminator_filters": 1, "adversarial_weight": 0.1, "generator": None,
            "discriminator": None, "features": None, "ema_decay": 0.5,
        },
        "models.SRResNet": {
            "data_shape": image, "scale": 2, "filters": 2, "blocks": 1, "ema_decay": 0.5, "seed": 0,
        },
        "models.StyleGAN2": {
            **noise, "num_classes": 2, "filters": 2, "channel_base": 32, "mapping_layers": 1,
            "gamma": 1.0, "path_weight": 1.0, "mixing": 0.5,
        },
        "models.WGAN": attending,
        "models.WGANGP": attending,
        "networks.dcgan_discriminator": {
            "data_shape": image, "filters": 2, "normalization": "batch", "condition": 2,
            "embedding_dim": 2, "classes": 2, "attention": 8,
        },
        "networks.dcgan_encoder": {
            "data_shape": image, "latent_dim": 2, "filters": 2, "normalization": "batch",
        },
        "networks.dcgan_generator": {
            "data_shape": image, "latent_dim": 2, "filters": 2, "condition": 2, "embedding_dim": 2,
            "attention": 8,
        },
        "networks.fastgan_decoders": {
            "discriminator": kg.networks.fastgan_discriminator(image, 1), "data_shape": image,
            "filters": 1,
        },
        "networks.fastgan_discriminator": {"data_shape": image, "filters": 1},
        "networks.fastgan_generator": {
            "data_shape": image, "latent_dim": 2, "filters": 1, "seed": 0,
        },
        "networks.infogan_discriminator": {
            "data_shape": image, "filters": 2, "normalization": "batch",
        },
        "networks.infogan_recognizer": {"features": 8, "codes": 2, "normalization": "batch"},
        "networks.image_discriminator": {
            "kind": "patch", "shape": image, "filters": 2, "layers": 1, "normalization": None,
        },
        "networks.image_translator": {
            "kind": "unet", "shape": image, "out_channels": 1, "filters": 2, "blocks": 2,
            "normalization": None, "noise": False,
        },
        "networks.mlp_discriminator": {"data_shape": image, "dropout": 0.5, "seed": 0, **mlp},
        "networks.mlp_generator": {
            "data_shape": image, "latent_dim": 2, "batch_norm": True, **mlp,
        },
        "networks.patchgan": {"channels": 1, "filters": 2, "layers": 1, "normalization": None},
        "networks.pixel_discriminator": {"channels": 1, "filters": 2, "normalization": None},
        "networks.projected_discriminator": {"shapes": [(16, 16, 2), (8, 8, 2)], "filters": 1},
        "networks.projector": {
            "features": features, "data_shape": image, "feature_size": 16, "filters": 2, "seed": 0,
        },
        "networks.r3gan_discriminator": {"data_shape": image, **residual},
        "networks.r3gan_generator": {
            "data_shape": image, "latent_dim": 2, "activation": "tanh", **residual,
        },
        "networks.receptive_field": {"network": kg.networks.pixel_discriminator(1, 1)},
        "networks.resnet_discriminator": {
            "data_shape": image, "filters": 2, "num_classes": 2, "spectral": False,
            "attention": 8,
        },
        "networks.resnet_generator": {
            "data_shape": image, "latent_dim": 2, "filters": 2, "num_classes": 2, "attention": 8,
        },
        "networks.resnet_translator": {
            "in_channels": 1, "out_channels": 1, "filters": 2, "blocks": 1, "normalization": None,
            "torch_padding": True,
        },
        "networks.srgan_discriminator": {"data_shape": image, "filters": 1},
        "networks.srgan_generator": {"channels": 1, "scale": 2, "filters": 2, "blocks": 1},
        "networks.stylegan2_discriminator": {
            "data_shape": image, "filters": 2, "channel_base": 32, "group": 2, "num_classes": 2,
        },
        "networks.stylegan2_generator": {
            "data_shape": image, "latent_dim": 2, "filters": 2, "channel_base": 32, "depth": 1,
            "num_classes": 2, "activation": "tanh", "seed": 0,
        },
        "networks.stylegan2_mapping": {
            "latent_dim": 2, "num_styles": 2, "depth": 1, "num_classes": 2,
        },
        "networks.stylegan2_synthesis": {
            "data_shape": image, "latent_dim": 2, "filters": 2, "channel_base": 32,
            "activation": "tanh", "seed": 0,
        },
        "networks.unet_translator": {
            "in_channels": 1, "out_channels": 1, "depth": 2, "filters": 2, "normalization": None,
            "dropout": 0.5, "noise": False, "seed": 0,
        },
        "optimizers.Cosine": {"start": 0.0, "end": 1.0, "steps": 10},
        "optimizers.LinearDecay": {
            "learning_rate": 0.1, "steps_per_epoch": 2, "n_epochs": 1, "n_epochs_decay": 1,
        },
        "optimizers.ScheduledAdam": {
            "learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-7,
        },
    }  # fmt: skip
    return {name: (_found(name), kwargs) for name, kwargs in sane.items()}


def _found(name):
    package, name = name.split(".")
    return getattr(getattr(kg, package), name)


def public() -> Iterator[str]:
    """The names of all that is public, has arguments, and is written in kerasgan, not in Keras."""
    for short in PACKAGES:
        package = getattr(kg, short)
        for name in set(package.__all__) - LEFT_OUT.get(short, set()):
            found = getattr(package, name)
            init = found.__init__ if isinstance(found, type) else found
            ours = getattr(init, "__module__", "").startswith("kerasgan")
            if callable(found) and ours and inspect.signature(found).parameters:
                yield f"{short}.{name}"
