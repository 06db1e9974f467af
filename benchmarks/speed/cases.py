"""What is timed: models, sizes and synthetic data."""

import dataclasses
import functools
import json
import os
import platform
import re
from pathlib import Path

import numpy as np

from benchmarks.runner import BACKENDS
from benchmarks.scorecard.rows import pacgan

BATCHES = 4
PERCEPTRONS = ("GAN", "ConditionalGAN", "points")
UNCOMPILED = (  # what torch.compile makes has no gradient of a gradient, and no vector in place
    "WGANGP",
    "SNGAN",
)
TEMPLATE = "GAN", "DCGAN"
OTHERWISE = {
    "xla": {"jit_compile": True},
    "together": {"steps_per_execution": 10},
    "bfloat16": {"dtype": "mixed_bfloat16"},
}
CAREFUL = {"channels_last": True, "fused": True}
TORCH = {  # how plain PyTorch is set up: the arguments of `torch_plain.make`
    "torch": {},
    "torch_channels_last": {"channels_last": True},
    "torch_fused": CAREFUL,
    "torch_compiled": {**CAREFUL, "compiled": True},
    "torch_bfloat16": {**CAREFUL, "bfloat16": True},
}


@dataclasses.dataclass(frozen=True)
class Case:
    """A model that all contenders train.

    Args:
        name: str, of letters, digits and underscores.
        title: str, in the table.
        variant: str, the model's class in kerasgan; "points" for a GAN of PacGAN's networks, "peak"
            for the machine's own speed.
        settings: dict that can be JSON, the class's arguments.
        batch: int, images a step.
        block: int, steps that are timed as one, about half a second of them.
    """

    name: str
    title: str
    variant: str
    settings: dict
    batch: int
    block: int

    @property
    def contenders(self):
        """The names of those that train it, a list."""
        if self.variant == "peak":
            return list(BACKENDS)
        names = [f"kerasgan_{backend}" for backend in BACKENDS] + ["torch"]
        if self.variant not in PERCEPTRONS:
            names.append("torch_channels_last")
        names.append("torch_fused")
        if self.variant not in UNCOMPILED:
            names.append("torch_compiled")
        if self.variant in TEMPLATE:
            names.append("lightning")
        if self.variant in (*PERCEPTRONS, "DCGAN"):
            names += [f"stock_{backend}" for backend in BACKENDS]
            names.append("kerasgan_tensorflow_xla")
        if self.variant in PERCEPTRONS:
            names += ["kerasgan_tensorflow_together", "kerasgan_jax_together"]
        if self.variant != "points":
            names.append("torch_bfloat16")
            names += [f"kerasgan_{backend}_bfloat16" for backend in BACKENDS]
        return names

    def configuration(self, seconds):
        """All that the figures depend on besides the contender, a dict as JSON gives it back."""
        settings = json.loads(json.dumps(self.settings))  # tuples are lists there
        own = {"variant": self.variant, "settings": settings, "machine": machine()}
        return {**own, "batch": self.batch, "block": self.block, "seconds": seconds}

    def arrays(self):
        """A few batches of noise in [-1, 1]: a tuple (images,), (images, labels) or (a, b)."""
        rng = np.random.default_rng(0)
        n, given = BATCHES * self.batch, self.settings

        def noise(shape):
            return rng.uniform(-1, 1, (n, *shape)).astype("float32")

        if self.variant == "CycleGAN":
            return noise(given["shape_a"]), noise(given["shape_b"])
        if "num_classes" in given:
            return noise(given["data_shape"]), np.arange(n, dtype="int32") % given["num_classes"]
        return (noise(given["data_shape"]),)

    def model(self, dtype="float32", **settings):
        """kerasgan's model of a dtype policy, compiled as it comes but for the `settings`."""
        import kerasgan as kg

        given = {**self.settings, "dtype": dtype}
        if self.variant == "points":
            model = kg.GAN(**given, **pacgan.networks({**pacgan.PROTOCOL, "pack": 1}, seed=0))
        else:
            model = getattr(kg, self.variant)(**given)
        model.compile(**settings)
        return model

    def dataset(self):
        """The arrays' batches without end, as kerasgan makes them."""
        from kerasgan import datasets

        arrays = self.arrays()
        if self.variant == "CycleGAN":
            return datasets.load_unpaired(arrays, self.batch, flip=False).repeat()
        return datasets.load(arrays, self.batch, labels=len(arrays) > 1).repeat()


def machine():
    """The processor, its cores, and what it has for products: a str."""
    info = Path("/proc/cpuinfo")
    text = info.read_text() if info.exists() else ""
    name = re.search(r"model name\s*: (.*)", text)
    units = [unit for unit in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if f" {unit}" in text]
    processor = name[1] if name else platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores, {', '.join([processor, *units])}"


PEAK = Case("peak", "The machine", "peak", {"matrix": 3072, "map": [16, 64, 64, 128]}, 1, 1)
SMALL = {"data_shape": (28, 28, 1), "latent_dim": 100}
SIDES = {"shape_a": (64, 64, 3), "shape_b": (64, 64, 3), "blocks": 6}
CASES = [
    PEAK,
    Case("mlp", "MLP GAN, 28 px, batch 64", "GAN", SMALL, 64, 50),
    Case(
        "conditional",
        "Conditional MLP GAN, 28 px, batch 100",
        "ConditionalGAN",
        {**SMALL, "num_classes": 10},
        100,
        30,
    ),
    Case("dcgan28", "DCGAN, 28 px, batch 128", "DCGAN", SMALL, 128, 3),
    Case(
        "dcgan64",
        "DCGAN, 64 px, 1024 channels at the top, batch 32",
        "DCGAN",
        {"data_shape": (64, 64, 3), "latent_dim": 100},
        32,
        1,
    ),
    Case(
        "wgan_gp",
        "WGAN-GP, DCGAN's networks, 28 px, 5 critic steps of 64",
        "WGANGP",
        SMALL,
        320,
        1,
    ),
    Case(
        "sngan",
        "SNGAN, residual networks of 64 filters, 32 px, 5 discriminator steps of 64",
        "SNGAN",
        {
            "data_shape": (32, 32, 3),
            "latent_dim": 128,
            "generator_filters": 64,
            "discriminator_filters": 64,
        },
        320,
        1,
    ),
    Case("cyclegan_1", "CycleGAN, 64 px, 6 blocks, batch 1", "CycleGAN", SIDES, 1, 1),
    Case("cyclegan_8", "CycleGAN, 64 px, 6 blocks, batch 8", "CycleGAN", SIDES, 8, 1),
    Case(
        "toy",
        "GAN of points in the plane, PacGAN's networks, batch 100",
        "points",
        {"data_shape": (2,), "latent_dim": 2},
        100,
        30,
    ),
]
BATCH_SIZES, IMAGE_SIZES = (1, 4, 16, 64, 256), (32, 64, 128)


class Growing(Case):
    """A case that kerasgan and plain PyTorch train, and no one else."""

    contenders = [*(f"kerasgan_{backend}" for backend in BACKENDS), "torch"]


@functools.cache
def growing(size, batch):
    """A small DCGAN of an image size and a batch size."""
    settings = {"data_shape": (size, size, 3), "latent_dim": 100, "filters": 32}
    title = f"DCGAN of 32 filters, {size} px, batch {batch}"
    block = max(1, 160 * 32**2 // (size**2 * max(batch, 8)))
    return Growing(f"growth_{size}px_batch{batch}", title, "DCGAN", settings, batch, block)


GROWTH = [growing(32, batch) for batch in BATCH_SIZES]
GROWTH += [growing(size, 16) for size in IMAGE_SIZES[1:]]


def find(name):
    """The case of a name.

    Raises:
        ValueError: if there is none; the message lists the names.
    """
    known = {case.name: case for case in (*CASES, *GROWTH)}
    if name not in known:
        raise ValueError(f"Unknown case; there are {', '.join(known)}. Received: {name=}")
    return known[name]
