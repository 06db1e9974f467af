"""Train the vanilla GAN on the images in the package, and leave pictures of it."""

import argparse
import time

import kerasgan as kg
from kerasgan.utils import checks
from kerasgan.utils.files import expanded


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", default="runs/demo", help="folder for what it leaves")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> None:
    import keras

    checks.whole("epochs", args.epochs)
    out = expanded(args.out)
    keras.utils.set_random_seed(args.seed)
    data = kg.datasets.load("fashion_mnist_10k", batch_size=64, seed=args.seed)
    gan = kg.GAN(data_shape=(28, 28, 1), latent_dim=100, ema_decay=0.999, seed=args.seed)
    gan.compile()
    callbacks = [
        kg.callbacks.SampleGrid(out),
        kg.callbacks.Timelapse(out),
        kg.callbacks.LossHistory(out),
    ]
    start = time.perf_counter()
    gan.fit(data, epochs=args.epochs, callbacks=callbacks)
    gan.save(out / "model.keras")
    print(
        f"\nTrained for {time.perf_counter() - start:.0f} s. Look at these in {out}/:\n"
        "  latest.png      clothes that the generator drew\n"
        "  timelapse.gif   the same latents from noise to clothes\n"
        "  samples/        the grid of each epoch\n"
        "  losses.png      both players' losses; numbers in history.csv\n"
        "  model.keras     the model: kerasgan.load opens it, .generate(16) draws"
    )
