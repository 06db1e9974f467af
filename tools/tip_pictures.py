"""Makes the pictures of what goes wrong on the page of tips, each beside what helps.

    KERAS_BACKEND=jax python -m tools.tip_pictures

takes some minutes on two cores; what the page shows of its own code, `tools.docs_pages` makes.
"""

import argparse
from pathlib import Path
from typing import Any

import keras
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

import kerasgan as kg
from kerasgan.utils.images import pillow_image
from tools.docs_pages import DOCS

RING = kg.datasets.gaussian_ring(n=2000, std=0.05, seed=0)


def trained(
    rates: dict[str, float], epochs: int, seed: int, points: Any = RING, **compiled: Any
) -> Any:
    """A GAN of points of the ring, and the history of its losses."""
    units = {"generator_units": (64, 64), "discriminator_units": (64, 64)}
    gan = kg.GAN((2,), 2, **units, seed=seed)
    optimizer = {name: keras.optimizers.Adam(rate, beta_1=0.5) for name, rate in rates.items()}
    gan.compile(optimizer=optimizer, **compiled)
    return gan, gan.fit(points, batch_size=100, epochs=epochs, verbose=0).history


def shown(axes: Any, title: str, gan: Any, history: dict[str, list[float]]) -> None:
    """The losses above, and below the points."""
    above, below = axes
    for name, values in history.items():
        above.plot(values, label=name)
    above.set(xlabel="epoch", ylabel="loss", title=title)
    above.legend()
    compared(below, gan.generate(500, seed=0))


def compared(axis: Any, points: Any) -> None:
    """Generated points upon real ones."""
    axis.scatter(*RING[:500].T, s=4, color="black", label="real")
    axis.scatter(*points.T, s=4, color="tab:orange", label="generated")
    axis.set(aspect="equal", xlim=(-1.7, 1.7), ylim=(-1.7, 1.7), xticks=[], yticks=[])
    axis.legend(loc="upper right")


def saturation() -> Any:
    """A discriminator that is sure of everything, and one that R1 keeps from that."""
    rates = {"generator": 1e-6, "discriminator": 1e-3}
    helped = trained(dict.fromkeys(rates, 1e-3), 40, 0, penalty="r1=1.0")
    return both(
        ("d_loss goes to 0", trained(rates, 40, 0)), ('penalty="r1=1.0", equal rates', helped)
    )


def collapse() -> Any:
    """A generator that has found a few points, and one that draws all."""
    rates = {"generator": 1e-2, "discriminator": 1e-3}
    return both(
        ("mode collapse: all in one place", trained(rates, 40, 1)),
        ('penalty="r1=0.1"', trained(dict.fromkeys(rates, 1e-3), 80, 1, penalty="r1=0.1")),
    )


def both(*pairs: tuple[str, Any]) -> Any:
    """A figure of two trainings side by side."""
    figure, axes = plt.subplots(
        2, 2, figsize=(7, 6), layout="constrained", gridspec_kw={"height_ratios": (1, 1.4)}
    )
    for column, (title, training) in zip(axes.T, pairs, strict=True):
        shown(column, title, *training)
    return figure


def average() -> Any:
    """Points of the last weights, and of their moving average."""
    units = {"generator_units": (64, 64), "discriminator_units": (64, 64)}
    gan = kg.GAN((2,), 2, **units, ema_decay=0.995, seed=0)
    gan.compile(optimizer=keras.optimizers.Adam(4e-3, beta_1=0.5), penalty="r1=0.1")
    gan.fit(RING, batch_size=100, epochs=80, verbose=0)
    figure, axes = plt.subplots(1, 2, figsize=(7, 3.6), layout="constrained")
    latents = np.random.default_rng(0).normal(size=(500, 2)).astype("float32")
    last = keras.ops.convert_to_numpy(gan.generator(latents))
    for axis, points, title in (
        (axes[0], last, "the last weights"),
        (axes[1], gan.generate(latents=latents), "ema_decay=0.995"),
    ):
        compared(axis, points)
        axis.set_title(title)
    return figure


def smoothing() -> Any:
    """What a real sample costs by its logit: smoothed labels punish a logit that is too sure."""
    logits = np.linspace(-2, 10, 241, dtype="float32")
    never = np.full((1, 1), -50, "float32")  # a generated sample that costs nothing
    figure, axis = plt.subplots(figsize=(5, 3), layout="constrained")
    for name in ("non_saturating", "non_saturating:smoothing=0.1"):
        real = kg.losses.get(name).discriminator
        axis.plot(logits, [real(np.full((1, 1), x), never) for x in logits], label=name)
    axis.axvline(np.log(9), ls=":", color="grey")
    axis.set(xlabel="logit of a real sample", ylabel="its loss")
    axis.legend()
    return figure


def stopping() -> Any:
    """How far new points are from those of a GAN that has seen few, epoch by epoch."""
    few, test = RING[:40], RING[1000:]
    gan = kg.GAN((2,), 2, generator_units=(128, 128), discriminator_units=(128, 128), seed=0)
    gan.compile(optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5))
    distances = {"the 40 it learns from": [], "others": []}
    for _ in range(60):
        gan.fit(few, batch_size=40, epochs=20, verbose=0)
        points = gan.generate(1000, seed=0)
        for held, against in zip(distances.values(), (few, test), strict=True):
            held.append(kg.metrics.energy_distance(points, against))
    figure, axis = plt.subplots(figsize=(5, 3), layout="constrained")
    for name, values in distances.items():
        axis.plot(range(20, 1201, 20), values, label=name)
    axis.set(xlabel="step", ylabel="energy distance to", yscale="log")
    axis.legend()
    return figure


def rates() -> Any:
    """How near the ring a GAN comes, by its discriminator's rate in units of the generator's."""
    ratios = (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 10, 20)
    found = []
    for ratio in ratios:
        rates = {"generator": 1e-3, "discriminator": 1e-3 * ratio}
        found.append([distance(trained(rates, 80, seed)[0]) for seed in range(3)])
    return curve(ratios, found, "discriminator's rate / generator's")


def enough() -> Any:
    """How near the ring a GAN comes, by how many points it learns from."""
    counts, found = (5, 10, 20, 40, 80, 160, 320, 1000), []
    rates = {"generator": 1e-3, "discriminator": 1e-3}
    for count in counts:
        few = np.resize(RING[:count], (2000, 2))
        gans = [trained(rates, 60, seed, few, penalty="r1=0.1")[0] for seed in range(3)]
        found.append([distance(gan) for gan in gans])
    return curve(counts, found, "points to learn from")


def distance(gan: Any) -> float:
    """From a GAN's points to the second thousand of the ring's."""
    return kg.metrics.energy_distance(gan.generate(1000, seed=0), RING[1000:])


def curve(x: Any, found: list[list[float]], label: str) -> Any:
    """A figure of distances to the ring: a dot for each seed, and a line through their medians."""
    figure, axis = plt.subplots(figsize=(5, 3), layout="constrained")
    axis.plot(x, np.median(found, 1))
    axis.plot(x, found, ".", color="grey")
    axis.set(xlabel=label, ylabel="energy distance to the ring", xscale="log", yscale="log")
    return figure


def batch() -> Any:
    """How far batch norm in training mode moves a sample, by how many are drawn with it."""
    layers = [
        keras.Input((2,)),
        keras.layers.Dense(64),
        keras.layers.BatchNormalization(),
        keras.layers.ReLU(),
        keras.layers.Dense(2),
    ]
    gan = kg.GAN((2,), 2, generator=keras.Sequential(layers), seed=0)
    gan.compile(optimizer=keras.optimizers.Adam(1e-3, beta_1=0.5))
    gan.fit(RING, batch_size=100, epochs=80, verbose=0)
    rng, sizes = np.random.default_rng(0), (2, 4, 8, 16, 32, 64, 128)
    figure, axis = plt.subplots(figsize=(5, 3), layout="constrained")
    for training in (True, False):
        spreads = []
        for size in sizes:
            latents = rng.normal(size=(200, size, 2)).astype("float32")
            latents[:, 0] = 0.5  # the same one, among others each time
            points = [gan.generator(each, training=training)[0] for each in latents]
            spreads.append(np.std([keras.ops.convert_to_numpy(x) for x in points], 0).mean())
        axis.plot(sizes, spreads, marker="o", label=f"training={training}")
    axis.set(xlabel="batch size", ylabel="how far one sample moves", xscale="log")
    axis.legend()
    return figure


def resizing() -> Any:
    """How far pictures are from themselves, as a Fréchet distance, once shrunk otherwise."""
    data = kg.datasets.load("fashion_mnist_10k", batch_size=10000, shuffle=False)
    (images,) = data.take(1).as_numpy_iterator()
    pictures = [pillow_image(x) for x in images]
    ways = {
        "Lanczos again": Image.Resampling.LANCZOS,
        "bicubic": Image.Resampling.BICUBIC,
        "bilinear": Image.Resampling.BILINEAR,
        "nearest": Image.Resampling.NEAREST,
    }
    shrunk = [[np.asarray(x.resize((16, 16), way)) for x in pictures] for way in ways.values()]
    same, *_ = arrays = [np.stack(x)[..., None] / np.float32(127.5) - 1 for x in shrunk]
    evaluator = kg.metrics.Evaluator(same, ["fd"], "clothes", cache=False)
    scores = [evaluator(x)["scores"]["fd"] for x in arrays]
    figure, axis = plt.subplots(figsize=(5, 2.4), layout="constrained")
    axis.bar_label(axis.barh(list(ways), scores), fmt="%.1f", padding=3)
    axis.set(xlabel="Fréchet distance to those shrunk by Lanczos")
    axis.invert_yaxis()
    axis.margins(x=0.15)
    return figure


def rectangle() -> Any:
    """A row of drawn faces, and what a translator that was trained on squares makes of it."""
    faces = kg.load("fastgan_avatars").generate(4, seed=1)
    row = np.concatenate(faces, 1)[None]
    small = keras.ops.image.resize(row, (32, 128), "bilinear", antialias=True)
    model = kg.load("srresnet_avatars")
    large = model.translate(keras.ops.convert_to_numpy(small), pad=True)
    figure, axes = plt.subplots(2, 1, figsize=(7, 4), layout="constrained")
    for axis, images in zip(axes, (small, large), strict=True):
        axis.imshow(kg.utils.image_grid(np.asarray(images), 1, padding=0))
        axis.set(title=f"{images.shape[1]} x {images.shape[2]}", xticks=[], yticks=[])
    return figure


PICTURES = {
    "saturation": saturation,
    "collapse": collapse,
    "rates": rates,
    "batch": batch,
    "average": average,
    "enough": enough,
    "rectangle": rectangle,
    "resizing": resizing,
    "smoothing": smoothing,
    "stopping": stopping,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", default=list(PICTURES), help=", ".join(PICTURES))
    parser.add_argument("--out", type=Path, default=DOCS / "pictures")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for name in args.names:
        PICTURES[name]().savefig(args.out / f"{name}.webp", dpi=90, pil_kwargs={"quality": 80})


if __name__ == "__main__":
    main()
