"""Watch a GAN learn points in the plane, live or as an animation, and see how close it comes.

    python apps/toy_2d.py                              # two Gaussians, under a minute
    python apps/toy_2d.py --data ring --steps 12000    # eight Gaussians on a circle
    python apps/toy_2d.py --live                       # in a window, while it trains

Leaves `points.gif`, every picture in `points/`, `history.csv` and `losses.png` in the run's folder,
and prints the scores at the end:

- energy test: 1,000 generated against 1,000 held-out real points, dealt anew into two samples 200
  times. p is the share of deals that lie as far apart; p >= 0.01 counts as converged, for the test
  then cannot tell the generated points from real ones.
- for mixtures: modes covered, share of high-quality samples (within three standard deviations of a
  mode) and reverse KL of 2,500 generated points, as defined in PacGAN (arXiv:1712.04086).
"""

import argparse
import inspect

import keras
import numpy as np

import kerasgan as kg

TWO_GAUSSIANS = np.array([[0.0, 0.0], [1.0, 1.0]])


def two_gaussians(n, seed):
    """Gaussians of variance 0.1 in each coordinate at (0, 0) and (1, 1)."""
    return kg.datasets.gaussian_mixture([0.5, 0.5], TWO_GAUSSIANS, [0.1, 0.1], n, seed)


# name: how to draw points; modes and their standard deviation, if it is a mixture
DATA = {
    "two_gaussians": (two_gaussians, TWO_GAUSSIANS, 0.1**0.5),
    "ring": (kg.datasets.gaussian_ring, kg.datasets.ring_means(), 0.01),
    "grid": (kg.datasets.gaussian_grid, kg.datasets.grid_means(), 0.05),
    "two_moons": (kg.datasets.two_moons, None, None),
    "swiss_roll": (kg.datasets.swiss_roll, None, None),
}
VARIANTS = {
    name: cls
    for name, cls in vars(kg.models).items()
    if inspect.isclass(cls) and issubclass(cls, kg.models.NoiseToData)
}
VARIANTS.pop("NoiseToData")


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", choices=DATA, default="two_gaussians")
    parser.add_argument("--variant", choices=VARIANTS, default="GAN")
    parser.add_argument("--steps", type=int, default=4000, help="steps of both players")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--rate", type=float, default=1e-3, help="learning rate, decayed to zero")
    parser.add_argument("--frames", type=int, default=30, help="pictures to draw")
    parser.add_argument("--live", action="store_true", help="show the pictures in a window")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="runs/toy_2d", help="folder of the run")
    args = parser.parse_args(argv)

    keras.utils.set_random_seed(args.seed)
    draw, means, std = DATA[args.data]
    steps_per_epoch = max(args.steps // args.frames, 1)
    points = draw(n=steps_per_epoch * args.batch_size, seed=args.seed)
    data = kg.datasets.load(points, args.batch_size, seed=args.seed)

    gan = VARIANTS[args.variant](
        data_shape=(2,),
        latent_dim=2,
        generator_units=(128, 128),
        discriminator_units=(128, 128),
        ema_decay=0.999,
        seed=args.seed,
    )
    rate = keras.optimizers.schedules.CosineDecay(args.rate, args.steps)
    gan.compile(optimizer=keras.optimizers.Adam(rate, beta_1=0.0))
    animation = kg.callbacks.PointAnimation(args.out, points, live=args.live)
    history = kg.callbacks.LossHistory(args.out)
    gan.fit(data, epochs=args.frames, verbose=2, callbacks=[animation, history])

    held_out = draw(n=1000, seed=args.seed + 1)
    distance, p = kg.metrics.energy_test(gan.generate(1000, seed=0), held_out)
    verdict = "converged" if p >= 0.01 else "not converged"
    print(f"energy distance {distance:.4f} to held-out points, p = {p:.3f}: {verdict}")
    if means is not None:
        scores = kg.metrics.mode_statistics(gan.generate(2500, seed=1), means, std)
        print(
            f"modes {scores['modes']} of {len(means)}, high quality "
            f"{scores['high_quality']:.1%}, reverse KL {scores['reverse_kl']:.3f}"
        )
    print(f"look at {args.out}/points.gif")
    return p


if __name__ == "__main__":
    main()
