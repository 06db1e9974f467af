"""A DCGAN learns to draw faces from a folder of pictures, and films how they form.

    python apps/faces.py --data photos                     # any sizes, at any depth; cut to 64x64
    python apps/faces.py --data orl --augment diff_augment --batch-size 32  # a few hundred pictures
    python apps/faces.py --data celeba --filters 128 --batch-size 128       # as in the paper

Leaves in the run's folder `model.keras`, `timelapse.gif` (the faces forming), its frames in
`samples/`, `latest.png`, `history.csv`, `losses.png` and `checkpoints/`.

Stopped by Ctrl-C or a crash, the same command goes on from the last picture it drew. Run again
after its end with more --steps, it trains on. For a fresh start, or other pictures or sizes, choose
another --out.

The 400 ORL faces (Samaria & Harter 1994) are pgm files. In their folder, this puts a png beside
each, which is what is read:

    python -c "import sys, PIL.Image as I; [I.open(f).save(f+'.png') for f in sys.argv[1:]]" */*.pgm
"""

import argparse
from pathlib import Path

import keras

import kerasgan as kg


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", required=True, help="folder of pictures")
    parser.add_argument("--image-size", type=int, default=64)
    parser.add_argument("--channels", type=int, choices=(1, 3), help="default: as the files are")
    # Half the paper's 128: a quarter of the weights and of the arithmetic, for small machines.
    parser.add_argument("--filters", type=int, default=64, help="width of the networks")
    parser.add_argument("--augment", choices=("diff_augment", "ada"), help="for small folders")
    parser.add_argument("--steps", type=int, default=20_000, help="in all; ends with a picture")
    parser.add_argument("--every", type=int, default=250, help="steps from picture to picture")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default="runs/faces", help="folder of the run")
    args = parser.parse_args(argv)
    keras.utils.set_random_seed(args.seed)

    # The data: batches of images in [-1, 1], grey if every file is, else RGB.
    size = {"image_size": args.image_size, "channels": args.channels}
    data = kg.datasets.load(args.data, args.batch_size, **size, seed=args.seed).repeat()

    # The model: a new one, which takes over the state of an earlier run.
    gan = kg.DCGAN(
        data_shape=data.element_spec.shape[1:],
        latent_dim=100,
        filters=args.filters,
        ema_decay=0.999,  # draw with the generator's moving average, which starts as noise
        augment=args.augment,
        seed=args.seed,
    )
    gan.compile()
    saving = kg.callbacks.Checkpoints(args.out / "checkpoints")
    done = saving.restore(gan)

    # Training, unless it is done. An "epoch" is what lies between two pictures, for folders may
    # hold a hundred files or a million.
    epochs = -(-args.steps // args.every)
    if done < epochs:
        callbacks = [
            kg.callbacks.SampleGrid(args.out),
            kg.callbacks.Timelapse(args.out),
            kg.callbacks.LossHistory(args.out),
            saving,
        ]
        gan.fit(
            data, steps_per_epoch=args.every, initial_epoch=done, epochs=epochs, callbacks=callbacks
        )
    gan.save(args.out / "model.keras")
    print(f"look at {args.out}/latest.png and {args.out}/timelapse.gif")
    print(f"the model is {args.out}/model.keras: kg.DCGAN.from_preset({str(args.out)!r})")
    return gan


if __name__ == "__main__":
    main()
