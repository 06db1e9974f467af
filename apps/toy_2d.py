"""Watch a GAN learn points in the plane, live or as an animation, and see how close it comes.

    python apps/toy_2d.py                            # two Gaussians, under a minute
    python apps/toy_2d.py --data ring --variant SNGAN --steps 25000   # eight on a circle
    python apps/toy_2d.py --pack 2                   # the discriminator judges pairs of points
    python apps/toy_2d.py --variant ConditionalGAN   # told which Gaussian to draw from
    python apps/toy_2d.py --live                     # in a window, while it trains

Leaves `points.gif`, every picture in `points/`, `history.csv` and `losses.png` in the run's folder,
and prints the scores at the end, each beside what it takes to count as converged:

- energy test: 1,000 generated against 1,000 held-out real points, dealt anew into two samples 200
  times. p is the share of deals that lie as far apart; at 0.01 and more the test cannot tell the
  generated points from real ones. It sees shares and places, and is blind to points strewn thinly
  between narrow modes.
- for mixtures: modes covered, share of high-quality samples (within three standard deviations of a
  mode) and reverse KL of 2,500 generated points, as defined in PacGAN (arXiv:1712.04086). Every
  mode must be covered, and 90% be of high quality; of the data themselves 98.9% are.

Every variant gets small multilayer perceptrons in place of its networks for images, and keeps its
loss and penalty. A conditional one takes the number of the Gaussian nearest to a point as its
label, so it needs data made of Gaussians. The plane is coloured by the discriminator's probability
that a point is real, where it has one for single points without labels.
"""

import argparse

import keras
import numpy as np
from keras import layers

import kerasgan as kg

TWO_GAUSSIANS = np.array([[0.0, 0.0], [1.0, 1.0]])
LEAST_P, LEAST_QUALITY = 0.01, 0.9  # of what has converged


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
# name: the variant's arguments, and `networks`'s
VARIANTS = {
    "GAN": ({}, {}),
    "ConditionalGAN": ({}, {"labels": "both"}),
    "ACGAN": ({}, {"labels": "named"}),
    "DCGAN": ({}, {"normalization": "batch"}),
    "LSGAN": ({}, {}),
    "WGAN": ({"critic_steps": 2}, {}),
    "WGANGP": ({"critic_steps": 2}, {}),
    "SNGAN": ({"critic_steps": 1}, {"normalization": "spectral"}),
    "R3GAN": ({}, {}),
}


def networks(units, pack=1, classes=None, labels=None, normalization=None):
    """A generator and a discriminator of points.

    Args:
        units: tuple of ints, the hidden widths of both.
        pack: int, how many points the discriminator judges at once.
        classes: int or None, the number of labels.
        labels: None; "both" if both networks are told the label; "named" if the generator is told
            and the discriminator must name it.
        normalization: None; "batch" for batch norm in all hidden layers but the first, in both
            networks; "spectral" for spectral normalisation of the discriminator's layers.

    Returns:
        A dict of two Keras models, arguments of a variant.
    """
    told = {"condition": classes} if labels else {}
    generator = kg.networks.mlp_generator(
        (2,), 2, units, batch_norm=normalization == "batch", **told
    )
    if normalization is None and labels != "named":
        discriminator = kg.networks.mlp_discriminator((2 * pack,), units, **told)
        return {"generator": generator, "discriminator": discriminator}

    def dense(width):
        layer = layers.Dense(width)
        return kg.layers.SpectralNormalization(layer) if normalization == "spectral" else layer

    inputs = x = keras.Input((2 * pack,))
    for i, width in enumerate(units):
        x = dense(width)(x)
        if normalization == "batch" and i > 0:
            x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        x = layers.LeakyReLU(0.2)(x)
    outputs = [dense(1)(x), layers.Dense(classes)(x)] if labels == "named" else dense(1)(x)
    return {"generator": generator, "discriminator": keras.Model(inputs, outputs)}


def make(variant, units=(128, 128, 128), pack=1, classes=None, **kwargs):
    """A variant for points in the plane, of small multilayer perceptrons.

    Args:
        variant: str, one of `VARIANTS`.
        units: tuple of ints, the hidden widths of both networks.
        pack: int, how many points the discriminator judges at once.
        classes: int or None, the number of Gaussians, for a conditional variant.
        **kwargs: other arguments of the variant.

    Returns:
        A `kerasgan.models.NoiseToData`.

    Raises:
        ValueError: if a conditional variant has no classes, or is to judge several points at once.
    """
    own, shapes = VARIANTS[variant]
    arguments = {"data_shape": (2,), "latent_dim": 2, "pack": pack, **own, **kwargs}
    if "labels" in shapes:
        if classes is None:
            raise ValueError(
                f"{variant} needs labels, the numbers of the Gaussians that points are from, and "
                f"these data are not made of Gaussians. Received: {variant=}, {classes=}"
            )
        arguments["num_classes"] = classes
    if variant == "GAN":
        return kg.GAN(generator_units=units, discriminator_units=units, **arguments)
    return getattr(kg, variant)(**networks(units, pack, classes, **shapes), **arguments)


def nearest(points, means):
    """The number of each point's nearest mean, an int32 array (n,)."""
    distances = np.stack([np.linalg.norm(points - mean, axis=1) for mean in means])
    return distances.argmin(axis=0).astype("int32")


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", choices=DATA, default="two_gaussians")
    parser.add_argument("--variant", choices=VARIANTS, default="GAN")
    parser.add_argument("--pack", type=int, default=1, help="points judged at once, as PacGAN does")
    parser.add_argument("--steps", type=int, default=4000, help="steps of the generator")
    parser.add_argument("--batch-size", type=int, default=128, help="for each discriminator's step")
    parser.add_argument("--rate", type=float, default=1e-3, help="learning rate, decayed to zero")
    parser.add_argument("--frames", type=int, default=30, help="pictures to draw")
    parser.add_argument("--live", action="store_true", help="show the pictures in a window")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="runs/toy_2d", help="folder of the run")
    args = parser.parse_args(argv)

    keras.utils.set_random_seed(args.seed)
    draw, means, std = DATA[args.data]
    modes = None if means is None else len(means)
    try:
        gan = make(args.variant, pack=args.pack, classes=modes, ema_decay=0.999, seed=args.seed)
    except ValueError as error:
        parser.error(str(error))

    steps_per_epoch = max(args.steps // args.frames, 1)
    batch_size = args.batch_size * gan.critic_steps
    points = draw(n=steps_per_epoch * batch_size, seed=args.seed)
    conditional = gan.condition is not None
    source = (points, nearest(points, means)) if conditional else points
    data = kg.datasets.load(source, batch_size, labels=conditional, seed=args.seed)
    gan.compile(
        optimizer={
            player: keras.optimizers.Adam(
                keras.optimizers.schedules.CosineDecay(args.rate, steps), beta_1=0.0
            )
            for player, steps in {
                "discriminator": args.steps * gan.critic_steps,
                "generator": args.steps,
            }.items()
        }
    )
    # the plane can be coloured where a logit is the log odds of one point without a label
    surface = args.pack == 1 and not conditional and gan.adversarial_loss.centred
    animation = kg.callbacks.PointAnimation(args.out, points, surface=surface, live=args.live)
    history = kg.callbacks.LossHistory(args.out)
    gan.fit(data, epochs=args.frames, verbose=2, callbacks=[animation, history])

    converged = judge(gan, draw(n=1000, seed=args.seed + 1), means, std)
    print(f"look at {args.out}/points.gif")
    return converged


def judge(gan, held_out, means=None, std=None):
    """Prints how close generated points come to held-out real ones; returns if that is enough."""
    distance, p = kg.metrics.energy_test(gan.generate(1000, seed=0), held_out)
    print(f"energy distance {distance:.4f} to held-out points")
    found = [(p >= LEAST_P, f"p = {p:.3f}, at least {LEAST_P}")]
    if means is not None:
        scores = kg.metrics.mode_statistics(gan.generate(2500, seed=1), means, std)
        modes, quality = scores["modes"], scores["high_quality"]
        print(f"reverse KL {scores['reverse_kl']:.3f}")
        found += [
            (modes == len(means), f"modes {modes} of {len(means)}"),
            (quality >= LEAST_QUALITY, f"high quality {quality:.1%}, at least {LEAST_QUALITY:.0%}"),
        ]
    for enough, score in found:
        print("ok  " if enough else "no  ", score)
    converged = all(enough for enough, _ in found)
    print("converged" if converged else "not converged")
    return converged


if __name__ == "__main__":
    main()
