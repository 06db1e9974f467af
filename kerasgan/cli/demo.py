"""Train a GAN on the clothes in the package, by kind, and leave pictures of it."""

import argparse
import time

import numpy as np

import kerasgan as kg
from kerasgan.utils import checks, image_grid, save_image
from kerasgan.utils.files import expanded
from kerasgan.utils.images import titled

RATE = 4e-4  # twice DCGAN's, for so few steps; falls to zero
COLUMNS = 10
LARGER = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", default="runs/demo", help="folder for what it leaves")
    parser.add_argument("--epochs", type=int, default=36)
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> None:
    import keras

    from kerasgan.backend.precision import fastest_policy
    from kerasgan.datasets.idx import CLOTHES

    checks.whole("epochs", args.epochs)
    out = expanded(args.out)
    keras.utils.set_random_seed(args.seed)
    data = kg.datasets.load("fashion_mnist_10k", batch_size=32, labels=True, seed=args.seed)
    gan = kg.ConditionalGAN(
        (28, 28, 1),
        64,
        num_classes=10,
        networks="dcgan",
        filters=32,
        ema_decay=0.999,
        dtype=fastest_policy(),
        seed=args.seed,
    )
    falling = keras.optimizers.schedules.CosineDecay(RATE, args.epochs * len(data))
    gan.compile(optimizer=keras.optimizers.Adam(falling, beta_1=0.5))
    callbacks = [
        kg.callbacks.SampleGrid(out, class_names=CLOTHES),
        kg.callbacks.Timelapse(out),
        kg.callbacks.LossHistory(out),
    ]
    start = time.perf_counter()
    gan.fit(data, epochs=args.epochs, callbacks=callbacks)
    gan.save(out / "model.keras")

    labels = np.repeat(range(10), COLUMNS)
    images = gan.generate(labels=labels, seed=args.seed).repeat(LARGER, 1).repeat(LARGER, 2)
    save_image(titled(image_grid(images, COLUMNS, 6), CLOTHES), out / "clothes.png")
    print(
        f"\nTrained for {time.perf_counter() - start:.0f} s. Look at these in {out}/:\n"
        "  clothes.png     what the generator draws, a row for each kind of clothes\n"
        "  timelapse.gif   the same latents from noise to clothes\n"
        "  samples/        the grid of each epoch; latest.png is the last\n"
        "  losses.png      both players' losses; numbers in history.csv\n"
        "  model.keras     the model: kerasgan.load opens it, .generate(16, labels=9) draws boots\n"
        f"Next: kerasgan walk {out}/model.keras --labels each --out clothes.gif\n"
        "or your own pictures: kerasgan train dcgan --data FOLDER --image-size 64 --out runs/mine"
    )
