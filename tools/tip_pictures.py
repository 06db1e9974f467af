"""Makes the pictures of what goes wrong on the page of tips, each beside what helps.

    KERAS_BACKEND=jax python -m tools.tip_pictures

takes some minutes on two cores; what the page shows of its own code, `tools.docs_pages` makes.
"""

import argparse
from pathlib import Path
from typing import Any

import keras
import matplotlib.pyplot as plt

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
    below.scatter(*RING[:500].T, s=4, color="black", label="real")
    below.scatter(*gan.generate(500, seed=0).T, s=4, color="tab:orange", label="generated")
    below.set(aspect="equal", xlim=(-1.7, 1.7), ylim=(-1.7, 1.7), xticks=[], yticks=[])
    below.legend(loc="upper right")


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


PICTURES = {"saturation": saturation, "collapse": collapse}


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
