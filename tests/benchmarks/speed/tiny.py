"""Cases that are quick to build."""

from benchmarks.speed.cases import Case

IMAGE = {"data_shape": (16, 16, 1), "latent_dim": 4}
TINY = {
    "GAN": {"data_shape": (4, 4, 1), "latent_dim": 3},
    "ConditionalGAN": {"data_shape": (4, 4, 1), "latent_dim": 3, "num_classes": 2},
    "DCGAN": {**IMAGE, "filters": 4},
    "WGANGP": {**IMAGE, "filters": 4},
    "SNGAN": {**IMAGE, "generator_filters": 4, "discriminator_filters": 4},
    "CycleGAN": {
        "shape_a": (24, 24, 3),
        "shape_b": (24, 24, 3),
        "blocks": 1,
        "filters": 2,
        "discriminator_filters": 2,
    },
    "points": {"data_shape": (2,), "latent_dim": 2},
}


def tiny(variant):
    return Case("tiny", f"Tiny {variant}", variant, TINY[variant], 10, 2)
