"""This library's callbacks on a model of one's own: any `keras.Model`, trained by Keras itself.

    python apps/own_training.py                                    # clothes, from this package
    python apps/own_training.py --data mnist --extractor digits    # other data

Nothing of the model is the library's: a variational autoencoder (Kingma & Welling 2014,
arXiv:1312.6114), compiled and trained as in any Keras tutorial, on whichever backend. The callbacks
ask it for images by its method `generate(n, seed=...)`. Where a model has none, pass them a
function: `SampleGrid(out, generate=lambda n, seed: ...)`.

Leaves in the run's folder `samples/`, `latest.png`, `timelapse.gif`, `history.csv`, `losses.png`,
`index.html`, `best.keras` by its score, `health.json` and `model.keras`.
"""

import argparse
import math
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

import kerasgan as kg


@keras.saving.register_keras_serializable("own_training")
class Autoencoder(keras.Model):
    """Images to latents, and back.

    Args:
        data_shape: tuple, (height, width, channels).
        latent_dim: int.
        units: int, of the hidden layers.
    """

    def __init__(self, data_shape, latent_dim=16, units=256, **kwargs):
        super().__init__(**kwargs)
        self.image_shape, self.size, self.units = tuple(data_shape), latent_dim, units
        self.encoder = keras.Sequential(
            [
                layers.Flatten(),
                layers.Dense(units, "relu"),
                layers.Dense(2 * latent_dim),  # the means and the logarithms of the variances
            ]
        )
        self.decoder = keras.Sequential(
            [
                layers.Dense(units, "relu"),
                layers.Dense(math.prod(data_shape), "tanh"),
                layers.Reshape(data_shape),
            ]
        )
        self.noise = keras.random.SeedGenerator(0)

    def call(self, images):
        means, logs = ops.split(self.encoder(images), 2, axis=-1)
        gap = ops.mean(ops.sum(ops.exp(logs) + means**2 - 1 - logs, axis=-1)) / 2
        self.add_loss(gap / math.prod(self.image_shape))
        normal = keras.random.normal(ops.shape(means), seed=self.noise)
        return self.decoder(means + ops.exp(logs / 2) * normal)

    def generate(self, n, seed=None):
        """`n` images in [-1, 1]: all that the callbacks ask of a model."""
        latents = np.random.default_rng(seed).standard_normal((n, self.size), "float32")
        return ops.convert_to_numpy(self.decoder(latents, training=False))

    def get_config(self):
        own = {"data_shape": self.image_shape, "latent_dim": self.size, "units": self.units}
        return {**super().get_config(), **own}


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default="fashion_mnist_10k", help="any source of images")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=100)
    parser.add_argument("--latent-dim", type=int, default=16)
    parser.add_argument("--extractor", default="clothes", help="what scores see images by")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default="runs/own", help="folder of the run")
    args = parser.parse_args(argv)
    keras.utils.set_random_seed(args.seed)

    data = kg.datasets.load(args.data, args.batch_size, seed=args.seed)
    some = kg.datasets.load(args.data, args.batch_size, shuffle=False).take(10)
    real = np.concatenate([batch.numpy() for batch in some])

    model = Autoencoder(data.element_spec.shape[1:], args.latent_dim)
    model.compile("adam", "mse")
    callbacks = [  # what measures comes before what writes
        kg.callbacks.Health(real, directory=args.out),
        kg.callbacks.Evaluation("fd", real, extractor=args.extractor, directory=args.out),
        kg.callbacks.SampleGrid(args.out),
        kg.callbacks.Timelapse(args.out),
        kg.callbacks.LossHistory(args.out),
        kg.callbacks.Gallery(args.out),
    ]
    pairs = data.map(lambda images: (images, images))
    model.fit(pairs, epochs=args.epochs, callbacks=callbacks, verbose=2)
    model.save(args.out / "model.keras")
    print(f"look at {args.out}/index.html")
    return model


if __name__ == "__main__":
    main()
