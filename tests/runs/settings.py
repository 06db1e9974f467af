"""Settings of short runs, as `kerasgan.runs.start` takes them."""

import keras
import numpy as np
from PIL import Image


def gan_run(tmp_path):
    """Settings of three epochs of three steps of a tiny GAN, with labels in the data."""
    rng = np.random.default_rng(0)
    path = tmp_path / "data.npz"
    np.savez(path, images=rng.integers(0, 256, (30, 8, 8), "uint8"), labels=np.arange(30) % 3)
    return {
        "variant": "GAN",
        "model": {
            "latent_dim": 4,
            "generator_units": [8],
            "discriminator_units": [8],
            "ema_decay": 0.9,
        },
        "compile": {"run_eagerly": keras.backend.backend() == "tensorflow"},  # the quickest here
        "data": {"source": str(path), "batch_size": 10},
        "epochs": 3,
        "max_steps": None,
        "samples_every": 1,
        "seed": 3,
    }


def cyclegan_run(tmp_path):
    """Settings of three epochs of a tiny CycleGAN on 4 pictures A and 6 B, and 2 each to test."""
    rng = np.random.default_rng(0)
    for side, count in (("trainA", 4), ("trainB", 6), ("testA", 2), ("testB", 2)):
        (tmp_path / "sides" / side).mkdir(parents=True)
        for i in range(count):
            pixels = rng.integers(0, 256, (10, 10, 3), "uint8")
            Image.fromarray(pixels).save(tmp_path / "sides" / side / f"{i}.png")
    return {
        "variant": "CycleGAN",
        "model": {"filters": 2, "blocks": 1, "discriminator": "pixel", "pool_size": 3},
        "compile": {"run_eagerly": keras.backend.backend() == "tensorflow"},
        "data": {"source": str(tmp_path / "sides"), "batch_size": 2, "crop_size": 8},
        "epochs": 3,
        "n_epochs_decay": 2,
        "max_steps": None,
        "samples_every": 1,
        "seed": 3,
    }
