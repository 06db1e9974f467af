"""A CycleGAN learns to turn the pictures of one folder into those of another, and back.

    python apps/style_transfer.py --data horse2zebra               # as in the paper: days on a CPU
    python apps/style_transfer.py --data emoji --load-size 72 --crop-size 64 --filters 32
    python apps/style_transfer.py --data facades --paired --direction BtoA  # pix2pix

The folder holds `trainA`, `trainB`, `testA` and `testB`, or `train/A` and so on. Without `--paired`
nothing in A need belong to anything in B; with it, what has the same name belongs together.

Leaves in the run's folder `model.keras`, `index.html` (the pictures and losses as a page),
`samples/`, `latest.png`, `timelapse.gif`, `history.csv`, `losses.png`, `checkpoints/`, and at the
end `translated/AtoB` and `translated/BtoA`, each test picture at its own size.

Stopped by Ctrl-C or a crash, the same command goes on from the end of the last whole epoch, also
while the learning rate falls. Run again after its end, it opens `model.keras` and translates the
test pictures that are there now. For a fresh start, or a longer one, choose another --out.
"""

import argparse
from pathlib import Path

import keras
import numpy as np

import kerasgan as kg


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of both sides")
    parser.add_argument("--paired", action="store_true", help="train pix2pix on pairs")
    parser.add_argument("--direction", choices=("AtoB", "BtoA"), default="AtoB", help="for pairs")
    parser.add_argument("--load-size", type=int, default=286, help="stretch pictures to this")
    parser.add_argument("--crop-size", type=int, default=256, help="then cut out this, anywhere")
    # Half the paper's 64: a quarter of the weights and of the arithmetic, for small machines.
    parser.add_argument("--filters", type=int, default=32, help="width of the networks")
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--n-epochs", type=int, default=100, help="at the full learning rate")
    parser.add_argument("--n-epochs-decay", type=int, default=100, help="on its way to zero")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default="runs/style", help="folder of the run")
    args = parser.parse_args(argv)
    if args.direction == "BtoA" and not args.paired:
        parser.error("CycleGAN learns both directions: --direction is for --paired")
    keras.utils.set_random_seed(args.seed)
    cls = kg.Pix2Pix if args.paired else kg.CycleGAN

    if (args.out / "model.keras").exists():
        gan = cls.from_preset(args.out)
    else:
        gan = train(cls, args)
        gan.save(args.out / "model.keras")

    # The test pictures, translated one by one at their own sizes.
    for direction in gan.directions:
        side = "B" if args.direction == "BtoA" else direction[0]
        channels = gan.translators()[direction].input_shape[-1]
        for path, image in one_side(args.data, side, channels):
            made = gan.translate(image[None] / 127.5 - 1, direction, pad=True)
            pixels = kg.utils.image_grid(made, 1, padding=0)
            target = args.out / "translated" / direction / path.with_suffix(".png")
            kg.utils.save_image(pixels, target)
    print(f"look at {args.out}/index.html and {args.out}/translated")
    print(f"the model is {args.out}/model.keras: kg.{cls.__name__}.from_preset({str(args.out)!r})")
    return gan


def one_side(data, side, channels):
    """Yields (path, picture) of one side, from its folder, or from files that hold A beside B."""
    for folder in filter(Path.is_dir, (data / f"test{side}", data / "test" / side)):
        for path, image, _ in kg.datasets.read_pictures(folder, channels):
            yield path, image
        return
    for path, image, _ in kg.datasets.read_pictures(data / "test", channels):
        a, b = np.split(image, 2, axis=1)
        yield path, a if side == "A" else b


def train(cls, args):
    """Trains a new model, or goes on with one whose training was broken off."""
    # The data: batches of (images A, images B) in [-1, 1].
    load = kg.datasets.load_paired if args.paired else kg.datasets.load_unpaired
    sizes = {"load_size": args.load_size, "crop_size": args.crop_size}
    way = {"direction": args.direction} if args.paired else {}
    data = load(args.data, args.batch_size, **sizes, **way, seed=args.seed)
    a, b = next(iter(load(args.data, 4, split="test", **sizes, **way, drop_remainder=False)))

    # The model, with the learning rate that both papers' code has: constant, then falling to zero.
    shape_a, shape_b = (part.shape[1:] for part in data.element_spec)
    widths = {"filters": args.filters, "discriminator_filters": args.filters}
    gan = cls(shape_a, shape_b, **widths, seed=args.seed)
    rate = 2e-4
    if args.n_epochs_decay:
        rate = kg.optimizers.LinearDecay(rate, len(data), args.n_epochs, args.n_epochs_decay)
    gan.compile(optimizer=keras.optimizers.Adam(rate, beta_1=0.5))

    # Training, from where it was broken off.
    saving = kg.callbacks.Checkpoints(args.out / "checkpoints")
    callbacks = [
        kg.callbacks.TranslationGrid(args.out, a, b),
        kg.callbacks.Timelapse(args.out),
        kg.callbacks.LossHistory(args.out),
        kg.callbacks.Gallery(args.out),
        saving,
    ]
    epochs = args.n_epochs + args.n_epochs_decay
    gan.fit(data, initial_epoch=saving.restore(gan), epochs=epochs, callbacks=callbacks)
    return gan


if __name__ == "__main__":
    main()
