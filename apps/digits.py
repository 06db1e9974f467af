"""A conditional GAN draws the digit you ask for: from the data to a picture of each class.

    python apps/digits.py                              # MNIST, 30 epochs, into runs/digits
    python apps/digits.py --data fashion_mnist_10k     # clothes, from this package: no network
    python apps/digits.py --digit 3                    # once trained: draws another class
    python apps/digits.py --epochs 60                  # once trained: trains on from epoch 30

Leaves in the run's folder `model.keras`, `all_classes.png` (one row a class), `single_class.png`
(64 images of one class, made as one batch), and, as it trains, `samples/`, `latest.png`,
`timelapse.gif`, `history.csv`, `losses.png` and `checkpoints/`.

Stopped by Ctrl-C or a crash, the same command goes on from the end of the last whole epoch. Run
again after its end, it trains only the epochs that are missing, and draws. For a fresh start, or
other data or sizes, choose another --out.
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
    parser.add_argument("--data", default="mnist", help="any source of labelled images")
    parser.add_argument("--epochs", type=int, default=30, help="epochs in all")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--latent-dim", type=int, default=100)
    parser.add_argument("--digit", type=int, default=7, help="class of single_class.png")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default="runs/digits", help="folder of the run")
    args = parser.parse_args(argv)
    keras.utils.set_random_seed(args.seed)

    # The data: batches of (images in [-1, 1], class ids).
    data = kg.datasets.load(args.data, args.batch_size, labels=True, seed=args.seed)
    every = kg.datasets.load(args.data, 1000, labels=True, shuffle=False, drop_remainder=False)
    classes = 1 + max(int(labels.numpy().max()) for _, labels in every)
    if not 0 <= args.digit < classes:
        parser.error(f"--digit must be a class from 0 to {classes - 1}, not {args.digit}")

    # The model: a new one, which takes over the state of an earlier run.
    gan = kg.ConditionalGAN(
        data_shape=data.element_spec[0].shape[1:],
        latent_dim=args.latent_dim,
        num_classes=classes,
        embedding_dim=10,  # a class becomes a vector of 10 numbers
        ema_decay=0.999,  # draw with the generator's moving average, which starts as noise
        seed=args.seed,
    )
    gan.compile()
    saving = kg.callbacks.Checkpoints(args.out / "checkpoints")
    done = saving.restore(gan)

    # Training, unless it is done.
    if done < args.epochs:
        callbacks = [
            kg.callbacks.SampleGrid(args.out),  # one row a class
            kg.callbacks.Timelapse(args.out),
            kg.callbacks.LossHistory(args.out),
            saving,
        ]
        gan.fit(data, initial_epoch=done, epochs=args.epochs, callbacks=callbacks)
    gan.save(args.out / "model.keras")

    # The pictures. A batch of one class is as good as a mixed one: batch norm is at inference.
    labels = np.repeat(np.arange(classes), 10)
    pictures = {
        "all_classes.png": (gan.generate(labels=labels, seed=args.seed), 10),
        "single_class.png": (gan.generate(64, labels=args.digit, seed=args.seed), 8),
    }
    for name, (images, cols) in pictures.items():
        kg.utils.save_image(kg.utils.image_grid(images, cols), args.out / name)
    print(f"look at {args.out}/all_classes.png and, for class {args.digit}, single_class.png")
    print(f"the model is {args.out}/model.keras, its training {args.out}/timelapse.gif")
    return gan


if __name__ == "__main__":
    main()
