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

import kerasgan as kg
from tools.docs_pages import DOCS

RING = kg.datasets.gaussian_ring(n=2000, std=0.05, seed=0)


def trained(rates: dict[str, float], epochs: int, seed: int, **compiled: Any) -> Any:
    """A GAN of the ring, and the history of its losses."""
    units = {"generator_units": (64, 64), "discriminator_units": (64, 64)}
    gan = kg.GAN((2,), 2, **units, seed=seed)
    optimizer = {name: keras.optimizers.Adam(rate, beta_1=0.5) for name, rate in rates.items()}
    gan.compile(optimizer=optimizer, **compiled)
    return gan, gan.fit(RING, batch_size=100, epochs=epochs, verbose=0).history


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


PICTURES = {
    "saturation": saturation,
    "collapse": collapse,
    "average": average,
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
